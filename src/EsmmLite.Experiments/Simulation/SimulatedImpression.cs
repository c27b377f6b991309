namespace EsmmLite.Experiments.Simulation;

/// <summary>One impression with its labels and the truth behind them; filled again and again by <see cref="FunnelSimulator.Next"/>.</summary>
public sealed class SimulatedImpression
{
    /// <summary>Who saw it, such as <c>u17</c>; the number is the user's rank by frequency.</summary>
    public string UserId { get; internal set; } = "";

    /// <summary>What was shown, such as <c>i3</c>; the number is the item's rank by frequency.</summary>
    public string ItemId { get; internal set; } = "";

    /// <summary>The item's category.</summary>
    public string Category { get; internal set; } = "";

    /// <summary>Where it was shown.</summary>
    public string Site { get; internal set; } = "";

    /// <summary>The kind of device it was shown on.</summary>
    public string Device { get; internal set; } = "";

    /// <summary>Hour of the day, from 0.</summary>
    public long Hour { get; internal set; }

    /// <summary>The item's price, in whole cents written as units: positive and skewed.</summary>
    public double Price { get; internal set; }

    /// <summary>Whether it was clicked: y.</summary>
    public bool Click { get; internal set; }

    /// <summary>Whether it was clicked and converted; never true without a click.</summary>
    public bool Conversion { get; internal set; }

    /// <summary>P(y = 1 | x), the probability that <see cref="Click"/> was drawn with.</summary>
    public double TruePCtr { get; internal set; }

    /// <summary>P(z = 1 | y = 1, x), the probability that a clicked impression converts with; known for unclicked ones too.</summary>
    public double TruePCvr { get; internal set; }
}
