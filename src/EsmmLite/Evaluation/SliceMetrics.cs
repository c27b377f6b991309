namespace EsmmLite.Evaluation;

/// <summary>The metrics of some of the impressions: those of one value of a column, of one day, of ids that training never saw.</summary>
/// <param name="By">What they have in common: a column, or a time.</param>
/// <param name="Value">Its value.</param>
/// <param name="Report">Their metrics.</param>
public sealed record SliceMetrics(string By, string Value, EvaluationReport Report);
