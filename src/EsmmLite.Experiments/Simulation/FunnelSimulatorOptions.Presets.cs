namespace EsmmLite.Experiments.Simulation;

/// <content>Worlds with names.</content>
public sealed partial record FunnelSimulatorOptions
{
    /// <summary>
    /// 14 users x 14 items in one context, with high rates: 196 cells with many impressions each, so that a saturated model can reach
    /// the true probabilities.
    /// </summary>
    public static FunnelSimulatorOptions Saturated { get; } = new()
    {
        Users = 14,
        Items = 14,
        Categories = 1,
        Sites = 1,
        Devices = 1,
        Hours = 1,
        TargetCtr = 0.3,
        TargetCvr = 0.3,
        ZipfExponent = 0.3,
        ObservedShift = 0.8,
        ConversionSpread = 0.8,
    };

    /// <summary>Many clicks, few conversions, and nearly the same structure in both: where the clicks can teach the conversions most.</summary>
    public static FunnelSimulatorOptions FewConversions { get; } = new()
    {
        TargetCtr = 0.15,
        TargetCvr = 0.005,
        Sharing = 0.9,
    };

    /// <summary>Clicked and unclicked impressions are far apart in the observed fields, and conversions are not rare.</summary>
    public static FunnelSimulatorOptions StrongShift { get; } = new()
    {
        TargetCtr = 0.1,
        TargetCvr = 0.1,
        Sharing = 0.5,
        ObservedShift = 2.5,
    };

    /// <summary>Clicks and conversions have nothing in common, and there are many of both: clicks can't teach conversions anything.</summary>
    public static FunnelSimulatorOptions NoSharing { get; } = new()
    {
        TargetCtr = 0.2,
        TargetCvr = 0.2,
        Sharing = 0,
    };

    /// <summary>A hidden factor drives clicks and conversions: what clicked impressions convert with is about twice what all of them would.</summary>
    public static FunnelSimulatorOptions Confounded { get; } = new()
    {
        Users = 200,
        Items = 100,
        TargetCtr = 0.1,
        TargetCvr = 0.1,
        HiddenConfounding = 1,
    };
}
