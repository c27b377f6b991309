namespace EsmmLite.Features;

/// <summary>
/// Counts numbers in cells that are 6 % wide: the first 16 bits of the double, in the order of the numbers. Exact, and independent of the
/// order of rows. Where there are too many cells, neighbours are joined.
/// </summary>
internal sealed class NumberSketch
{
    /// <summary>The most cells that are kept.</summary>
    public const int Limit = 512;

    private const int Page = 16;

    private readonly long[]?[] _pages = new long[(1 << 16) / Page][];

    /// <summary>Counts a finite number, and gives its cell.</summary>
    public ulong Add(double number)
    {
        int cell = CellOf(number);
        (_pages[cell / Page] ??= new long[Page])[cell % Page]++;
        return (ulong)cell;
    }

    /// <summary>The cells with numbers in them, ascending, and how often neighbours were joined two by two to make them few enough.</summary>
    public KeyValuePair<ulong, long>[] Counts(out int level)
    {
        KeyValuePair<ulong, long>[] cells = [.. Enumerable.Range(0, 1 << 16).Where(cell => _pages[cell / Page] is { } page && page[cell % Page] > 0).Select(cell => KeyValuePair.Create((ulong)cell, _pages[cell / Page]![cell % Page]))];
        for (level = 0; cells.Length > Limit; level++)
        {
            cells = Join(cells, 1);
        }

        return cells;
    }

    /// <summary>Joins neighbouring cells.</summary>
    /// <param name="cells">The cells, ascending.</param>
    /// <param name="levels">How often.</param>
    public static KeyValuePair<ulong, long>[] Join(IEnumerable<KeyValuePair<ulong, long>> cells, int levels)
        => [.. cells.GroupBy(cell => cell.Key >> levels).Select(group => KeyValuePair.Create(group.Key, group.Sum(cell => cell.Value)))];

    private static int CellOf(double number)
    {
        // + 0.0 makes one number of 0 and -0. The sign bit orders negative numbers backwards, so they are turned round.
        long bits = BitConverter.DoubleToInt64Bits(number + 0.0);
        return (int)((ulong)(bits < 0 ? ~bits : bits ^ long.MinValue) >> 48);
    }
}
