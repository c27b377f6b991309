namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// The random streams of a simulation, one for each purpose, so that a change to one leaves the draws of the others alone.
/// The numbers are part of every pinned log: add new ones at the end.
/// </summary>
internal enum SimulationStream : ulong
{
    /// <summary>Categories and prices of items.</summary>
    World = 0,

    /// <summary>The structure that both logits share.</summary>
    CommonStructure = 1,

    /// <summary>The click logit's own structure.</summary>
    ClickStructure = 2,

    /// <summary>The conversion logit's own structure.</summary>
    ConversionStructure = 3,

    /// <summary>The impressions that the intercepts are calibrated on.</summary>
    Calibration = 4,

    /// <summary>Field values of the log's impressions.</summary>
    Impressions = 5,

    /// <summary>Click labels.</summary>
    Clicks = 6,

    /// <summary>Conversion labels.</summary>
    Conversions = 7,

    /// <summary>The hidden factor of each impression.</summary>
    HiddenFactor = 8,

    /// <summary>When users are replaced.</summary>
    UserChurn = 9,

    /// <summary>When items are replaced.</summary>
    ItemChurn = 10,

    /// <summary>Positions on the page.</summary>
    Positions = 11,

    /// <summary>What delays depend on.</summary>
    DelayStructure = 12,

    /// <summary>Delays of conversions.</summary>
    Delays = 13,

    /// <summary>Conversions without a click.</summary>
    Noise = 14,

    /// <summary>Which unclicked impressions get into the log.</summary>
    Keeping = 15,

    /// <summary>Positions of the impressions that the intercepts are calibrated on.</summary>
    CalibrationPositions = 16,
}
