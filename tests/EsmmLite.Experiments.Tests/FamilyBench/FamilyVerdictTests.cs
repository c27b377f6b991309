using EsmmLite.Evaluation;
using EsmmLite.Experiments.FamilyBench;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Tests.FamilyBench;

/// <summary>What is said of figures that are made up here, and that the figures are what they say.</summary>
public class FamilyVerdictTests
{
    private static readonly FamilyVariant[] Some = [.. FamilyVariants.Of(["two networks", "ESMM-NS", "PLE", "PCGrad"])];

    [Fact]
    public void TheSeesawIsMeasuredAgainstANetworkOfItsOwn()
    {
        // Two networks 0.010 above plain; ESMM-NS buys back 0.008 of it, PLE loses 0.005 more, PCGrad wavers around 0.
        BenchSummary summary = Summary(repeat => [0.7, 0.71 + (0.0001 * repeat), 0.708, 0.695 - (0.0001 * repeat), 0.7 + (repeat % 2 == 0 ? 0.002 : -0.002)]);
        Assert.Equal(0.01025, FamilyVerdict.LossOfCtr(summary)!.Value.Mean, 6);
        Assert.Equal(["ESMM-NS", "PCGrad", "PLE"], FamilyVerdict.Remedies(summary).Select(r => r.Variant.Name));
        Assert.Equal(0.008 / 0.01025, FamilyVerdict.Remedies(summary)[0].Share, 6);
        Assert.Equal("ESMM-NS +78 %", FamilyVerdict.Text(FamilyVerdict.Remedies(summary)[0]));
        Assert.StartsWith("PCGrad (", FamilyVerdict.Text(FamilyVerdict.Remedies(summary)[1]), StringComparison.Ordinal);
        Assert.Contains(FamilyVerdict.Of(summary), line => line.StartsWith("PLE: worse in CTR AUC", StringComparison.Ordinal));
        Assert.Contains(FamilyVerdict.Of(summary), line => line.EndsWith("support: PCGrad.", StringComparison.Ordinal));
        Assert.Contains(FamilyVerdict.Overall([summary]), line => line.StartsWith("Harmful here: PLE", StringComparison.Ordinal));
        Assert.Contains(FamilyVerdict.Overall([summary]), line => line.StartsWith("Worth a try: two networks", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutALossNothingIsBoughtBack()
    {
        BenchSummary summary = Summary(repeat => [0.7, 0.7 + (repeat % 2 == 0 ? 0.01 : -0.01), 0.7004, 0.7, 0.7]);
        Assert.Null(FamilyVerdict.LossOfCtr(summary));
        Assert.Empty(FamilyVerdict.Remedies(summary));

        // Supported, and too small to count.
        Assert.DoesNotContain(FamilyVerdict.Of(summary), line => line.StartsWith("ESMM-NS", StringComparison.Ordinal));
    }

    [Fact]
    public void FiguresAreOfTheTruthWhereItIsKnownAndOfLabelsElsewhere()
    {
        BenchLog log = FamilyTask.Simulated(FamilyTask.Seesaw, 2_000, new BenchSettings { Dim = 2 }).Data.Open(3);
        SplitMix random = new(5);
        float[] p = [.. Enumerable.Range(0, log.Test.Count).Select(_ => random.NextSingle())], q = [.. p.Select(x => 1 - x)];
        FamilyPredictions predicted = new(p, q, [.. p.Zip(q, (a, b) => a * b)]);
        IReadOnlyDictionary<string, double> truth = FamilyMetrics.Of(log, predicted, null);
        Assert.Equal(ExpectedAuc.Compute(q, log.TruePCvr)!.Value, truth[FamilyMetrics.CvrAuc], 12);
        Assert.Equal(p.Sum(x => (double)x) / log.TruePCtr!.Sum(), truth[FamilyMetrics.CtrPcoc], 12);

        BenchLog unknown = log with { TruePCtr = null, TruePCvr = null };
        IReadOnlyDictionary<string, double> labels = FamilyMetrics.Of(unknown, predicted, predicted);
        AucAccumulator ctr = new(), cvr = new();
        for (int r = 0; r < p.Length; r++)
        {
            ctr.Add(p[r], log.Test.Labels(0)[r] != 0);
            if (log.Test.Labels(0)[r] != 0)
            {
                cvr.Add(q[r], log.Test.Labels(1)[r] != 0);
            }
        }

        Assert.Equal(ctr.Compute()!.Value, labels[FamilyMetrics.CtrAuc], 12);
        Assert.Equal(cvr.Compute()!.Value, labels[FamilyMetrics.CvrAuc], 12);
        Assert.Equal(0, labels[FamilyMetrics.CtrAuc + UnitRun.ErrorToBase]);
    }

    private static BenchSummary Summary(Func<int, double[]> ctrAucs)
    {
        FamilyTask task = FamilyTask.Simulated(FamilyTask.Seesaw, 100, new BenchSettings());
        BenchOutcome[] outcomes = [.. Enumerable.Range(1, 4).Select(repeat => new BenchOutcome(new BenchUnit(task.Data.Name, 1, repeat), new Dictionary<string, double>(), Some.Zip(ctrAucs(repeat)).ToDictionary(
            pair => pair.First.Name, pair => (IReadOnlyDictionary<string, double>)new Dictionary<string, double> { [FamilyMetrics.CtrAuc] = pair.Second + (0.01 * repeat) })))];
        return new BenchSummary(task.Data, 1, outcomes, Some);
    }
}
