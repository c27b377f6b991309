using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EsmmLite.Experiments.Simulation;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace EsmmLite.Experiments.Tests.Simulation;

public class FunnelSimulatorTests
{
    // Changes only when the simulated world is changed on purpose. It must not depend on the machine.
    private const string PinnedDigest = "ab768fef84eea09d766c9d4aa2e21bbcb832c9c4cff8f2e36927082415e9d321";

    private readonly ITestOutputHelper _output;

    public FunnelSimulatorTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void TheFirstThousandRowsArePinned()
    {
        string csv = Csv(new FunnelSimulatorOptions(), 1_000, withTruth: true);
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(csv)));
        Assert.True(digest == PinnedDigest, digest);
        Assert.Equal(csv, Csv(new FunnelSimulatorOptions(), 1_000, withTruth: true));
        Assert.NotEqual(csv, Csv(new FunnelSimulatorOptions { Seed = 2 }, 1_000, withTruth: true));
    }

    [Fact]
    public void CsvHasTheColumnsAndTheTruthOnlyOnRequest()
    {
        string[] plain = Csv(new FunnelSimulatorOptions(), 50, withTruth: false).Split('\n');
        string[] full = Csv(new FunnelSimulatorOptions(), 50, withTruth: true).Split('\n');
        Assert.Equal("user_id,item_id,category,site,device,hour,price,click,conversion", plain[0]);
        Assert.Equal(plain[0] + ",true_pctr,true_pcvr", full[0]);
        Assert.Equal(52, plain.Length);
        Assert.Equal("", plain[^1]);

        FunnelSimulator simulator = new(new FunnelSimulatorOptions());
        SimulatedImpression x = new();
        for (int i = 1; i <= 50; i++)
        {
            simulator.Next(x);
            string[] cells = full[i].Split(',');
            Assert.Equal(plain[i], string.Join(',', cells[..9]));
            Assert.Equal([x.UserId, x.ItemId, x.Category, x.Site, x.Device], cells[..5]);
            Assert.Equal(x.Hour, long.Parse(cells[5], CultureInfo.InvariantCulture));
            Assert.Equal(x.Price, double.Parse(cells[6], CultureInfo.InvariantCulture));
            Assert.Equal((x.Click, x.Conversion), (cells[7] == "1", cells[8] == "1"));
            Assert.Equal(x.TruePCtr, double.Parse(cells[9], CultureInfo.InvariantCulture));
            Assert.Equal(x.TruePCvr, double.Parse(cells[10], CultureInfo.InvariantCulture));
        }

        Assert.Throws<EsmmException>(() => FunnelSimulator.WriteCsv(simulator, -1, TextWriter.Null, false));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("saturated")]
    [InlineData("few conversions")]
    public void RatesMeetTheTargetsAndTheTruth(string preset)
    {
        FunnelSimulatorOptions options = preset switch
        {
            "saturated" => FunnelSimulatorOptions.Saturated,
            "few conversions" => FunnelSimulatorOptions.FewConversions,
            _ => new FunnelSimulatorOptions(),
        };
        const int Impressions = 400_000;
        FunnelSimulator simulator = new(options);
        SimulatedImpression x = new();
        double clicks = 0, conversions = 0, pCtr = 0, pCvrOfClicked = 0, clickVariance = 0, conversionVariance = 0;
        for (int i = 0; i < Impressions; i++)
        {
            simulator.Next(x);
            Assert.True(x.Click || !x.Conversion);
            pCtr += x.TruePCtr;
            clickVariance += x.TruePCtr * (1 - x.TruePCtr);
            if (x.Click)
            {
                clicks++;
                conversions += x.Conversion ? 1 : 0;
                pCvrOfClicked += x.TruePCvr;
                conversionVariance += x.TruePCvr * (1 - x.TruePCvr);
            }
        }

        _output.WriteLine(FormattableString.Invariant($"{preset}: CTR {clicks / Impressions:F5} true {pCtr / Impressions:F5}, CVR {conversions / clicks:F5} true {pCvrOfClicked / clicks:F5}"));

        // Labels agree with the truth to 4 standard errors, and the truth with the targets to what the calibration sample allows.
        Assert.True(Math.Abs(clicks - pCtr) < 4 * Math.Sqrt(clickVariance));
        Assert.True(Math.Abs(conversions - pCvrOfClicked) < 4 * Math.Sqrt(conversionVariance));
        Assert.InRange(pCtr / Impressions / options.TargetCtr, 0.97, 1.03);
        Assert.InRange(pCvrOfClicked / clicks / options.TargetCvr, 0.95, 1.05);
    }

    [Fact]
    public void DeviationsOfTheLabelsAreStandardNormalOverSeeds()
    {
        const int Seeds = 40;
        double clickSquares = 0;
        double conversionSquares = 0;
        SimulatedImpression x = new();
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            FunnelSimulator simulator = new(FunnelSimulatorOptions.Saturated with { Seed = seed });
            double click = 0, clickVariance = 0, conversion = 0, conversionVariance = 0;
            for (int i = 0; i < 20_000; i++)
            {
                simulator.Next(x);
                click += (x.Click ? 1 : 0) - x.TruePCtr;
                clickVariance += x.TruePCtr * (1 - x.TruePCtr);
                if (x.Click)
                {
                    conversion += (x.Conversion ? 1 : 0) - x.TruePCvr;
                    conversionVariance += x.TruePCvr * (1 - x.TruePCvr);
                }
            }

            clickSquares += click * click / clickVariance;
            conversionSquares += conversion * conversion / conversionVariance;
        }

        Assert.InRange(ChiSquared.CDF(Seeds, clickSquares), 1e-3, 1 - 1e-3);
        Assert.InRange(ChiSquared.CDF(Seeds, conversionSquares), 1e-3, 1 - 1e-3);
        _output.WriteLine(FormattableString.Invariant($"sum of squared deviations over {Seeds} seeds: clicks {clickSquares:F1}, conversions {conversionSquares:F1}"));
    }

    [Fact]
    public void SharingIsTheCorrelationOfTheTrueLogits()
    {
        Assert.InRange(LogitCorrelation(0), -0.35, 0.35);
        Assert.InRange(LogitCorrelation(0.7), 0.5, 0.9);
        Assert.InRange(LogitCorrelation(1), 1 - 1e-9, 1 + 1e-9);
    }

    [Fact]
    public void SharingLeavesTheImpressionsAlone()
    {
        FunnelSimulator first = new(new FunnelSimulatorOptions { Sharing = 0 });
        FunnelSimulator second = new(new FunnelSimulatorOptions { Sharing = 1 });
        SimulatedImpression x = new();
        SimulatedImpression y = new();
        for (int i = 0; i < 1_000; i++)
        {
            first.Next(x);
            second.Next(y);
            Assert.Equal((x.UserId, x.ItemId, x.Category, x.Site, x.Device, x.Hour, x.Price), (y.UserId, y.ItemId, y.Category, y.Site, y.Device, y.Hour, y.Price));
        }
    }

    [Fact]
    public void ASaturatedWorldHas196Cells()
    {
        FunnelSimulator simulator = new(FunnelSimulatorOptions.Saturated);
        SimulatedImpression x = new();
        Dictionary<(string, string), (double, double)> cells = [];
        for (int i = 0; i < 50_000; i++)
        {
            simulator.Next(x);
            cells.TryAdd((x.UserId, x.ItemId), (x.TruePCtr, x.TruePCvr));
            Assert.Equal(cells[(x.UserId, x.ItemId)], (x.TruePCtr, x.TruePCvr));
        }

        Assert.Equal(196, cells.Count);
    }

    [Fact]
    public void TheLogitIsNotASumOverUserAndItem()
    {
        // In an additive world logit(u1,i1) − logit(u1,i2) − logit(u2,i1) + logit(u2,i2) is 0 for every four cells.
        Assert.True(LargestInteraction(0) < 1e-12);
        Assert.True(LargestInteraction(0.4) > 0.3);
    }

    [Fact]
    public void NextAllocatesNothing()
    {
        FunnelSimulator simulator = new(new FunnelSimulatorOptions());
        SimulatedImpression x = new();
        simulator.Next(x);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            simulator.Next(x);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void EveryFaultOfTheOptionsIsNamedAtOnce()
    {
        FunnelSimulatorOptions bad = new() { Users = 0, TargetCtr = 0, Sharing = 1.5, ZipfExponent = double.NaN };
        EsmmException exception = Assert.Throws<EsmmException>(() => new FunnelSimulator(bad));
        Assert.Equal(EsmmErrorKind.Config, exception.Kind);
        Assert.All((string[])["Users is 0", "TargetCtr is 0", "Sharing is 1.5", "ZipfExponent is NaN"], text => Assert.Contains(text, exception.Message, StringComparison.Ordinal));
    }

    private static string Csv(FunnelSimulatorOptions options, long impressions, bool withTruth)
    {
        using StringWriter writer = new(CultureInfo.InvariantCulture);
        FunnelSimulator.WriteCsv(new FunnelSimulator(options), impressions, writer, withTruth);
        return writer.ToString();
    }

    private double LogitCorrelation(double sharing)
    {
        FunnelSimulator simulator = new(new FunnelSimulatorOptions { Sharing = sharing });
        SimulatedImpression x = new();
        List<double> click = [];
        List<double> conversion = [];
        for (int i = 0; i < 50_000; i++)
        {
            simulator.Next(x);
            click.Add(Logit(x.TruePCtr));
            conversion.Add(Logit(x.TruePCvr));
        }

        double correlation = Correlation.Pearson(click, conversion);
        _output.WriteLine(FormattableString.Invariant($"sharing {sharing}: correlation {correlation:F4}, spread {click.StandardDeviation():F3} and {conversion.StandardDeviation():F3}"));
        return correlation;
    }

    private static double LargestInteraction(double share)
    {
        FunnelSimulator simulator = new(FunnelSimulatorOptions.Saturated with { InteractionShare = share });
        SimulatedImpression x = new();
        Dictionary<(string, string), double> logits = [];
        for (int i = 0; i < 20_000; i++)
        {
            simulator.Next(x);
            logits[(x.UserId, x.ItemId)] = Logit(x.TruePCtr);
        }

        double largest = 0;
        for (int n = 2; n <= 14; n++)
        {
            double contrast = logits[("u1", "i1")] - logits[("u1", $"i{n}")] - logits[($"u{n}", "i1")] + logits[($"u{n}", $"i{n}")];
            largest = Math.Max(largest, Math.Abs(contrast));
        }

        return largest;
    }

    private static double Logit(double p) => Math.Log(p / (1 - p));
}
