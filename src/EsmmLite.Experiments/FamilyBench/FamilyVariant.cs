using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>What a variant changes.</summary>
public enum FamilyPart
{
    /// <summary>Towers, tables and objective.</summary>
    Model,

    /// <summary>What the layers are like.</summary>
    Layers,

    /// <summary>What the losses are weighed by.</summary>
    Weights,
}

/// <summary>Which tables a variant has.</summary>
public enum FamilyTableSet
{
    /// <summary>The config's.</summary>
    Shared,

    /// <summary>Every table twice, one for each tower.</summary>
    OneEach,

    /// <summary>The config's, with embeddings twice as long.</summary>
    Long,
}

/// <summary>One row of the table: plain ESMM with a few values of its config replaced.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Part">What it changes.</param>
/// <param name="Summary">What it is, in a few words.</param>
/// <param name="Overlay">
/// Values of the config, as <c>--set</c> takes them. <c>{first}</c> stands for the width of the CVR tower's first layer, <c>{ctr}</c> and
/// <c>{cvr}</c> for a tower's layers without the first.
/// </param>
public sealed record FamilyVariant(string Name, FamilyPart Part, string Summary, params IReadOnlyList<string> Overlay) : BenchMethod(Name, Summary)
{
    /// <summary>A second network, which gives pCVR while the first gives pCTR; none if null.</summary>
    public IReadOnlyList<string>? Second { get; init; }

    /// <summary>Which tables there are.</summary>
    public FamilyTableSet Tables { get; init; }

    /// <summary>A key of the config's <c>loss</c> that this variant alone takes over; nothing if null.</summary>
    public string? TakesOver { get; init; }
}
