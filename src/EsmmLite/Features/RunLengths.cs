namespace EsmmLite.Features;

/// <summary>The lengths of runs of equal neighbours, which tell how many rows make one independent observation.</summary>
internal static class RunLengths
{
    private const int Halvings = 50;

    /// <summary>
    /// How many rows make one observation, by the runs of equal values: the m for which runs would be as long as they are if the log were
    /// n / m requests in an order by chance, and all m rows of a request had its value. At least 1.
    /// </summary>
    /// <remarks>
    /// <para>
    /// In an order by chance, A draws of a value fall into the B + 1 gaps between the B others, every composition alike. So a gap g has
    /// E g(g − 1) = 2A(A − 1) / ((B + 1)(B + 2)), and with N = A + B the squares of the lengths of its runs sum up to A (N + A) / (N − A + 2).
    /// In rows, a = m A and n = m N, that is a (n + a) m / (n − a + 2m); it grows with m. For single rows and many of them it is
    /// n Σ p (1 + p) / (1 − p). A value that stands in all n rows makes n² whatever m is: a field that has become constant tells nothing of
    /// m, and counts every row.
    /// </para>
    /// <para>Counts of requests of unequal length vary as Σ m² / Σ m (Kish's design effect), which is what the squares measure.</para>
    /// </remarks>
    /// <param name="values">For each value the rows that have it, and the sum of the squares of the lengths of its runs.</param>
    /// <param name="rows">n, the number of all rows.</param>
    public static double Repetition(IEnumerable<(long Rows, double Squares)> values, long rows)
    {
        (long Rows, double Squares)[] all = [.. values];
        double squares = all.Sum(value => value.Squares), low = 1, high = Math.Max(1, rows);
        if (squares <= ByChance(all, rows, low))
        {
            return low;
        }

        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = squares > ByChance(all, rows, middle) ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static double ByChance((long Rows, double Squares)[] values, double rows, double alike)
        => values.Sum(value => value.Rows * (rows + value.Rows) * alike / (rows - value.Rows + (2 * alike)));
}
