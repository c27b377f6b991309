using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EsmmLite.Cli.Tests;

/// <summary>The files of one quick demo, which further commands work on.</summary>
public sealed class QuickDemo : IDisposable
{
    public QuickDemo()
    {
        Folder = Directory.CreateTempSubdirectory("esmm-demo-test-").FullName;
        Run = EsmmTool.Good("demo", "--quick", "--out", Folder);
    }

    public string Folder { get; }

    public string Model => PathOf("model.safetensors");

    public string HeldOut => PathOf("heldout.csv");

    internal ToolRun Run { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, true);
}

public sealed class RoundTripTests(QuickDemo demo) : IClassFixture<QuickDemo>
{
    [Fact]
    public void TheDemoReportsItsFourSteps()
    {
        string output = demo.Run.Output;
        foreach (string text in (ReadOnlySpan<string>)["1. A simulated log", "2. Evaluation on the held-out", "3. One request", "pCTCVR", "4. How well is pCVR ranked over ALL", "clicked rows only", "95 %, paired"])
        {
            Assert.Contains(text, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("\u001b", output + demo.Run.Error, StringComparison.Ordinal);
        Assert.All(output.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("  esmm", StringComparison.Ordinal) && !line.Contains(demo.Folder, StringComparison.Ordinal)),
            line => Assert.True(line.Length <= 100, line));
        Assert.All(["train.csv", "heldout.csv", "esmm.json", "model.safetensors"], name => Assert.True(File.Exists(demo.PathOf(name)), name));
    }

    [Fact]
    public void TrainByHandGivesTheDemosModelForAnyNumberOfThreads()
    {
        foreach (string threads in (string[])["1", "3"])
        {
            string path = demo.PathOf("again" + threads + ".safetensors");
            ToolRun run = EsmmTool.Good("train", "--config", demo.PathOf("esmm.json"), "--data", demo.PathOf("train.csv"), "--holdout", "0.1", "--holdout-by", "row", "--out", path, "--threads", threads, "--json");
            Assert.Equal(File.ReadAllBytes(demo.Model), File.ReadAllBytes(path));
            using JsonDocument json = JsonDocument.Parse(run.Output);
            Assert.Equal(Inspect(demo.Model).GetProperty("digest").GetString(), json.RootElement.GetProperty("digest").GetString());
            Assert.InRange(json.RootElement.GetProperty("keptEpoch").GetInt32(), 1, json.RootElement.GetProperty("epochs").GetArrayLength());
            Assert.Equal(JsonValueKind.Object, json.RootElement.GetProperty("epochs")[0].GetProperty("validation").ValueKind);
        }
    }

    [Fact]
    public void EvaluateGivesOneJsonObject()
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", demo.Model, "--data", demo.HeldOut, "--json").Output);
        JsonElement root = json.RootElement;
        Assert.Equal(["impressions", "clicks", "conversions", "dropped", "ctr", "cvr", "ctcvr"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal(10_000, root.GetProperty("impressions").GetInt64());
        Assert.Equal("clicked impressions", root.GetProperty("cvr").GetProperty("population").GetString());
        Assert.InRange(root.GetProperty("ctr").GetProperty("auc").GetDouble(), 0.5, 1);
        Assert.Equal(["population", "auc", "logLoss", "pcoc", "pcocLow", "pcocHigh", "normalisedEntropy", "calibrationError", "averagePrecision"], root.GetProperty("ctcvr").EnumerateObject().Select(property => property.Name));
        ToolRun piped = EsmmTool.RunWithInput(File.ReadAllBytes(demo.HeldOut), "evaluate", "--model", demo.Model, "--data", "-", "--json");
        Assert.Equal(root.GetRawText(), piped.Output.Trim());
        Assert.Contains("clicked impressions", EsmmTool.Good("evaluate", "--model", demo.Model, "--data", demo.HeldOut).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void DroppedRowsAreCountedByReason()
    {
        string[] lines = File.ReadAllLines(demo.HeldOut);
        string[] header = lines[0].Split(',');
        int click = Array.IndexOf(header, "click");
        for (int i = 1; i <= 3; i++)
        {
            string[] cells = lines[i].Split(',');
            (cells[click], cells[click + 1]) = ("0", "1");
            lines[i] = string.Join(',', cells);
        }

        string path = demo.PathOf("violations.csv");
        File.WriteAllLines(path, lines);
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", demo.Model, "--data", path, "--json").Output);
        Assert.Equal(9_997, json.RootElement.GetProperty("impressions").GetInt64());
        Assert.Equal(3, json.RootElement.GetProperty("dropped").GetProperty("conversion without click").GetInt64());
        Assert.Contains("3 (conversion without click)", EsmmTool.Good("evaluate", "--model", demo.Model, "--data", path).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void InspectShowsTheModel()
    {
        string output = EsmmTool.Good("inspect", demo.Model).Output;
        JsonElement json = Inspect(demo.Model);
        foreach (string text in (string[])["user_id x item_id", "tower cvr", "57 - 32 - 16 - 1", json.GetProperty("digest").GetString()!, json.GetProperty("dataFingerprint").GetString()!, "clicked impressions"])
        {
            Assert.Contains(text, output, StringComparison.Ordinal);
        }

        JsonElement parameters = json.GetProperty("parameters");
        Assert.Equal(parameters.GetProperty("all").GetInt64(), parameters.GetProperty("parts").EnumerateObject().Sum(part => part.Value.GetInt64()));
        JsonElement config = json.GetProperty("config");
        Assert.False(config.GetRawText().Contains("threads", StringComparison.Ordinal) || config.GetRawText().Contains(demo.Folder, StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Object, json.GetProperty("metrics").ValueKind);
    }

    [Fact]
    public void ScoreAppendsThreeColumnsAndKeepsEveryLine()
    {
        string path = demo.PathOf("scored.csv");
        EsmmTool.Good("score", "--model", demo.Model, "--data", demo.HeldOut, "--out", path);
        string[] source = File.ReadAllLines(demo.HeldOut);
        string[] scored = File.ReadAllLines(path);
        Assert.Equal(source.Length, scored.Length);
        Assert.Equal(source[0] + ",pctr,pcvr,pctcvr", scored[0]);
        for (int i = 1; i < source.Length; i++)
        {
            Assert.StartsWith(source[i] + ",", scored[i], StringComparison.Ordinal);
            float[] p = [.. scored[i][(source[i].Length + 1)..].Split(',').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.Equal(3, p.Length);
            Assert.True(p[2] <= p[0] && p[2] <= p[1] && p[2] >= 0, scored[i]);
        }

        ToolRun piped = EsmmTool.RunWithInput(File.ReadAllBytes(demo.HeldOut), "score", "--model", demo.Model, "--data", "-", "--out", "-");
        Assert.Equal(0, piped.Code);
        Assert.Equal(File.ReadAllText(path), piped.Output);
        string rounded = demo.PathOf("rounded.csv");
        EsmmTool.Good("score", "--model", demo.Model, "--data", demo.HeldOut, "--out", rounded, "--weights", "bf16");
        string[] others = File.ReadAllLines(rounded);
        Assert.Equal(scored[0], others[0]);
        Assert.NotEqual(scored, others);
        for (int i = 1; i < source.Length; i++)
        {
            Assert.Equal(LastNumber(scored[i]), LastNumber(others[i]), 0.01);
        }

        EsmmTool.Bad(2, "f32 or bf16", "score", "--model", demo.Model, "--data", demo.HeldOut, "--out", rounded, "--weights", "f16");
        EsmmTool.Bad(3, "already", "score", "--model", demo.Model, "--data", path, "--out", demo.PathOf("twice.csv"));
        Assert.False(File.Exists(demo.PathOf("twice.csv")));
    }

    private static double LastNumber(string line) => double.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture);

    [Fact]
    public void ALogWithoutLabelsIsScoredInItsOwnDress()
    {
        // Tab separated, CRLF, a quoted value with a line end in it, other columns, no labels, no line end at the end.
        string text = "note\titem_id\tuser_id\tcategory\tsite\tdevice\thour\tprice\r\n\"a \"\"b\"\"\r\nc\"\ti1\tu1\tc1\ts1\td1\t3\t9.5\r\nü\ti2\tnobody\tc1\ts1\td1\t4\t";
        ToolRun run = EsmmTool.RunWithInput(Encoding.UTF8.GetBytes(text), "score", "--model", demo.Model, "--data", "-", "--out", "-");
        Assert.Equal(0, run.Code);
        string[] lines = run.Output.Split("\r\n");
        Assert.Equal("note\titem_id\tuser_id\tcategory\tsite\tdevice\thour\tprice\tpctr\tpcvr\tpctcvr", lines[0]);
        Assert.Equal("\"a \"\"b\"\"", lines[1]);
        Assert.StartsWith("c\"\ti1\tu1\tc1\ts1\td1\t3\t9.5\t0.", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("ü\ti2\tnobody\tc1\ts1\td1\t4\t\t0.", lines[3], StringComparison.Ordinal);
        Assert.Equal(("", 5), (lines[4], lines.Length));
    }

    [Fact]
    public void ExportWritesAnOnnxFileAndTellsItsInputsAndOutputs()
    {
        string path = demo.PathOf("model.onnx");
        string output = EsmmTool.Good("export", "onnx", "--model", demo.Model, "--out", path).Output;
        foreach (string line in (string[])[@"input +user_id +INT64 +\[batch\] +row of the field's table, 0 to \d+; -1 for a zero vector", @"input +price +FLOAT +\[batch\]", @"output +pctcvr +FLOAT +\[batch\] +P\(click and conversion"])
        {
            Assert.Matches(line, output);
        }

        // Weights are most of the file, and it names the model.
        long parameters = Inspect(demo.Model).GetProperty("parameters").GetProperty("all").GetInt64();
        Assert.InRange(new FileInfo(path).Length, 4 * parameters, (4 * parameters) + 20_000);
        Assert.Contains(Inspect(demo.Model).GetProperty("digest").GetString()!, File.ReadAllText(path, Encoding.Latin1), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyLogGivesAHeader()
    {
        string header = File.ReadLines(demo.HeldOut).First();
        ToolRun run = EsmmTool.RunWithInput(Encoding.UTF8.GetBytes(header + "\n"), "score", "--model", demo.Model, "--data", "-", "--out", "-");
        Assert.Equal((0, header + ",pctr,pcvr,pctcvr\n"), (run.Code, run.Output));
    }

    private static JsonElement Inspect(string path)
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("inspect", path, "--json").Output);
        return json.RootElement.Clone();
    }
}
