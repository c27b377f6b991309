namespace EsmmLite.Experiments.FamilyBench;

/// <summary>How much is compared.</summary>
/// <param name="Variants">Which variants, the plain model first.</param>
/// <param name="Repeats">Repeats of everything.</param>
/// <param name="Rounds">Rounds of each measurement of speed; 0 for none.</param>
public sealed record FamilyPlan(IReadOnlyList<FamilyVariant> Variants, int Repeats, int Rounds);

/// <summary>A variant that doesn't go with a log.</summary>
/// <param name="Data">The log.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Reason">Why.</param>
public sealed record FamilyLeftOut(string Data, string Variant, string Reason);
