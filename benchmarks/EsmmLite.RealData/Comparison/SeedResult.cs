using EsmmLite.Evaluation;

namespace EsmmLite.RealData.Comparison;

/// <summary>One seed: what ESMM and the floor reach on the same test part.</summary>
/// <param name="Seed">Seed of the split, the initial weights and the order.</param>
/// <param name="Counts">Impressions, clicks and conversions of all parts together.</param>
/// <param name="Esmm">ESMM on the test part.</param>
/// <param name="Floor">The same without hidden layers.</param>
/// <param name="EsmmEpoch">The epoch whose weights ESMM kept.</param>
/// <param name="FloorEpoch">The epoch whose weights the floor kept.</param>
internal sealed record SeedResult(ulong Seed, (long Impressions, long Clicks, long Conversions) Counts, EvaluationReport Esmm, EvaluationReport Floor, int EsmmEpoch, int FloorEpoch);
