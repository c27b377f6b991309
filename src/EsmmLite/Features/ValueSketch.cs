using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    private readonly Dictionary<ulong, Entry> _entries = [];
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

        ref Entry entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, hash, out bool isKnown);
        entry.Count++;
        if (!isKnown || row > entry.LastRow)
        {
            entry.Run = isKnown && row == entry.LastRow + 1 ? entry.Run + 1 : 1;
            entry.Runs += entry.Run == 1 ? 1 : 0;
            entry.Squares += (2 * entry.Run) - 1; // k² = 1 + 3 + ... + (2k − 1)
            entry.LastRow = row;
        }

        if (isKnown)
        {
            return hash;
        }

        TextShape.Write(utf8, entry.Shape);
        while (_entries.Count > Limit)
        {
            _heavy ??= new HeavyValues(_entries.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Count)));
            Level++;
            foreach (ulong other in _entries.Keys)
            {
                // Removing while enumerating is allowed.
                if (!Keeps(other, Level))
                {
                    _entries.Remove(other);
                }
            }
        }

        return hash;
    }

    /// <summary>Whether a hash is among those that a sketch of this level keeps.</summary>
    public static bool Keeps(ulong hash, int level) => level == 0 || hash >> (64 - level) == 0;

    /// <summary>The kept values by hash, ascending, with their counts.</summary>
    public KeyValuePair<ulong, long>[] Counts() => [.. _entries.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Count)).OrderBy(pair => pair.Key)];

    /// <summary>The values that fill much of the field, and by how much their counts are too small at most; none while all are kept.</summary>
    public (KeyValuePair<ulong, long>[] Counts, long Missed) Heavy() => _heavy is null ? ([], 0) : (_heavy.Counts(), _heavy.Missed);

    /// <summary>In how many runs of neighbouring rows each kept value stood, in the order of <see cref="Counts"/>.</summary>
    public long[] Runs() => [.. _entries.OrderBy(pair => pair.Key).Select(pair => pair.Value.Runs)];

    /// <summary>How many rows make one observation, by the runs of equal values: see <see cref="RunLengths.Repetition"/>.</summary>
    /// <param name="rows">Number of rows, those without a value included.</param>
    public double Repetition(long rows) => RunLengths.Repetition(_entries.OrderBy(pair => pair.Key).Select(pair => (Math.Min(pair.Value.Count, rows), pair.Value.Squares)), rows);

    /// <summary>The commonest forms among the kept values, with the rows that have them.</summary>
    public IReadOnlyList<ValueShape> Shapes(int most)
        => [.. _entries.Values.GroupBy(entry => TextOf(entry.Shape)).Select(group => new ValueShape(group.Key, group.Sum(entry => entry.Count))).OrderByDescending(shape => shape.Rows).ThenBy(shape => shape.Text, StringComparer.Ordinal).Take(most)];

    private static string TextOf(Letters shape) => Encoding.ASCII.GetString(((ReadOnlySpan<byte>)shape).TrimEnd((byte)0));

    // Values of one form are many, so the form is kept in place and no text is made.
    private struct Entry
    {
        public long Count, Runs, LastRow, Run;
        public double Squares; // of the lengths of runs
        public Letters Shape;
    }

    [InlineArray(TextShape.Longest)]
    private struct Letters
    {
        private byte _first;
    }
}
