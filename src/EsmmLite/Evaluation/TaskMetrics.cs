namespace EsmmLite.Evaluation;

/// <summary>The metrics of one task over a named population. A metric that is undefined is null, never 0 or 1.</summary>
/// <param name="Population">The rows that were counted; a CVR means nothing without it.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Positives">Number of rows with a positive label.</param>
/// <param name="Auc">Exact AUC; null unless both labels occur.</param>
/// <param name="LogLoss">Mean log loss in nats; null without rows.</param>
/// <param name="Pcoc">Σ predicted / Σ observed, 1 when calibrated as a whole; null without a positive.</param>
public sealed record TaskMetrics(string Population, long Rows, long Positives, double? Auc, double? LogLoss, double? Pcoc)
{
    /// <summary>The population of CTR and CTCVR.</summary>
    public const string AllImpressions = "all impressions";

    /// <summary>The population of CVR where only clicked impressions have a known answer.</summary>
    public const string ClickedImpressions = "clicked impressions";
}
