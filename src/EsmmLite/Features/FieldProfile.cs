namespace EsmmLite.Features;

/// <summary>
/// What the values of a field looked like, in a few kilobytes: how many, how many missing, a fair sample of the distinct ones by hash, or
/// the cells that numbers fell into. A model file keeps that of the training data, to hold new data against it.
/// </summary>
/// <remarks>But for the number of runs it depends on the values alone, not on their order. A model file keeps hashes and forms of values, never a value.</remarks>
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

    /// <summary>Whether all values that are there are one and the same.</summary>
    public bool IsConstant => IsCategory ? IsDistinctExact && Distinct == 1 : Low is not null && Low == High;

    /// <summary>
    /// Of a profile of new data: how many rows make one independent observation of the values, at least 1. Training's say 1.
    /// Runs of equal values and the variance between stretches of the log show it: rows of one request repeat its values.
    /// </summary>
    public double RowsAlike { get; internal init; } = 1;

    /// <summary>The same of whether there is a value.</summary>
    public double MissingRowsAlike { get; internal init; } = 1;

    /// <summary>
    /// The share of next values that are expected to be unseen. Of categories the share of rows whose value stood in one run of neighbouring
    /// rows only: Good and Turing's estimate, with runs as the draws, because all rows of a request repeat its values. Of numbers
    /// 2 / (N + 1) outside the range of N observations: each is as likely to be the least or the greatest of all.
    /// </summary>
    /// <param name="rowsAlike">How many rows make one observation, for numbers.</param>
    public double ExpectedUnseen(double rowsAlike = 1)
    {
        if (IsCategory)
        {
            return Cells.Where((_, i) => Runs[i] == 1).Sum(cell => cell.Value) / (double)Math.Max(Cells.Sum(cell => cell.Value), 1);
        }

        return Math.Min(1, 2 / (((Count - Missing) / rowsAlike) + 1));
    }

    /// <summary>How many zero bits a kept hash begins with; for numbers, how often neighbouring cells were joined.</summary>
    internal int Level { get; }

    /// <summary>Kept hashes, or cells of numbers, ascending, with their counts.</summary>
    internal KeyValuePair<ulong, long>[] Cells { get; }

    /// <summary>In how many runs of neighbouring rows each of <see cref="Cells"/> stood; empty for numbers. A run of a list's value is of rows that have it.</summary>
    internal long[] Runs { get; init; } = [];

    /// <summary>Whether a category was there; null where it is not among those that can be told.</summary>
    /// <param name="utf8">Its text, canonical where values are integers.</param>
    public bool? Knows(ReadOnlySpan<byte> utf8)
    {
        ulong hash = FarmHash64.Hash(utf8);
        return IsCategory && ValueSketch.Keeps(hash, Level) ? Find(hash) >= 0 : null;
    }

    internal static int Find(KeyValuePair<ulong, long>[] cells, ulong key) => Array.BinarySearch(cells, KeyValuePair.Create(key, 0L), ByKey);

    /// <summary>Where not all categories are kept, those that fill much of the field, the commonest first, and by how much a count is too small at most.</summary>
    internal (KeyValuePair<ulong, long>[] Counts, long Missed) Heavy { get; init; } = ([], 0);

    private int Find(ulong key) => Find(Cells, key);

    private static readonly Comparer<KeyValuePair<ulong, long>> ByKey = Comparer<KeyValuePair<ulong, long>>.Create((a, b) => a.Key.CompareTo(b.Key));
}
