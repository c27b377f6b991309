using EsmmLite.Experiments.Simulation;

namespace EsmmLite.Experiments.Tests.Simulation;

/// <summary>Each knob moves its own measure by what was asked and leaves those of the others alone.</summary>
public class KnobTests(ITestOutputHelper output)
{
    private const int Seeds = 6;

    // Equal frequencies of many users and items: the measures are then close to their expectations for every seed.
    private static readonly FunnelSimulatorOptions Base = new() { ZipfExponent = 0.2, Categories = 100, Sites = 60, Devices = 20, ImpressionsPerDay = 1_000, TargetCvr = 0.05, Sharing = 0.5, ObservedShift = 1, ConversionSpread = 1 };

    private static readonly Dictionary<string, Measures> Known = [];

    public static TheoryData<string> Knobs => ["observed shift", "hidden confounding", "sparsity", "sharing", "churn", "delay", "noise", "down-sampling", "position"];

    [Theory]
    [MemberData(nameof(Knobs))]
    public void AKnobMovesItsOwnMeasureAndNoOther(string knob)
    {
        Measures before = Of("base", Base), after = Of(knob, Turned(knob));
        output.WriteLine(before + "\n" + after);
        double Expected(string of, double value, double otherwise) => knob == of ? value : otherwise;
        Near(after.Shift / before.Shift, Expected("observed shift", 2, 1), 0.03);
        Near(after.Correlation, Expected("sharing", 0.9, 0.5), 0.06);
        Near(after.Ctr, Expected("sparsity", 0.1, 0.04), 0.0015);
        Near(after.Cvr, Expected("sparsity", 0.01, 0.05), knob == "sparsity" ? 0.0005 : 0.002);
        if (knob == "hidden confounding")
        {
            // Nothing that a log shows has moved, to the last bit; and what would happen has, by about e^(γ²) at rates near 0.
            Assert.Equal((before.Shift, before.Correlation, before.Ctr, before.Cvr, before.UnseenItems), (after.Shift, after.Correlation, after.Ctr, after.Cvr, after.UnseenItems));
            Assert.InRange(after.Confounding, 1.8, Math.E);
        }
        else
        {
            Assert.Equal(1, after.Confounding, 1e-12);
        }

        Assert.Equal(knob == "noise", after.Stray > 0);
        Assert.Equal(knob == "delay", after.DelayHours > 0);
        Assert.Equal(knob == "position", after.PositionContrast > 0.5);
        if (knob == "churn")
        {
            // 40 days at 2 % a day; those of a day of the second half were unseen if they began after day 20.
            Assert.InRange(after.UnseenItems - before.UnseenItems, 0.15, 0.25);
        }
        else
        {
            Assert.InRange(after.UnseenItems, 0, 0.01);
        }

        if (knob == "noise")
        {
            Near(after.Stray / (before.Impressions * (1 - after.Ctr)), 0.01, 0.0008);
        }

        if (knob == "delay")
        {
            Near(after.DelayHours, 30, 6);
        }

        Near(after.Kept, Expected("down-sampling", 0.1, 1), 0.004);
    }

    [Fact]
    public void IdsCarryTheShareOfTheSignalThatIsAsked()
    {
        // Impressions of one user and item differ by the other fields only.
        Assert.InRange(SpreadWithinIds(0), 0.9, 1.1);
        Assert.InRange(SpreadWithinIds(0.6), 0.55, 0.72);
        Assert.InRange(SpreadWithinIds(1), 0, 1e-9);
    }

    private static double SpreadWithinIds(double share)
    {
        double sum = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            // Category and price belong to the item; without them only site, device and hour are left, and their part of the variance.
            FunnelSimulatorOptions options = Base with { Seed = seed, IdShare = share, InteractionShare = 0, Users = 1, Items = 1, ImpressionsPerDay = 0 };
            sum += Measure(options, 20_000).ClickLogitDeviation / Math.Sqrt((0.12 + 0.05 + 0.06) / 0.45);
        }

        return sum / Seeds;
    }

    private static FunnelSimulatorOptions Turned(string knob) => knob switch
    {
        "observed shift" => Base with { ObservedShift = 2 },
        "hidden confounding" => Base with { HiddenConfounding = 1 },
        "sparsity" => Base with { TargetCtr = 0.1, TargetCvr = 0.01 },
        "sharing" => Base with { Sharing = 0.9 },
        "churn" => Base with { Churn = 0.02 },
        "delay" => Base with { DelayHours = 30 },
        "noise" => Base with { ConversionNoise = 0.01 },
        "down-sampling" => Base with { NegativeKeep = 0.1 },
        "position" => Base with { PositionEffect = 0.5 },
        _ => throw new ArgumentException(knob, nameof(knob)),
    };

    private static void Near(double value, double expected, double tolerance) => Assert.InRange(value, expected - tolerance, expected + tolerance);

    private static Measures Of(string name, FunnelSimulatorOptions options)
    {
        lock (Known)
        {
            return Known.TryGetValue(name, out Measures? known) ? known : Known[name] = Average(options);
        }
    }

    private static Measures Average(FunnelSimulatorOptions options)
    {
        const int Rows = 40_000;
        Measures[] all = [.. Enumerable.Range(1, Seeds).Select(s => One(options with { Seed = (ulong)s }, Rows))];
        return new Measures(all.Average(m => m.Shift), all.Average(m => m.Correlation), all.Average(m => m.Ctr), all.Average(m => m.Cvr), all.Average(m => m.Confounding),
            all.Average(m => m.UnseenItems), all.Average(m => m.Stray), all.Average(m => m.DelayHours), all.Average(m => m.PositionContrast), all.Average(m => m.Kept), Rows);
    }

    private static Measures One(FunnelSimulatorOptions options, int rows)
    {
        FunnelSimulator simulator = new(options);
        SimulationMeasures m = new(rows, options.NegativeKeep);
        SimulatedImpression x = new();
        double[] clicksAt = new double[11], shownAt = new double[11];
        long unclicked = 0;
        for (int i = 0; i < rows; i++)
        {
            simulator.Next(x);
            m.Add(x);
            clicksAt[x.Position] += x.TruePCtr;
            shownAt[x.Position]++;
            unclicked += x.Click ? 0 : 1;
        }

        double contrast = Math.Log(clicksAt[1] / shownAt[1] / (clicksAt[10] / shownAt[10]));
        double kept = unclicked / (double)(simulator.Drawn - m.Clicks);
        return new Measures(m.ClickLogitDeviation, m.LogitCorrelation, m.TrueCtr, m.TrueCvr, m.Confounding, m.UnseenItems, m.StrayConversions, m.MeanDelayHours, contrast, kept, rows);
    }

    private static SimulationMeasures Measure(FunnelSimulatorOptions options, int rows)
    {
        FunnelSimulator simulator = new(options);
        SimulationMeasures m = new(rows, options.NegativeKeep);
        SimulatedImpression x = new();
        for (int i = 0; i < rows; i++)
        {
            simulator.Next(x);
            m.Add(x);
        }

        return m;
    }

    private sealed record Measures(double Shift, double Correlation, double Ctr, double Cvr, double Confounding, double UnseenItems, double Stray, double DelayHours, double PositionContrast, double Kept, double Impressions);
}
