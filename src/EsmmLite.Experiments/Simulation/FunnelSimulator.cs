using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// An endless impression log whose truth is known: users and items with power-law frequencies and hidden tastes, a few context fields,
/// clicks, and conversions of clicks.
/// </summary>
/// <remarks>
/// The same options give the same impressions on every machine: everything is built on <see cref="SplitMix"/> and
/// <see cref="ExactMath"/>. Given the field values, click and conversion are independent draws from the true probabilities: there is no
/// hidden confounder, so P(z = 1 | y = 1, x) is also what an unclicked impression would convert with. Not thread-safe.
/// </remarks>
public sealed class FunnelSimulator
{
    private readonly ImpressionWorld _world;
    private readonly FunnelTruth _truth;
    private SplitMix _impressions;
    private SplitMix _clicks;
    private SplitMix _conversions;

    /// <summary>Builds the world and calibrates the two intercepts, which takes a fraction of a second.</summary>
    /// <param name="options">The world's options.</param>
    /// <exception cref="EsmmException">Some options are out of range; the message names all of them.</exception>
    public FunnelSimulator(FunnelSimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _world = new ImpressionWorld(options, SplitMix.Stream(options.Seed, (ulong)SimulationStream.World));
        _truth = new FunnelTruth(options, _world);
        _impressions = SplitMix.Stream(options.Seed, (ulong)SimulationStream.Impressions);
        _clicks = SplitMix.Stream(options.Seed, (ulong)SimulationStream.Clicks);
        _conversions = SplitMix.Stream(options.Seed, (ulong)SimulationStream.Conversions);
    }

    /// <summary>The world's options.</summary>
    public FunnelSimulatorOptions Options { get; }

    /// <summary>Draws the next impression. Allocates nothing.</summary>
    /// <param name="destination">Overwritten with the impression.</param>
    public void Next(SimulatedImpression destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ImpressionContext context = _world.Draw(ref _impressions);
        _world.Describe(context, destination);
        (double click, double conversion) = _truth.Logits(context);
        destination.TruePCtr = ExactMath.Sigmoid(click);
        destination.TruePCvr = ExactMath.Sigmoid(conversion);

        // Both draws are always taken, so that the n-th impression's conversion does not depend on the clicks before it.
        double clickDraw = _clicks.NextDouble();
        double conversionDraw = _conversions.NextDouble();
        destination.Click = clickDraw < destination.TruePCtr;
        destination.Conversion = destination.Click && conversionDraw < destination.TruePCvr;
    }

    /// <summary>Writes the next impressions as CSV: a header line, then one line each, every line ended by a line feed.</summary>
    /// <param name="simulator">Where the impressions come from; it moves on by as many.</param>
    /// <param name="impressions">Number of impressions.</param>
    /// <param name="writer">Where the text goes; not flushed or closed.</param>
    /// <param name="withTruth">Whether to add the columns <c>true_pctr</c> and <c>true_pcvr</c>, which no model may see.</param>
    /// <exception cref="EsmmException">The number of impressions is negative.</exception>
    public static void WriteCsv(FunnelSimulator simulator, long impressions, TextWriter writer, bool withTruth)
        => FunnelCsv.Write(simulator, impressions, writer, withTruth);
}
