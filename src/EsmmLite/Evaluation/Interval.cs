namespace EsmmLite.Evaluation;

/// <summary>From where to where a value may well lie, at 95 %.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    // The 97.5 % point of the normal distribution.
    private const double Z = 1.959963984540054;

    /// <summary>Whether a value lies between the ends, which belong to it.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Wilson's score interval of a rate: sound at few positives too, where the usual ± of a normal distribution is not.</summary>
    /// <param name="positives">Rows with label 1.</param>
    /// <param name="rows">All rows; at least one.</param>
    public static Interval OfRate(long positives, long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(positives);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(positives, rows);
        double n = rows, rate = positives / n, z2 = Z * Z;
        double middle = rate + (z2 / (2 * n));
        double half = Z * Math.Sqrt((rate * (1 - rate) / n) + (z2 / (4 * n * n)));
        double scale = 1 + (z2 / n);
        return new Interval(positives == 0 ? 0 : (middle - half) / scale, positives == rows ? 1 : (middle + half) / scale);
    }

    /// <summary>The middle 95 % of sampled values, ends by linear interpolation between neighbours.</summary>
    /// <param name="values">The values, in any order; at least one.</param>
    public static Interval OfSample(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Interval(Quantile(sorted, 0.025), Quantile(sorted, 0.975));
    }

    private static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
