using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// An endless impression log whose truth is known: users and items with power-law frequencies and hidden tastes, a few context fields,
/// clicks, and conversions of clicks.
/// </summary>
/// <remarks>
/// The same options give the same impressions on every machine: everything is built on <see cref="SplitMix"/> and
/// <see cref="ExactMath"/>. Given the field values, click and conversion are independent draws from the true probabilities, unless
/// there is a hidden factor: then they are drawn given the factor too, and no field shows it. Not thread-safe.
/// </remarks>
public sealed class FunnelSimulator
{
    private readonly ImpressionWorld _world;
    private readonly FunnelTruth _truth;
    private readonly HiddenFactor? _hidden;
    private readonly ConversionDelay? _delay;
    private SplitMix _impressions;
    private SplitMix _positions;
    private SplitMix _clicks;
    private SplitMix _conversions;
    private SplitMix _factors;
    private SplitMix _delays;
    private SplitMix _noise;
    private SplitMix _keeping;

    /// <summary>Builds the world and calibrates the two intercepts, which takes a fraction of a second.</summary>
    /// <param name="options">The world's options.</param>
    /// <exception cref="EsmmException">Some options are out of range; the message names all of them.</exception>
    public FunnelSimulator(FunnelSimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        SplitMix Stream(SimulationStream purpose) => SplitMix.Stream(options.Seed, (ulong)purpose);
        _world = new ImpressionWorld(options, Stream(SimulationStream.World));
        _truth = new FunnelTruth(options, _world);
        _hidden = options.HiddenConfounding > 0 ? new HiddenFactor(options.HiddenConfounding) : null;
        _delay = options.DelayHours > 0 ? new ConversionDelay(options) : null;
        _impressions = Stream(SimulationStream.Impressions);
        _positions = Stream(SimulationStream.Positions);
        _clicks = Stream(SimulationStream.Clicks);
        _conversions = Stream(SimulationStream.Conversions);
        _factors = Stream(SimulationStream.HiddenFactor);
        _delays = Stream(SimulationStream.Delays);
        _noise = Stream(SimulationStream.Noise);
        _keeping = Stream(SimulationStream.Keeping);
    }

    /// <summary>The world's options.</summary>
    public FunnelSimulatorOptions Options { get; }

    /// <summary>Impressions drawn so far, those that negative down-sampling left out among them.</summary>
    public long Drawn { get; private set; }

    /// <summary>Draws the next impression of the log. Allocates nothing, unless a user or an item is new.</summary>
    /// <param name="destination">Overwritten with the impression.</param>
    public void Next(SimulatedImpression destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        do
        {
            Draw(destination);
        }
        while (Options.NegativeKeep < 1 && !destination.Click && _keeping.NextDouble() >= Options.NegativeKeep);
    }

    private void Draw(SimulatedImpression destination)
    {
        double day = Options.ImpressionsPerDay > 0 ? Drawn / Options.ImpressionsPerDay : 0;
        Drawn++;
        ImpressionContext context = _world.Draw(ref _impressions, ref _positions, day);
        _world.Describe(context, destination);
        destination.Time = FunnelSimulatorOptions.Start.AddSeconds(Math.Floor(day * 86_400));
        (double click, double conversion) = _truth.Logits(context);
        destination.ClickLogit = click;
        destination.ConversionLogit = conversion;
        click += _truth.OfPosition(context);
        destination.TruePCtr = ExactMath.Sigmoid(click);
        destination.TruePCvr = ExactMath.Sigmoid(conversion);
        destination.TruePCvrIfClicked = destination.TruePCvr;
        double clickChance = destination.TruePCtr, conversionChance = destination.TruePCvr;
        if (_hidden is not null)
        {
            HiddenLogits hidden = _hidden.Solve(click, conversion);
            double factor = Options.HiddenConfounding * _factors.NextGaussian();
            destination.TruePCvrIfClicked = hidden.PCvrIfClicked;
            clickChance = ExactMath.Sigmoid(hidden.Click + factor);
            conversionChance = ExactMath.Sigmoid(hidden.Conversion + factor);
        }

        // Both draws are always taken, so that the n-th impression's conversion does not depend on the clicks before it.
        destination.Click = _clicks.NextDouble() < clickChance;
        destination.ConversionIfClicked = _conversions.NextDouble() < conversionChance;
        destination.Conversion = destination.Click && destination.ConversionIfClicked;
        destination.StrayConversion = Options.ConversionNoise > 0 && _noise.NextDouble() < Options.ConversionNoise && !destination.Click;
        TimeSpan delay = _delay?.Draw(context, ref _delays) ?? TimeSpan.Zero;
        destination.Delay = destination.Conversion ? delay : TimeSpan.Zero;
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
