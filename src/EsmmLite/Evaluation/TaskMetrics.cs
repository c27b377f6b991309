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

    /// <summary>Log loss ÷ the log loss of always predicting the observed rate; below 1 the model knows more than that. Null unless both labels occur.</summary>
    public double? NormalisedEntropy { get; init; }

    /// <summary>Where PCOC may lie, from Wilson's interval of the observed rate, rows taken as independent; null without a positive.</summary>
    public Interval? PcocInterval { get; init; }

    /// <summary>Expected calibration error: mean |predicted − observed rate| over bins of equally many rows, weighted by rows; null without rows.</summary>
    public double? CalibrationError { get; init; }

    /// <summary>Average precision: the area under the precision-recall curve, in steps; null unless both labels occur.</summary>
    public double? AveragePrecision { get; init; }

    /// <summary>Accuracy, precision and recall at a threshold; null where none was asked for.</summary>
    public ThresholdMetrics? AtThreshold { get; init; }
}
