using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Training;
using MathNet.Numerics.Distributions;

namespace EsmmLite.Experiments.Tests.Simulation;

public class SimulatedLogWriterTests(ITestOutputHelper output)
{
    // Changes only when the simulated world is changed on purpose. It must not depend on the machine.
    private const string PinnedDigest = "1060f7ed2326f5121fdebd0b2bfee78482e5665e7582efcd91b93b3c5c94df61";

    private static readonly FunnelSimulatorOptions Everything = new()
    {
        HiddenConfounding = 1,
        ImpressionsPerDay = 2_000,
        Churn = 0.05,
        DelayHours = 12,
        ConversionNoise = 0.01,
        NegativeKeep = 0.5,
        PositionEffect = 0.7,
        TargetCtr = 0.2,
        TargetCvr = 0.3,
    };

    [Fact]
    public void LogAndTruthWithEveryKnobTurnedArePinned()
    {
        (string log, string truth, _) = Files(Everything, 5_000);
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(log + truth)));
        Assert.True(digest == PinnedDigest, digest);
    }

    [Fact]
    public void TheTruthIsNotInTheLogAndFitsItLineByLine()
    {
        (string log, string truth, SimulationMeasures measures) = Files(Everything, 2_000);
        string[] rows = log.TrimEnd('\n').Split('\n'), truths = truth.TrimEnd('\n').Split('\n');
        Assert.Equal("impression,time,user_id,item_id,category,site,device,hour,price,position,click,conversion,conversion_time", rows[0]);
        Assert.Equal("impression,p_click,p_conversion_clicked,p_conversion_if_clicked", truths[0]);
        Assert.Equal((2_001, 2_001), (rows.Length, truths.Length));
        FunnelSimulator simulator = new(Everything);
        SimulatedImpression x = new();
        long stray = 0;
        for (int i = 1; i < rows.Length; i++)
        {
            simulator.Next(x);
            string[] cells = rows[i].Split(','), probabilities = truths[i].Split(',');
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), cells[0]);
            Assert.Equal(cells[0], probabilities[0]);
            DateTime shown = DateTime.Parse(cells[1], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
            Assert.Equal((x.Time, x.UserId, x.Hour, x.Position), (shown, cells[2], long.Parse(cells[7], CultureInfo.InvariantCulture), int.Parse(cells[9], CultureInfo.InvariantCulture)));
            Assert.Equal(shown.Hour, x.Hour);
            Assert.Equal((x.Click ? "1" : "0", x.Conversion || x.StrayConversion ? "1" : "0"), (cells[10], cells[11]));
            Assert.Equal(cells[11] == "1", cells[12].Length > 0);
            Assert.Equal([x.TruePCtr, x.TruePCvr, x.TruePCvrIfClicked], probabilities[1..].Select(p => double.Parse(p, CultureInfo.InvariantCulture)));
            stray += cells[10] == "0" && cells[11] == "1" ? 1 : 0;
        }

        Assert.True(stray > 0);
        Assert.Equal(stray, measures.StrayConversions);
        Assert.Equal(2_000, measures.Impressions);
    }

    [Fact]
    public void DelaysAreExponentialWithAMeanOfTheirFields()
    {
        // One category and one device: one mean. The share of conversions beyond t is e^(−t / mean).
        FunnelSimulator simulator = new(Everything with { Categories = 1, Devices = 1, TargetCtr = 0.5, TargetCvr = 0.5, NegativeKeep = 1 });
        SimulatedImpression x = new();
        List<double> hours = [];
        while (hours.Count < 20_000)
        {
            simulator.Next(x);
            if (x.Conversion)
            {
                hours.Add(x.Delay.TotalHours);
            }
        }

        // Kolmogorov and Smirnov's statistic against MathNet's distribution; its 0.1 % point is 1.95 / √n.
        hours.Sort();
        Exponential expected = new(1 / hours.Average());
        double largest = hours.Select((h, i) => Math.Max(Math.Abs(expected.CumulativeDistribution(h) - (i / (double)hours.Count)), Math.Abs(expected.CumulativeDistribution(h) - ((i + 1.0) / hours.Count)))).Max();
        output.WriteLine(FormattableString.Invariant($"mean {hours.Average():F2} hours, largest difference of the distributions {largest:F4}"));
        Assert.InRange(largest * Math.Sqrt(hours.Count), 0, 1.95);
    }

    [Fact]
    public void DelaysDependOnFields()
    {
        FunnelSimulator simulator = new(Everything with { Categories = 2, Devices = 1, TargetCtr = 0.5, TargetCvr = 0.5 });
        SimulatedImpression x = new();
        Dictionary<string, List<double>> hours = new() { ["c1"] = [], ["c2"] = [] };
        for (int i = 0; i < 60_000; i++)
        {
            simulator.Next(x);
            if (x.Conversion)
            {
                hours[x.Category].Add(x.Delay.TotalHours);
            }
        }

        double ratio = hours["c1"].Average() / hours["c2"].Average(), error = Math.Sqrt((1.0 / hours["c1"].Count) + (1.0 / hours["c2"].Count));
        Assert.True(Math.Abs(Math.Log(ratio)) > 5 * error, FormattableString.Invariant($"ratio {ratio}"));
    }

    [Fact]
    public void TheConfigReadsWhatIsWritten()
    {
        foreach (FunnelSimulatorOptions options in (FunnelSimulatorOptions[])[Everything, new(), new() { ImpressionsPerDay = 100 }])
        {
            EsmmConfig config = EsmmConfig.Parse(SimulationConfig.Write(options), "config.json");
            IReadOnlyList<string> columns = new SimulatedLogWriter(new FunnelSimulator(options)).Columns;
            Assert.All(config.Schema.Fields, field => Assert.Contains(field.Column, columns));
            Assert.All(config.Schema.Labels, label => Assert.Contains(label.Column, columns));
            Assert.Equal(options.ImpressionsPerDay > 0, config.Schema.Time is not null);
            Assert.Equal(options.DelayHours > 0, config.Schema.Labels[1].TimeColumn is not null);
            Assert.Equal(options.PositionEffect > 0, config.Schema.Fields.Any(f => f.FixedAtServing is not null));
        }
    }

    [Fact]
    public void TheJsonTellsKnobsAndMeasures()
    {
        FunnelSimulator simulator = new(Everything);
        SimulationMeasures measures = new SimulatedLogWriter(simulator).Write(3_000, TextWriter.Null, TextWriter.Null, token: TestContext.Current.CancellationToken);
        using JsonDocument json = JsonDocument.Parse(SimulationJson.Write(simulator, measures));
        Assert.Equal(0.05, json.RootElement.GetProperty("options").GetProperty("churn").GetDouble());
        Assert.Equal(3_000, json.RootElement.GetProperty("counts").GetProperty("impressions").GetInt64());
        Assert.InRange(json.RootElement.GetProperty("counts").GetProperty("drawn").GetInt64(), 4_000, 6_000);
        Assert.Equal(measures.Confounding, json.RootElement.GetProperty("measured").GetProperty("confounding").GetDouble());
    }

    private static (string Log, string Truth, SimulationMeasures Measures) Files(FunnelSimulatorOptions options, int rows)
    {
        using StringWriter log = new(CultureInfo.InvariantCulture), truth = new(CultureInfo.InvariantCulture);
        SimulationMeasures measures = new SimulatedLogWriter(new FunnelSimulator(options)).Write(rows, log, truth, token: TestContext.Current.CancellationToken);
        return (log.ToString(), truth.ToString(), measures);
    }
}
