using System.Text;
using EsmmLite.Experiments.Simulation;

namespace EsmmLite.Cli.Demo;

/// <summary>A simulated log on disk: one file to train on, one held out, which also tells the truth.</summary>
internal sealed record DemoLog(string Training, string HeldOut)
{
    public const string TruePCvr = "true_pcvr";

    public static DemoLog Write(string folder, DemoPlan plan, ulong seed, CancellationToken token)
    {
        var simulator = new FunnelSimulator(new FunnelSimulatorOptions { Seed = seed });
        var log = new DemoLog(Path.Combine(folder, "train.csv"), Path.Combine(folder, "heldout.csv"));
        WriteFile(simulator, log.Training, plan.TrainingRows, withTruth: false);
        token.ThrowIfCancellationRequested();
        WriteFile(simulator, log.HeldOut, plan.HeldOutRows, withTruth: true);
        token.ThrowIfCancellationRequested();
        return log;
    }

    private static void WriteFile(FunnelSimulator simulator, string path, int rows, bool withTruth)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 16);
        FunnelSimulator.WriteCsv(simulator, rows, writer, withTruth);
    }
}
