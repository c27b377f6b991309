namespace EsmmLite.Evaluation;

/// <summary>What becomes of the rows when all that score at least a threshold are called positive.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="TruePositives">Positives that score at least so much.</param>
/// <param name="FalsePositives">Negatives that score at least so much.</param>
/// <param name="TrueNegatives">Negatives that score less.</param>
/// <param name="FalseNegatives">Positives that score less.</param>
public sealed record ThresholdMetrics(double Threshold, long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives)
{
    /// <summary>Share of rows called rightly; null without rows. At a rate of 1 % a model that never says yes has 0.99.</summary>
    public double? Accuracy => Ratio(TruePositives + TrueNegatives, TruePositives + FalsePositives + TrueNegatives + FalseNegatives);

    /// <summary>Share of positives among the rows called positive; null where none is.</summary>
    public double? Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>Share of the positives that are called positive; null without positives.</summary>
    public double? Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    private static double? Ratio(long part, long whole) => whole == 0 ? null : part / (double)whole;
}
