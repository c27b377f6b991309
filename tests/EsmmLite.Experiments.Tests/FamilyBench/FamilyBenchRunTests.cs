using System.Text.Json;
using EsmmLite.Experiments.FamilyBench;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;

namespace EsmmLite.Experiments.Tests.FamilyBench;

public class FamilyBenchRunTests
{
    private static readonly BenchSettings Tiny = new() { Dim = 4, Layers = [8, 4], Epochs = 2, Patience = 1, ClickedEpochs = 3, ClickedPatience = 1 };

    private static readonly FamilyTask World = FamilyTask.Simulated(new SimulationRegime("world", new FunnelSimulatorOptions { Users = 100, Items = 50, TargetCtr = 0.3, TargetCvr = 0.4 }, "a small world"), 2_000, Tiny);

    [Fact]
    public void EveryVariantIsCompared()
    {
        (IReadOnlyList<BenchOutcome> outcomes, IReadOnlyList<FamilyLeftOut> leftOut) = FamilyBenchRun.Run([World], new FamilyPlan(FamilyVariants.All, 2, 1), BenchJournal.InMemory(), 2, token: TestContext.Current.CancellationToken);
        Assert.Empty(leftOut);
        BenchSummary summary = Assert.Single(BenchSummary.Of([World.Data], outcomes, FamilyVariants.All));
        Assert.Equal(FamilyVariants.All, summary.Methods);
        Assert.All(FamilyVariants.All, v => Assert.All(FamilyMetrics.All, metric => Assert.True(summary.Figure(v, metric.Key) is not null, v.Name + " has no " + metric.Title)));

        // Each variant is a model of its own: none does what the plain one does, or what another one does.
        Assert.Equal(FamilyVariants.All.Count, FamilyVariants.All.Select(v => summary.Figure(v, FamilyMetrics.CtcvrLogLoss)!.Value.Mean).Distinct().Count());
        double Parameters(string name) => summary.Figure(FamilyVariants.Of([name])[^1], FamilySpeed.Parameters)!.Value.Mean;
        Assert.Equal(2 * Parameters("ESMM"), Parameters("two networks"));
        Assert.Equal(Parameters("ESMM"), Parameters("PCGrad"));

        // More room in common, and room of one's own, are compared with as many numbers in tables: what is longer besides is the towers' first layers.
        BenchLog log = World.Data.Open(1);
        Assert.Equal(PrivateTables.Of(log.Space).Space.Encoders.Sum(Numbers), LongTables.Of(log.Space).Encoders.Sum(Numbers));
        Assert.Equal(2 * log.Space.Encoders.Sum(Numbers), LongTables.Of(log.Space).Encoders.Sum(Numbers));
        Assert.True(Parameters("PLE") > Parameters("MMoE"));
        string markdown = FamilyText.Markdown([summary], leftOut), html = FamilyFiles.Html([summary], leftOut);
        using JsonDocument json = JsonDocument.Parse(FamilyFiles.Json([summary], outcomes, leftOut));
        Assert.Equal(FamilyVariants.All.Count, json.RootElement.GetProperty("summary")[0].GetProperty("variants").GetArrayLength());
        Assert.All(FamilyVariants.All, v => Assert.Contains("| " + v.Name + " |", markdown, StringComparison.Ordinal));
        Assert.All(FamilyVariants.All, v => Assert.Contains(System.Net.WebUtility.HtmlEncode(v.Summary), html, StringComparison.Ordinal));
    }

    [Fact]
    public void ResultsDependOnNeitherThreadsNorInterruptions()
    {
        string folder = Directory.CreateTempSubdirectory("esmm-family-").FullName;
        try
        {
            CancellationToken token = TestContext.Current.CancellationToken;
            FamilyPlan plan = new(FamilyVariants.Of(["two networks", "PLE", "GradNorm"]), 2, 0);
            string whole = Text(FamilyBenchRun.Run([World], plan, BenchJournal.InMemory(), 1, token: token).Outcomes);
            Assert.Equal(whole, Text(FamilyBenchRun.Run([World], plan, BenchJournal.InMemory(), 3, token: token).Outcomes));

            string path = Path.Combine(folder, "journal");
            Dictionary<string, string> identity = new() { ["all"] = FamilyBenchRun.Identity([World], plan) };
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(token);
            Assert.ThrowsAny<OperationCanceledException>(() => FamilyBenchRun.Run([World], plan, BenchJournal.Open(path, identity), 1, new StopAt(0.5, stop), stop.Token));
            BenchJournal resumed = BenchJournal.Open(path, identity);
            Assert.InRange(resumed.Resumed, 1, 7);
            Assert.Equal(whole, Text(FamilyBenchRun.Run([World], plan, resumed, 2, token: token).Outcomes));

            // A further variant goes on from there too; its speed is one more piece.
            FamilyBenchRun.Run([World], new FamilyPlan(FamilyVariants.Of(["two networks", "PLE", "GradNorm", "skip"]), 2, 1), BenchJournal.Open(path, identity), 2, token: token);
            Assert.Equal(10 + 5, BenchJournal.Open(path, identity).Resumed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Numbers(FieldEncoder encoder) => encoder.Rows * encoder.Dim;

    private static string Text(IReadOnlyList<BenchOutcome> outcomes) => JsonSerializer.Serialize(outcomes);

    private sealed class StopAt(double share, CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value >= share)
            {
                source.Cancel();
            }
        }
    }
}
