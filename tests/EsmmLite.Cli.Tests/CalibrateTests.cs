using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EsmmLite.Cli.Tests;

/// <summary><c>esmm calibrate</c> where the truth is known: a world whose log keeps a tenth of the unclicked impressions, and the same world's whole log.</summary>
public sealed partial class CalibrateTests : IDisposable
{
    private static readonly string[] World = ["--ctr", "0.1", "--cvr", "0.15", "--users", "300", "--items", "200", "--seed", "5"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheSampledModelsPcocComesBackTo1()
    {
        EsmmTool.Good(["simulate", "--out", _folder["sampled"], "--rows", "40000", "--negative-keep", "0.1", .. World]);
        EsmmTool.Good(["simulate", "--out", _folder["whole"], "--rows", "60000", .. World]);
        string log = _folder["whole/log.csv"], middle = TimeAt(log, 0.6), late = TimeAt(log, 0.8);
        EsmmTool.Good("train", "--config", _folder["sampled/config.json"], "--data", _folder["sampled/log.csv"], "--until", middle, "--set", "training.epochs=1", "--set", "training.earlyStopping=null", "--out", _folder["m.safetensors"]);

        // The correction alone: no row is fitted, so all later rows may measure.
        EsmmTool.Good("calibrate", "--model", _folder["m.safetensors"], "--data", log, "--since", middle, "--method", "none", "--negative-keep", "0.1", "--out", _folder["corrected.safetensors"]);
        (double before, _, double low, _) = Pcoc("m.safetensors", log, middle, "ctr");
        Assert.True(before > 3 && low > 3, $"PCOC {before} before");
        foreach (string task in (string[])["ctr", "ctcvr"])
        {
            (double after, double auc, low, double high) = Pcoc("corrected.safetensors", log, middle, task);
            Assert.True(low <= 1 && high >= 1, $"{task}: PCOC {after} after, {low} to {high}");
            if (task == "ctr")
            {
                Assert.Equal(Pcoc("m.safetensors", log, middle, task).Auc, auc, 1e-6); // the order stays
            }
        }

        // Curves by segment, fitted on the fourth fifth, measured on the last.
        File.WriteAllLines(_folder["check.csv"], [File.ReadLines(log).First(), .. File.ReadLines(log).Skip(1).Where(line => string.CompareOrdinal(line.Split(',')[TimeColumn(log)], late) >= 0)]);
        ToolRun run = EsmmTool.Good("calibrate", "--model", _folder["corrected.safetensors"], "--data", log, "--since", middle, "--until", late, "--check", _folder["check.csv"], "--by", "device", "--negative-keep", "0.1", "--out", _folder["c.safetensors"]);
        Assert.Contains("earlier calibration was replaced", run.Output, StringComparison.Ordinal);
        (string Segment, string Task, double? After, double? Low, double? High)[] figures = [.. Figure().Matches(run.Output).Select(m => (m.Groups[1].Value, m.Groups[2].Value, Number(m.Groups[5].Value), Number(m.Groups[6].Value), Number(m.Groups[7].Value)))];
        Assert.True(figures.Length >= 9, run.Output);
        Assert.All(figures.Where(f => f.Segment == "all"), f => Assert.True(f.Low <= 1.05 && f.High >= 0.95, f.ToString()));
        int ctr = figures.Count(f => f.Task == "CTR"), back = figures.Count(f => f is { Task: "CTR", Low: <= 1.05, High: >= 0.95 });
        Assert.True(back >= ctr - 1, run.Output);
        Assert.Contains("CTR platt", EsmmTool.Good("inspect", _folder["c.safetensors"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TooFewConversionsAreNotCalibratedAndExportIsRefused()
    {
        _folder.Write("log.csv", SmallLog.Text(300));
        _folder.Write("esmm.json", SmallLog.Config);
        EsmmTool.Good("train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--out", _folder["m.safetensors"]);
        ToolRun run = EsmmTool.Good("calibrate", "--model", _folder["m.safetensors"], "--data", _folder["log.csv"], "--method", "isotonic", "--out", _folder["c.safetensors"]);
        Assert.Contains("n/a: fewer than 50", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", run.Output, StringComparison.Ordinal);
        EsmmTool.Bad(2, "ONNX export doesn't write", "export", "onnx", "--model", _folder["c.safetensors"], "--out", _folder["c.onnx"]);
        EsmmTool.Bad(2, "price", "calibrate", "--model", _folder["m.safetensors"], "--data", _folder["log.csv"], "--by", "price", "--out", _folder["c.safetensors"]);
        EsmmTool.Bad(2, "--negative-keep is 2", "calibrate", "--model", _folder["m.safetensors"], "--data", _folder["log.csv"], "--negative-keep", "2", "--out", _folder["c.safetensors"]);
        EsmmTool.Bad(2, "no times", "calibrate", "--model", _folder["m.safetensors"], "--data", _folder["log.csv"], "--half-life", "5", "--out", _folder["c.safetensors"]);
    }

    private (double Pcoc, double Auc, double Low, double High) Pcoc(string model, string log, string since, string task)
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", _folder[model], "--data", log, "--since", since, "--json").Output);
        JsonElement of = json.RootElement.GetProperty(task);
        return (of.GetProperty("pcoc").GetDouble(), of.GetProperty("auc").GetDouble(), of.GetProperty("pcocLow").GetDouble(), of.GetProperty("pcocHigh").GetDouble());
    }

    private static int TimeColumn(string log) => Array.IndexOf(File.ReadLines(log).First().Split(','), "time");

    private static string TimeAt(string log, double share)
    {
        string[] lines = File.ReadAllLines(log);
        return lines[(int)(share * lines.Length)].Split(',')[TimeColumn(log)];
    }

    private static double? Number(string text) => text is "n/a" or "" ? null : double.Parse(text, CultureInfo.InvariantCulture);

    // segment, task, positives, before and its interval, after and its interval
    [GeneratedRegex(@"^  (\S+) +(CTR|CVR|CTCVR) +([\d,]+) +([\d.]+|n/a) +(?:[\d.]+?\.\.[\d.]+|n/a) +([\d.]+|n/a) +(?:([\d.]+?)\.\.([\d.]+)|n/a)", RegexOptions.Multiline)]
    private static partial Regex Figure();
}
