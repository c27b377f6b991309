namespace EsmmLite.Experiments.Simulation;

/// <summary>A world with a name, in which theory says something of its own about ESMM.</summary>
/// <param name="Name">As it is typed.</param>
/// <param name="Options">The world.</param>
/// <param name="Summary">What is special about it, in a few words.</param>
public sealed record SimulationRegime(string Name, FunnelSimulatorOptions Options, string Summary)
{
    /// <summary>All regimes.</summary>
    public static IReadOnlyList<SimulationRegime> All { get; } =
    [
        new("usual", new FunnelSimulatorOptions(), "4 % clicks, 1.5 % conversions, much in common"),
        new("saturated", FunnelSimulatorOptions.Saturated, "196 cells with many impressions each"),
        new("few-conversions", FunnelSimulatorOptions.FewConversions, "many clicks, few conversions, nearly everything in common"),
        new("observed-shift", FunnelSimulatorOptions.StrongShift, "clicked and unclicked far apart in the observed fields"),
        new("no-sharing", FunnelSimulatorOptions.NoSharing, "nothing in common, many clicks and conversions"),
        new("hidden-confounding", FunnelSimulatorOptions.Confounded, "a hidden factor drives clicks and conversions"),
    ];

    /// <summary>The regime of a name; null if there is none.</summary>
    public static SimulationRegime? Find(string name) => All.FirstOrDefault(r => r.Name == name);
}
