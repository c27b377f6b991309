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

    // Open addressing, at most half full: every value of a log comes by here, and a dictionary's entry is five times as long. A place
    // whose count is 0 is free. Kept hashes begin alike, so their low bits tell places.
    private ulong[] _hashes = new ulong[FirstPlaces];
    private long[] _counts = new long[FirstPlaces];
    private Letters[] _shapes = new Letters[FirstPlaces]; // how values are written, without a text for each
    private int _kept;
    private Standing[] _standings = new Standing[FirstPlaces];
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

        int place = PlaceOf(hash);
        bool isKnown = _counts[place]++ > 0;
        ref Standing standing = ref _standings[place];
        if (!isKnown || row > standing.LastRow)
        {
            standing.Run = isKnown && row == standing.LastRow + 1 ? standing.Run + 1 : 1;
            standing.Runs += standing.Run == 1 ? 1 : 0;
            standing.Squares += (2 * standing.Run) - 1; // k² = 1 + 3 + ... + (2k − 1)
            standing.LastRow = row;
        }

        if (isKnown)
        {
            return hash;
        }

        _hashes[place] = hash;
        TextShape.Write(utf8, _shapes[place]);
        _kept++;
        while (_kept > Limit)
        {
            _heavy ??= new HeavyValues(Counts());
            Level++;
            Rebuild(_hashes.Length);
        }

        if (2 * _kept > _hashes.Length)
        {
            Rebuild(2 * _hashes.Length);
        }

        return hash;
    }

    /// <summary>Whether a hash is among those that a sketch of this level keeps.</summary>
    public static bool Keeps(ulong hash, int level) => level == 0 || hash >> (64 - level) == 0;

    /// <summary>The kept values by hash, ascending, with their counts.</summary>
    public KeyValuePair<ulong, long>[] Counts() => [.. Kept.Select(place => KeyValuePair.Create(_hashes[place], _counts[place])).OrderBy(pair => pair.Key)];

    /// <summary>The values that fill much of the field, and by how much their counts are too small at most; none while all are kept.</summary>
    public (KeyValuePair<ulong, long>[] Counts, long Missed) Heavy() => _heavy is null ? ([], 0) : (_heavy.Counts(), _heavy.Missed);

    /// <summary>In how many runs of neighbouring rows each kept value stood, in the order of <see cref="Counts"/>.</summary>
    public long[] Runs() => [.. Kept.OrderBy(place => _hashes[place]).Select(place => _standings[place].Runs)];

    /// <summary>How many rows make one observation, by the runs of equal values: see <see cref="RunLengths.Repetition"/>.</summary>
    /// <param name="rows">Number of rows, those without a value included.</param>
    public double Repetition(long rows) => RunLengths.Repetition(Kept.OrderBy(place => _hashes[place]).Select(place => (Math.Min(_counts[place], rows), _standings[place].Squares)), rows);

    /// <summary>The commonest forms among the kept values, with the rows that have them.</summary>
    public IReadOnlyList<ValueShape> Shapes(int most)
        => [.. Kept.GroupBy(place => TextOf(_shapes[place])).Select(group => new ValueShape(group.Key, group.Sum(place => _counts[place]))).OrderByDescending(shape => shape.Rows).ThenBy(shape => shape.Text, StringComparer.Ordinal).Take(most)];

    private IEnumerable<int> Kept => Enumerable.Range(0, _hashes.Length).Where(place => _counts[place] > 0);

    /// <summary>The place that a hash has, or would have.</summary>
    private int PlaceOf(ulong hash)
    {
        int place = (int)hash & (_hashes.Length - 1);
        while (_counts[place] > 0 && _hashes[place] != hash)
        {
            place = (place + 1) & (_hashes.Length - 1);
        }

        return place;
    }

    /// <summary>Keeps what the present level keeps, in as many places.</summary>
    private void Rebuild(int places)
    {
        (ulong Hash, long Count, Letters Shape, Standing Standing)[] kept = [.. Kept.Where(place => Keeps(_hashes[place], Level)).Select(place => (_hashes[place], _counts[place], _shapes[place], _standings[place]))];
        (_hashes, _counts, _shapes, _standings, _kept) = (new ulong[places], new long[places], new Letters[places], new Standing[places], kept.Length);
        foreach ((ulong hash, long count, Letters shape, Standing standing) in kept)
        {
            int place = PlaceOf(hash);
            (_hashes[place], _counts[place], _shapes[place], _standings[place]) = (hash, count, shape, standing);
        }
    }

    private static string TextOf(Letters shape) => Encoding.ASCII.GetString(((ReadOnlySpan<byte>)shape).TrimEnd((byte)0));

    /// <summary>Where a value stands: its runs of neighbouring rows.</summary>
    private struct Standing
    {
        public long Runs, LastRow, Run;
        public double Squares; // of the lengths of runs
    }

    [InlineArray(TextShape.Longest)]
    private struct Letters
    {
        private byte _first;
    }
}
