using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>A log that all variants are compared on, and the config that they are overlays on.</summary>
/// <param name="Data">Where the log comes from.</param>
/// <param name="Config">The config.</param>
/// <param name="Limits">Epochs and patience.</param>
public sealed record FamilyTask(BenchData Data, FamilyConfig Config, BenchSettings Limits)
{
    private const string Weight = "weight";
    private static readonly TimeSpan PastOfItem = TimeSpan.FromDays(7);

    /// <summary>The world in which two tasks with nothing in common share embeddings that are too short for both.</summary>
    public static SimulationRegime Seesaw { get; } = new("seesaw", new FunnelSimulatorOptions
    {
        Users = 300,
        Items = 200,
        TargetCtr = 0.3,
        TargetCvr = 0.4,
        Sharing = 0,
        ObservedShift = 1.5,
        ConversionSpread = 2.5,
        InteractionShare = 0.6,
        IdShare = 0.9,
    }, "two tasks with nothing in common, embeddings of 2");

    /// <summary>Simulated worlds that the comparison knows: the regimes, and the seesaw.</summary>
    public static IReadOnlyList<SimulationRegime> Worlds { get; } = [.. SimulationRegime.All, Seesaw];

    /// <summary>The worlds that are compared unless others are named.</summary>
    public static IReadOnlyList<string> UsualWorlds { get; } = ["usual", "few-conversions", Seesaw.Name];

    /// <summary>A simulated world. The config has what the weights need: the time, the items' history, a column of row weights.</summary>
    /// <param name="world">The world.</param>
    /// <param name="rows">Impressions of a log.</param>
    /// <param name="settings">Shape and training.</param>
    public static FamilyTask Simulated(SimulationRegime world, int rows, BenchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(settings);
        Schema usual = SimulatedBenchLog.SchemaOf(world == Seesaw ? 2 : settings.Dim);
        Schema schema = usual with
        {
            // The logarithm of the price, as a number that may weigh rows.
            Fields = [.. usual.Fields, new NumericField { Name = Weight, Column = "price", Log = true, Standardise = false }],
            Time = new ImpressionTime { Column = "time" },
        };
        TrainingOptions training = settings.Options(1) with { Loss = new LossOptions { History = new HistoryOptions { Field = "item_id", Window = PastOfItem } } };
        return new FamilyTask(new SimulatedBenchData(world, rows, schema), new FamilyConfig(new EsmmConfig(schema, settings.Shape(ctr: true, cvr: true, 1), training), Weight), settings);
    }
}
