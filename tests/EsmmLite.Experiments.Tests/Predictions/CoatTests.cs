using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Experiments.Tests.Predictions;

/// <summary>Real people: what methods trained on self-selected ratings say of randomly chosen ones (docs/experiments.md, 6c).</summary>
public class CoatTests(ITestOutputHelper output)
{
    private const double SelfSelected = 0.274;
    private const double AskedAtRandom = 860 / 4640.0;

    [Fact]
    public void MeanPCvrOfRandomPairsIsAboveWhatTheyConvertWith()
    {
        string? folder = Folder();
        Assert.SkipWhen(folder is null, "there is no shared/data/coat beside the repository");
        BenchSettings small = new() { Dim = 8, Layers = [32, 16] };
        BenchLog log = CoatLog.Read(folder!, small.Dim);
        FixedBenchData data = new("coat", "", log), chosen = new("self-selected", "", log with { Test = log.Validation });
        BenchMethod[] methods = [BenchMethod.Base, BenchMethod.Unbias, BenchMethod.Esmm];
        IReadOnlyList<BenchOutcome> outcomes = PaperBenchRun.Run([data, chosen], new BenchPlan(methods, [1], 5, false), small, BenchJournal.InMemory(), Environment.ProcessorCount, token: TestContext.Current.CancellationToken);
        BenchSummary s = BenchSummary.Of([data], outcomes)[0], onChosen = BenchSummary.Of([chosen], outcomes)[0];
        foreach (BenchMethod method in methods)
        {
            BenchMean pcoc = s.Figure(method, BenchMetrics.CvrPcoc)!.Value, auc = s.Figure(method, BenchMetrics.CvrAuc)!.Value;
            output.WriteLine(FormattableString.Invariant($"{method.Name}: mean pCVR {pcoc.Mean * AskedAtRandom:F4} ± {pcoc.Deviation * AskedAtRandom:F4} (random ratings {AskedAtRandom:F4}, self-selected {SelfSelected}); AUC {auc.Mean:F4} ± {auc.Deviation:F4}; PCOC on self-selected ratings {BenchText.Of(onChosen.Figure(method, BenchMetrics.CvrPcoc))}"));
        }

        Assert.InRange(s.Figure(BenchMethod.Base, BenchMetrics.CvrPcoc)!.Value.Mean * AskedAtRandom, AskedAtRandom * 1.1, SelfSelected * 1.1);

        // A logistic regression reads 0.755 (shared/data/README.md).
        Assert.InRange(s.Figure(BenchMethod.Base, BenchMetrics.CvrAuc)!.Value.Mean, 0.7, 0.8);
        Assert.InRange(s.Figure(BenchMethod.Esmm, BenchMetrics.CvrAuc)!.Value.Mean, 0.7, 0.8);
    }

    private static string? Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "shared", "data", "coat");
            if (Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
