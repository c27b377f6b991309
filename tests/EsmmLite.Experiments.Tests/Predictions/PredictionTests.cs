using System.Globalization;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Simulation;

namespace EsmmLite.Experiments.Tests.Predictions;

/// <summary>What theory predicts of the paper's methods (docs/experiments.md), over seeds with intervals.</summary>
public class PredictionTests(ITestOutputHelper output)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("ESMM_LONG") == "1";
    private static readonly BenchSettings Small = new() { Dim = 8, Layers = [32, 16] };

    [Fact]
    public void FewConversionsMuchSharing_EsmmAboveBaseAndAboveItselfWithoutSharing()
    {
        BenchSummary s = Compare(SimulationRegime.Find("few-conversions")!, 300_000, 5, Small, BenchMethod.Base, BenchMethod.EsmmNs, BenchMethod.Esmm);
        foreach (string key in (string[])[BenchMetrics.EntireAuc, BenchMetrics.ClickedExpectedAuc])
        {
            Above(s, BenchMethod.Esmm, BenchMethod.Base, key);
            Above(s, BenchMethod.Esmm, BenchMethod.EsmmNs, key);
        }
    }

    /// <summary>
    /// The prediction was a gain in loss and in ranking. Only the loss is better; <see cref="SlopeWeightTests"/> shows why ranking need not be: the CVR
    /// tower's slopes are weighted by pCTR, so ESMM is pulled towards the truth where BASE is, at clicked impressions.
    /// </summary>
    [Fact]
    public void LimitedCapacityStrongShift_SmallerLossWhereNobodyClickedButNoBetterRanking()
    {
        BenchSettings limited = Small with { Dim = 2, Layers = [], LearningRate = 3e-3 };
        BenchSummary s = Compare(SimulationRegime.Find("observed-shift")!, 200_000, 5, limited, BenchMethod.Base, BenchMethod.Esmm);
        Above(s, BenchMethod.Base, BenchMethod.Esmm, BenchMetrics.UnclickedLogLoss);
        BenchDifference auc = Print(s, BenchMethod.Esmm, BenchMethod.Base, BenchMetrics.UnclickedAuc);
        Print(s, BenchMethod.Esmm, BenchMethod.Base, BenchMetrics.UnclickedPcoc);
        Print(s, BenchMethod.Esmm, BenchMethod.Base, BenchMetrics.CvrPcoc);
        Assert.False(auc is { IsSupported: true, Mean: > 0 }, "a gain in ranking where the slopes' weights see none");
    }

    [Fact]
    public void NoSharingManyConversions_NoGain()
    {
        BenchSummary s = Compare(SimulationRegime.Find("no-sharing")!, 200_000, 5, Small, BenchMethod.Base, BenchMethod.Esmm);
        BenchDifference d = Print(s, BenchMethod.Esmm, BenchMethod.Base, BenchMetrics.EntireAuc);
        Assert.True(d.Mean < 0.01 && d.Mean - d.HalfInterval < 0, "a gain where theory sees none");
        Assert.True(d.Mean > -0.05, "more than a small loss");
    }

    [Fact]
    public void AHiddenFactor_NoMethodRepairsIt()
    {
        // Cells that a small network can learn, so that what is left is the hidden factor and not a lack of data.
        FunnelSimulatorOptions cells = FunnelSimulatorOptions.Saturated with { TargetCtr = 0.1, TargetCvr = 0.1, HiddenConfounding = 1 };
        BenchMethod[] methods = [BenchMethod.Base, BenchMethod.Unbias, BenchMethod.Esmm];
        BenchSummary s = Compare(new SimulationRegime("confounded cells", cells, ""), 200_000, 4, Small, methods);
        foreach (BenchMethod method in methods)
        {
            double seen = s.Figure(method, BenchMetrics.EntirePcoc)!.Value.Mean, causal = s.Figure(method, BenchMetrics.CausalPcoc)!.Value.Mean;
            output.WriteLine(FormattableString.Invariant($"{method.Name}: PCOC against P(z|y=1,x) {seen:F3}, against P(z|do(click),x) {causal:F3}"));
            Assert.InRange(seen, 0.9, 1.1);
            Assert.InRange(causal, 1.5, 2.6);
            Assert.InRange(causal / s.Figure(BenchMethod.Base, BenchMetrics.CausalPcoc)!.Value.Mean, 0.9, 1.1);
        }
    }

    [Fact]
    public void AmanPredictsFarTooLittle_DivisionMoreThanOne()
    {
        SimulationRegime regime = new("many conversions", new FunnelSimulatorOptions { TargetCtr = 0.1, TargetCvr = 0.4 }, "");
        BenchSummary s = Compare(regime, 60_000, 3, Small, BenchMethod.Base, BenchMethod.Aman, BenchMethod.Division, BenchMethod.Esmm);
        BenchMean aman = s.Figure(BenchMethod.Aman, BenchMetrics.CvrPcoc)!.Value, above = s.Figure(BenchMethod.Division, BenchMetrics.AboveOne)!.Value;
        output.WriteLine(FormattableString.Invariant($"AMAN's PCOC on clicked impressions {aman.Mean:F3} ± {aman.Deviation:F3}; DIVISION above 1: {above.Mean:P3} ± {above.Deviation:P3}"));
        Assert.InRange(aman.Mean, 0, 0.5);
        Assert.True(above.Mean > 0);
        Assert.Equal(0, s.Figure(BenchMethod.Esmm, BenchMetrics.AboveOne)!.Value.Mean);
    }

    private void Above(BenchSummary s, BenchMethod better, BenchMethod other, string key)
    {
        BenchDifference d = Print(s, better, other, key);
        Assert.True(d.Mean > 0 && d.IsSupported, $"{better.Name} - {other.Name} in {key}: not supported");
    }

    private BenchDifference Print(BenchSummary s, BenchMethod first, BenchMethod second, string key)
    {
        BenchDifference d = s.Difference(first, second, key)!.Value;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{key}: {first.Name} {BenchText.Of(s.Figure(first, key))}, {second.Name} {BenchText.Of(s.Figure(second, key))}, difference {BenchText.Of(d)}"));
        return d;
    }

    private static BenchSummary Compare(SimulationRegime regime, int rows, int seeds, BenchSettings settings, params BenchMethod[] methods)
    {
        SimulatedBenchData data = new(regime, Long ? 3 * rows : rows, settings);
        BenchPlan plan = new(methods, [1], Long ? 2 * seeds : seeds, ChooseVariants: false);
        BenchJournal journal = BenchJournal.InMemory();
        journal.AddVariant(regime.Name, BenchMethod.Aman.Name, 1); // all unclicked impressions
        IReadOnlyList<BenchOutcome> outcomes = PaperBenchRun.Run([data], plan, settings, journal, Environment.ProcessorCount, token: TestContext.Current.CancellationToken);
        return new BenchSummary(data, 1, outcomes);
    }
}
