using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    private readonly Dictionary<ulong, Entry> _entries = [];

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

        ref Entry entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, hash, out _);
        if (entry.Count++ > 0)
        {
            return;
        }

        TextShape.Write(utf8, entry.Shape);
        while (_entries.Count > Limit)
        {
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
    }

    /// <summary>Whether a hash is among those that a sketch of this level keeps.</summary>
    public static bool Keeps(ulong hash, int level) => level == 0 || hash >> (64 - level) == 0;

    /// <summary>The kept values by hash, ascending, with their counts.</summary>
    public KeyValuePair<ulong, long>[] Counts() => [.. _entries.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Count)).OrderBy(pair => pair.Key)];

    /// <summary>The commonest forms among the kept values, with the rows that have them.</summary>
    public IReadOnlyList<ValueShape> Shapes(int most)
        => [.. _entries.Values.GroupBy(entry => TextOf(entry.Shape)).Select(group => new ValueShape(group.Key, group.Sum(entry => entry.Count))).OrderByDescending(shape => shape.Rows).ThenBy(shape => shape.Text, StringComparer.Ordinal).Take(most)];

    private static string TextOf(Letters shape) => Encoding.ASCII.GetString(((ReadOnlySpan<byte>)shape).TrimEnd((byte)0));

    // Values of one form are many, so the form is kept in place and no text is made.
    private struct Entry
    {
        public long Count;
        public Letters Shape;
    }

    [InlineArray(TextShape.Longest)]
    private struct Letters
    {
        private byte _first;
    }
}
