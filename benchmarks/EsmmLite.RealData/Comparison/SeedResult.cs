namespace EsmmLite.RealData.Comparison;

/// <summary>One seed: what ESMM and the floor reach on the same test part.</summary>
/// <param name="Seed">Seed of the split, the initial weights and the order.</param>
/// <param name="Counts">Impressions, clicks and conversions of all parts together.</param>
/// <param name="Esmm">ESMM.</param>
/// <param name="Floor">The same without hidden layers.</param>
internal sealed record SeedResult(ulong Seed, (long Impressions, long Clicks, long Conversions) Counts, Trained Esmm, Trained Floor);
