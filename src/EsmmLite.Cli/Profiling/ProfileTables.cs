using System.Globalization;
using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Kernels;
using EsmmLite.Memory;

namespace EsmmLite.Cli.Profiling;

/// <summary>A profile as tables, none of them wider than 80 columns.</summary>
internal static class ProfileTables
{
    private static readonly StepPass[] Passes = Enum.GetValues<StepPass>();

    public static void Write(StepProfile profile)
    {
        WriteRun(profile);
        WriteTimes(profile);
        WriteRates(profile);
        WriteMemory(profile);
    }

    private static void WriteRun(StepProfile profile)
    {
        string Milliseconds(double value) => Decimal(value, profile) + " ms";
        new TextTable("Training steps of " + profile.Plan.ConfigPath, "", "")
            .Add("ids", profile.Plan.Source)
            .Add("batch", Show.Count(profile.Plan.Batch) + " impressions")
            .Add("threads", Show.Count(profile.Plan.Threads))
            .Add("vectors", VectorWidth.Bits + " bits")
            .Add("steps", Show.Count(profile.Steps) + " measured after " + Show.Count(profile.WarmUpSteps) + " to warm up")
            .Add("a step", Milliseconds(profile.StepMilliseconds) + "; median " + Milliseconds(profile.MedianMilliseconds) + ", fastest " + Milliseconds(profile.FastestMilliseconds))
            .Add("impressions/s", Show.Count((long)profile.ImpressionsPerSecond))
            .Add("table rows a step", Show.Count((long)Math.Round(profile.RowsTouched)) + " touched; their update reads or writes " + Show.Bytes((long)profile.RowBytes))
            .Write();
    }

    private static void WriteTimes(StepProfile profile)
    {
        var table = new TextTable("Milliseconds a step (time of all threads, divided by their number)", "layer", "forward>", "loss>", "dInput>", "dWeight>", "update>", "all>", "%>");
        void Add(string name, IEnumerable<double> passes, double all) =>
            table.Add([name, .. passes.Select(t => t == 0 ? "" : Decimal(t, profile)), Decimal(all, profile), Percent(all / profile.StepMilliseconds)]);

        foreach (string layer in profile.Pieces.Select(p => p.Layer).Distinct())
        {
            double[] times = [.. Passes.Select(pass => profile.Time(layer, pass))];
            Add(layer, times, times.Sum());
        }

        Add("waiting", Passes.Select(_ => 0.0), profile.WaitingMilliseconds);
        Add("step", Passes.Select(pass => profile.Pieces.Where(p => p.Pass == pass).Sum(p => p.Milliseconds)), profile.StepMilliseconds);
        table.Write();
    }

    private static void WriteRates(StepProfile profile)
    {
        var table = new TextTable("Matrix products, GFLOP/s of all threads together (two operations a multiply-add)", "layer", "shape", "forward>", "dInput>", "dWeight>", "all>", "% of peak>");
        foreach (MatrixWork work in profile.Work)
        {
            double? all = profile.Rate(work, MatrixWork.Passes);
            table.Add([work.Layer, work.Shape, .. MatrixWork.Passes.Select(pass => Giga(profile.Rate(work, pass))), Giga(all), Percent(all / profile.PeakFlops)]);
        }

        table.Add("all layers", "", "", "", "", Giga(profile.MatrixRate()), Percent(profile.MatrixRate() / profile.PeakFlops));
        table.Add("whole step", "", "", "", "", Giga(profile.StepRate), Percent(profile.StepRate / profile.PeakFlops));
        table.Add("FMA peak", "", "", "", "", Giga(profile.PeakFlops), Percent(1));
        table.Write();
        if (profile.ByDistinctRow)
        {
            Console.Out.WriteLine("Products of separate fields are formed once for each distinct row, but counted for each impression:");
            Console.Out.WriteLine("a rate above the peak is work saved. The time of their dInput is part of dWeight.");
            Console.Out.WriteLine();
        }
    }

    private static void WriteMemory(StepProfile profile)
    {
        var table = new TextTable("Memory (a scorer's threads need some beside it, for one chunk of rows each)", "for", "training>", "scoring>");
        foreach (MemoryPart part in profile.TrainingMemory)
        {
            long? scoring = Find(profile.ScoringMemory, part.Kind);
            table.Add(part.Kind, Show.Bytes(part.Bytes), scoring is { } bytes ? Show.Bytes(bytes) : "");
        }

        table.Add("all", Show.Bytes(profile.TrainingMemory.Sum(p => p.Bytes)), Show.Bytes(profile.ScoringMemory.Sum(p => p.Bytes)));
        if (profile.TableWeights > 0)
        {
            table.Add("bytes a table weight", PerWeight(profile.TrainingMemory, profile), PerWeight(profile.ScoringMemory, profile));
        }

        table.Write();
    }

    private static string PerWeight(IReadOnlyList<MemoryPart> parts, StepProfile profile) =>
        (parts.Where(p => p.Kind.StartsWith("table ", StringComparison.Ordinal)).Sum(p => p.Bytes) / (double)profile.TableWeights).ToString("F2", CultureInfo.InvariantCulture);

    private static long? Find(IReadOnlyList<MemoryPart> parts, string kind) => parts.Where(p => p.Kind == kind).Select(p => (long?)p.Bytes).SingleOrDefault();

    // As many digits in every row of a column, so that the eye can add it up.
    private static string Decimal(double milliseconds, StepProfile profile) =>
        milliseconds.ToString(profile.StepMilliseconds < 10 ? "F3" : profile.StepMilliseconds < 100 ? "F2" : "F1", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share is { } value ? (100 * value).ToString("F1", CultureInfo.InvariantCulture) : "n/a";

    private static string Giga(double? flops) => flops is { } value ? (value / 1e9).ToString("F1", CultureInfo.InvariantCulture) : "n/a";
}
