using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>How numbers are spread: whether their logarithm is the better input, and from where on they are outliers.</summary>
internal static class NumberShape
{
    private const double SkewForLog = 0.5;
    private const double LeastForLog = 3; // ln(1 + x) hardly bends below
    private const double FarOut = 4;

    /// <summary>Whether the upper tail is so much longer than the lower one that the logarithm should be taken.</summary>
    public static bool IsHeavyTailed(ColumnProfile column)
    {
        WeightedQuantiles quantiles = column.Quantiles!;
        double low = quantiles.At(0.01), middle = quantiles.At(0.5), high = quantiles.At(0.99);
        return column.Low >= 0 && high >= LeastForLog && high > low && (high + low - (2 * middle)) / (high - low) > SkewForLog;
    }

    /// <summary>Limits for numbers beyond which a few lie absurdly far out; null at an end that has none.</summary>
    public static (double? Low, double? High) Clip(ColumnProfile column)
    {
        WeightedQuantiles quantiles = column.Quantiles!;
        double middle = quantiles.At(0.5), below = middle - quantiles.At(0.001), above = quantiles.At(0.999) - middle;
        double? high = above > 0 && column.High - middle > FarOut * above ? Say.RoundUp(middle + (2 * above)) : null;
        double? low = below > 0 && middle - column.Low > FarOut * below ? -Say.RoundUp(-(middle - (2 * below))) : null;
        return (low, high);
    }
}
