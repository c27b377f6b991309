namespace EsmmLite.Evaluation;

/// <summary>How a task is ranked inside groups, such as the candidates of one request.</summary>
/// <param name="Gauc">AUC inside groups, weighted by their rows; null where no group has both labels.</param>
/// <param name="GaucGroups">Groups with both labels.</param>
/// <param name="GaucCoverage">Share of the task's rows that lie in such groups; null without rows.</param>
/// <param name="Ndcg">Mean NDCG@k over groups with a positive; null where there is none.</param>
/// <param name="Map">Mean average precision over the same groups.</param>
/// <param name="Recall">Mean recall@k over the same groups.</param>
/// <param name="RankedGroups">Groups with a positive.</param>
public sealed record GroupTaskMetrics(double? Gauc, long GaucGroups, double? GaucCoverage, double? Ndcg, double? Map, double? Recall, long RankedGroups);

/// <summary>How the three tasks are ranked inside groups.</summary>
/// <param name="Column">The column whose equal values mark a group.</param>
/// <param name="Groups">Number of groups.</param>
/// <param name="K">How many ranks count.</param>
/// <param name="Ctr">Clicks among all impressions, by pCTR.</param>
/// <param name="Cvr">Conversions among clicked impressions, by pCVR.</param>
/// <param name="Ctcvr">Conversions among all impressions, by pCTCVR.</param>
/// <param name="GradedNdcg">Mean NDCG@k by pCTCVR, a click and a conversion being worth their gains; null without clicks.</param>
/// <param name="ClickGain">What a click without conversion is worth.</param>
/// <param name="ConversionGain">What a conversion is worth.</param>
public sealed record GroupMetrics(string Column, long Groups, int K, GroupTaskMetrics Ctr, GroupTaskMetrics Cvr, GroupTaskMetrics Ctcvr, double? GradedNdcg, double ClickGain, double ConversionGain);
