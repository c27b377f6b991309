using System.Runtime.CompilerServices;
using System.Text;

namespace EsmmLite.Features;

/// <summary>
/// Counts the values of a categorical field in bounded memory: all of them up to a limit, beyond it those whose hash begins with some zero
/// bits (distinct sampling, Gibbons 2001). Whether a value is kept depends on its hash alone, so two sketches keep the same values, and what
/// is kept is a fair sample of the distinct values with exact counts. The order of rows plays no part in any of that; it does in how many
/// runs of neighbouring rows the values stand in.
/// </summary>
internal sealed class ValueSketch
{
    /// <summary>The most values kept: the estimate of their number is within some 5 %.</summary>
    public const int Limit = 1024;

    private const int FirstPlaces = 64;

    // Open addressing, at most half full: every value of a log comes by here, and a dictionary's entry is twice as long. Kept hashes begin
    // alike, so their low bits tell places. What is dropped is dropped between two arrays, so that a long log allocates no more than a short one.
    private Place[] _places = new Place[FirstPlaces], _spare = [];
    private int _kept;
    private HeavyValues? _heavy; // once not all values are kept

    /// <summary>How many zero bits a kept hash begins with.</summary>
    public int Level { get; private set; }

    /// <summary>Counts a value, and gives its hash.</summary>
    /// <param name="utf8">The value.</param>
    /// <param name="row">The number of its row. Rows come in order; a list has several values in a row.</param>
    public ulong Add(ReadOnlySpan<byte> utf8, long row)
    {
        ulong hash = FarmHash64.Hash(utf8);
        _heavy?.Add(hash);
        if (!Keeps(hash, Level))
        {
            return hash;
        }

        ref Place place = ref PlaceOf(hash);
        bool isKnown = place.Count++ > 0;
        if (!isKnown || row > place.LastRow)
        {
            place.Run = isKnown && row == place.LastRow + 1 ? place.Run + 1 : 1;
            place.Runs += place.Run == 1 ? 1 : 0;
            place.Squares += (2 * place.Run) - 1; // k² = 1 + 3 + ... + (2k − 1)
            place.LastRow = row;
        }

        if (isKnown)
        {
            return hash;
        }

        place.Hash = hash;
        TextShape.Write(utf8, place.Shape);
        _kept++;
        while (_kept > Limit)
        {
            _heavy ??= new HeavyValues(Counts());
            Level++;
            Rebuild(_places.Length);
        }

        if (2 * _kept > _places.Length)
        {
            Rebuild(2 * _places.Length);
        }

        return hash;
    }

    /// <summary>Whether a hash is among those that a sketch of this level keeps.</summary>
    public static bool Keeps(ulong hash, int level) => level == 0 || hash >> (64 - level) == 0;

    /// <summary>The kept values by hash, ascending, with their counts.</summary>
    public KeyValuePair<ulong, long>[] Counts() => [.. Kept.Select(place => KeyValuePair.Create(place.Hash, place.Count))];

    /// <summary>The values that fill much of the field, and by how much their counts are too small at most; none while all are kept.</summary>
    public (KeyValuePair<ulong, long>[] Counts, long Missed) Heavy() => _heavy is null ? ([], 0) : (_heavy.Counts(), _heavy.Missed);

    /// <summary>In how many runs of neighbouring rows each kept value stood, in the order of <see cref="Counts"/>.</summary>
    public long[] Runs() => [.. Kept.Select(place => place.Runs)];

    /// <summary>How many rows make one observation, by the runs of equal values: see <see cref="RunLengths.Repetition"/>.</summary>
    /// <param name="rows">Number of rows, those without a value included.</param>
    public double Repetition(long rows) => RunLengths.Repetition(Kept.Select(place => (Math.Min(place.Count, rows), place.Squares)), rows);

    /// <summary>The commonest forms among the kept values, with the rows that have them.</summary>
    public IReadOnlyList<ValueShape> Shapes(int most)
        => [.. Kept.GroupBy(place => TextOf(place.Shape)).Select(group => new ValueShape(group.Key, group.Sum(place => place.Count))).OrderByDescending(shape => shape.Rows).ThenBy(shape => shape.Text, StringComparer.Ordinal).Take(most)];

    private IEnumerable<Place> Kept => _places.Where(place => place.Count > 0).OrderBy(place => place.Hash);

    /// <summary>The place that a hash has, or would have.</summary>
    private ref Place PlaceOf(ulong hash)
    {
        int place = (int)hash & (_places.Length - 1);
        while (_places[place].Count > 0 && _places[place].Hash != hash)
        {
            place = (place + 1) & (_places.Length - 1);
        }

        return ref _places[place];
    }

    /// <summary>Keeps what the present level keeps, in as many places.</summary>
    private void Rebuild(int places)
    {
        Place[] before = _places;
        _places = _spare.Length == places ? _spare : new Place[places];
        _places.AsSpan().Clear();
        (_spare, _kept) = (before, 0);
        foreach (ref readonly Place place in before.AsSpan())
        {
            if (place.Count > 0 && Keeps(place.Hash, Level))
            {
                PlaceOf(place.Hash) = place;
                _kept++;
            }
        }
    }

    private static string TextOf(Letters shape) => Encoding.ASCII.GetString(((ReadOnlySpan<byte>)shape).TrimEnd((byte)0));

    /// <summary>A value that is kept; free while its count is 0.</summary>
    private struct Place
    {
        public ulong Hash;
        public long Count;
        public long Runs, LastRow, Run; // of neighbouring rows
        public double Squares; // of the lengths of runs
        public Letters Shape; // how the value is written, without a text for each
    }

    [InlineArray(TextShape.Longest)]
    private struct Letters
    {
        private byte _first;
    }
}
