namespace EsmmLite.RealData.Comparison;

/// <summary>One seed: what two models reach on the same test part.</summary>
/// <param name="Seed">Seed of the split, the initial weights and the order.</param>
/// <param name="Counts">Impressions, clicks and conversions of all parts together.</param>
/// <param name="Subject">The model in question: ESMM, or the config that 'esmm init' drafts.</param>
/// <param name="Baseline">What it is measured by: the same model without hidden layers, or the sample config.</param>
internal sealed record SeedResult(ulong Seed, (long Impressions, long Clicks, long Conversions) Counts, Trained Subject, Trained Baseline);
