namespace EsmmLite.Features;

/// <summary>
/// What the values of a field looked like, in a few kilobytes: how many, how many missing, a fair sample of the distinct ones by hash, or
/// the cells that numbers fell into. A model file keeps that of the training data, to hold new data against it.
/// </summary>
/// <remarks>It depends on the values alone, not on their order. A model file keeps hashes and forms of values, never a value.</remarks>
public sealed partial class FieldProfile
{
    /// <summary>The most forms that are kept.</summary>
    internal const int MostShapes = 8;

    internal FieldProfile(bool isCategory, long count, long missing, int level, KeyValuePair<ulong, long>[] cells, IReadOnlyList<ValueShape> shapes, (double Low, double High)? range)
    {
        (IsCategory, Count, Missing, Level, Cells, Shapes) = (isCategory, count, missing, level, cells, shapes);
        (Low, High) = (range?.Low, range?.High);
    }

    /// <summary>Whether the values are texts or codes; otherwise they are numbers.</summary>
    public bool IsCategory { get; }

    /// <summary>Number of values, missing ones included.</summary>
    public long Count { get; }

    /// <summary>Number of missing values.</summary>
    public long Missing { get; }

    /// <summary>The share of missing values; 0 where there are no values.</summary>
    public double MissingShare => Count == 0 ? 0 : Missing / (double)Count;

    /// <summary>The commonest forms of the values, the commonest first; empty for numbers.</summary>
    public IReadOnlyList<ValueShape> Shapes { get; }

    /// <summary>The least number after clip and log; null for categories.</summary>
    public double? Low { get; }

    /// <summary>The greatest number after clip and log; null for categories.</summary>
    public double? High { get; }

    /// <summary>Distinct categories, missing ones left out: exact where all are kept, otherwise an estimate within some 5 %; null for numbers.</summary>
    public long? Distinct => IsCategory ? (long)Cells.Length << Level : null;

    /// <summary>Whether <see cref="Distinct"/> was counted and not estimated.</summary>
    public bool IsDistinctExact => IsCategory && Level == 0;

    /// <summary>
    /// The share of values that a next value is expected to add to the distinct ones: the share of values that occurred once (Good and
    /// Turing). It is too small where equal values come in runs. 0 for numbers.
    /// </summary>
    public double ExpectedUnseen => IsCategory ? Cells.Count(cell => cell.Value == 1) / (double)Math.Max(Cells.Sum(cell => cell.Value), 1) : 0;

    /// <summary>How many zero bits a kept hash begins with; for numbers, how often neighbouring cells were joined.</summary>
    internal int Level { get; }

    /// <summary>Kept hashes, or cells of numbers, ascending, with their counts.</summary>
    internal KeyValuePair<ulong, long>[] Cells { get; }

    /// <summary>Whether a category was there; null where it is not among those that can be told.</summary>
    /// <param name="utf8">Its text, canonical where values are integers.</param>
    public bool? Knows(ReadOnlySpan<byte> utf8)
    {
        ulong hash = FarmHash64.Hash(utf8);
        return IsCategory && ValueSketch.Keeps(hash, Level) ? Find(hash) >= 0 : null;
    }

    private int Find(ulong key) => Array.BinarySearch(Cells, KeyValuePair.Create(key, 0L), ByKey);

    private static readonly Comparer<KeyValuePair<ulong, long>> ByKey = Comparer<KeyValuePair<ulong, long>>.Create((a, b) => a.Key.CompareTo(b.Key));
}
