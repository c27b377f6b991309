using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>Where the comparison takes its logs from.</summary>
/// <param name="name">Its name in tables.</param>
/// <param name="summary">What is special about it.</param>
public abstract class BenchData(string name, string summary)
{
    /// <summary>Its name in tables.</summary>
    public string Name { get; } = name;

    /// <summary>What is special about it.</summary>
    public string Summary { get; } = summary;

    /// <summary>
    /// Whether every repeat has impressions of its own. If not, repeats differ by initial weights and orders only, and the interval of a difference has
    /// to take in the noise of the one set of test impressions too.
    /// </summary>
    public abstract bool IsDrawnAnew { get; }

    /// <summary>Anything that the results depend on, as text.</summary>
    public abstract string Identity { get; }

    /// <summary>The log of a repeat.</summary>
    /// <param name="repeat">From 1.</param>
    public abstract BenchLog Open(int repeat);
}

/// <summary>A simulated regime: a world and a log of its own for every repeat.</summary>
/// <param name="regime">The regime.</param>
/// <param name="rows">Impressions of a log.</param>
/// <param name="schema">The fields.</param>
public sealed class SimulatedBenchData(SimulationRegime regime, int rows, Schema schema) : BenchData(regime.Name, regime.Summary)
{
    /// <summary>A regime with the usual fields.</summary>
    /// <param name="regime">The regime.</param>
    /// <param name="rows">Impressions of a log.</param>
    /// <param name="settings">Which embeddings the schema asks for.</param>
    public SimulatedBenchData(SimulationRegime regime, int rows, BenchSettings settings)
        : this(regime, rows, SimulatedBenchLog.SchemaOf((settings ?? throw new ArgumentNullException(nameof(settings))).Dim))
    {
    }

    /// <inheritdoc/>
    public override bool IsDrawnAnew => true;

    /// <inheritdoc/>
    public override string Identity => FormattableString.Invariant($"simulated {regime.Options} {rows}");

    /// <inheritdoc/>
    public override BenchLog Open(int repeat) => SimulatedBenchLog.Draw(regime.Options, rows, schema, (ulong)repeat);
}

/// <summary>One log for all repeats.</summary>
/// <param name="name">Its name in tables.</param>
/// <param name="summary">What is special about it.</param>
/// <param name="log">The log.</param>
public sealed class FixedBenchData(string name, string summary, BenchLog log) : BenchData(name, summary)
{
    private readonly Lazy<string> _identity = new(() => name + " " + log.Digest());

    /// <inheritdoc/>
    public override bool IsDrawnAnew => false;

    /// <inheritdoc/>
    public override string Identity => _identity.Value;

    /// <inheritdoc/>
    public override BenchLog Open(int repeat) => log;
}
