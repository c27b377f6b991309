namespace EsmmLite.Formats.Checkup;

/// <summary>How one of the three predictions is spread over new data. Quantiles are exact to 1 % of their value.</summary>
/// <param name="Rows">Rows scored.</param>
/// <param name="Mean">The mean.</param>
/// <param name="MeanError">The standard error of the mean, with rows of one request as what they are.</param>
/// <param name="Low">The least.</param>
/// <param name="Quantile05">The quantile at 5 %.</param>
/// <param name="Median">The median.</param>
/// <param name="Quantile95">The quantile at 95 %.</param>
/// <param name="High">The greatest.</param>
/// <param name="ZeroShare">The share of rows below <see cref="Zero"/>.</param>
/// <param name="SaturatedShare">The share of rows at or above <see cref="Saturated"/>.</param>
public sealed record ScoreSummary(long Rows, double Mean, double MeanError, double Low, double Quantile05, double Median, double Quantile95, double High, double ZeroShare, double SaturatedShare)
{
    /// <summary>Below this a probability is called 0.</summary>
    public const float Zero = 1e-6f;

    /// <summary>From this on a probability is called saturated.</summary>
    public const float Saturated = 0.999f;

    private const double LeastSpread = 1.02;

    /// <summary>Whether nine rows in ten have nearly the same score: nothing can be ranked by it.</summary>
    public bool IsFlat => Quantile95 <= Quantile05 * LeastSpread;
}
