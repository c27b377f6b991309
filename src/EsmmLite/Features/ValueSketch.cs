using System.Runtime.CompilerServices;
using System.Text;

namespace EsmmLite.Features;

/// <summary>
/// Counts the values of a categorical field in bounded memory: all of them up to a limit, beyond it those whose hash begins with some zero
/// bits (distinct sampling, Gibbons 2001). Whether a value is kept depends on its hash alone, so two sketches keep the same values, and what
/// is kept is a fair sample of the distinct values with exact counts. Neither the order of rows nor the number of threads plays a part.
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

    /// <summary>How many zero bits a kept hash begins with.</summary>
    public int Level { get; private set; }

    /// <summary>Counts a value.</summary>
    public void Add(ReadOnlySpan<byte> utf8)
    {
        ulong hash = FarmHash64.Hash(utf8);
        if (!Keeps(hash, Level))
        {
            return;
        }

        int place = PlaceOf(hash);
        if (_counts[place]++ > 0)
        {
            return;
        }

        _hashes[place] = hash;
        TextShape.Write(utf8, _shapes[place]);
        _kept++;
        while (_kept > Limit)
        {
            Level++;
            Rebuild(_hashes.Length);
        }

        if (2 * _kept > _hashes.Length)
        {
            Rebuild(2 * _hashes.Length);
        }
    }

    /// <summary>Whether a hash is among those that a sketch of this level keeps.</summary>
    public static bool Keeps(ulong hash, int level) => level == 0 || hash >> (64 - level) == 0;

    /// <summary>The kept values by hash, ascending, with their counts.</summary>
    public KeyValuePair<ulong, long>[] Counts() => [.. Kept.Select(place => KeyValuePair.Create(_hashes[place], _counts[place])).OrderBy(pair => pair.Key)];

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
        (ulong Hash, long Count, Letters Shape)[] kept = [.. Kept.Where(place => Keeps(_hashes[place], Level)).Select(place => (_hashes[place], _counts[place], _shapes[place]))];
        (_hashes, _counts, _shapes, _kept) = (new ulong[places], new long[places], new Letters[places], kept.Length);
        foreach ((ulong hash, long count, Letters shape) in kept)
        {
            int place = PlaceOf(hash);
            (_hashes[place], _counts[place], _shapes[place]) = (hash, count, shape);
        }
    }

    private static string TextOf(Letters shape) => Encoding.ASCII.GetString(((ReadOnlySpan<byte>)shape).TrimEnd((byte)0));

    [InlineArray(TextShape.Longest)]
    private struct Letters
    {
        private byte _first;
    }
}
