namespace EsmmLite.Benchmarks.Kernels;

/// <summary>The median of the rounds and their range.</summary>
internal readonly record struct Median(double Value, double Low, double High)
{
    internal static double Of(IEnumerable<double> values) => Spread(values).Value;

    internal static Median Spread(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }
}
