using System.Text.Json;

namespace EsmmLite.Cli.Tests;

/// <summary>Structure, sums and refusals; how long anything takes is nobody's business here.</summary>
public sealed class ProfileTests : IDisposable
{
    private const string Drawable =
        """
        {
          "fields": [
            {"name": "user", "kind": "hashed", "buckets": 3000, "dim": 8, "side": "request"},
            {"name": "brand", "kind": "hashed", "buckets": 20, "dim": 8, "separate": true},
            {"name": "price", "kind": "numeric", "standardise": false}
          ],
          "crosses": [["user", "brand"]],
          "labels": [{"name": "click"}, {"name": "conversion"}],
          "towers": {"ctr": [40, 8], "cvr": [16]},
          "training": {"batch": 300}
        }
        """;

    private static readonly string[] Passes = ["forward", "loss", "dInput", "dWeight", "update"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void PiecesAndWaitingAddUpToTheStep(int threads)
    {
        JsonElement json = Profile("--threads", threads.ToString(System.Globalization.CultureInfo.InvariantCulture), "--steps", "20", "--json");
        double step = json.GetProperty("millisecondsPerStep").GetDouble(), waiting = json.GetProperty("waitingMilliseconds").GetDouble();
        JsonElement[] pieces = [.. json.GetProperty("pieces").EnumerateArray()];
        Assert.Equal(step, waiting + pieces.Sum(p => p.GetProperty("milliseconds").GetDouble()), 1e-6 * step);
        Assert.Equal(1, (waiting / step) + pieces.Sum(p => p.GetProperty("share").GetDouble()), 1e-6);
        Assert.All(pieces, p => Assert.InRange(p.GetProperty("milliseconds").GetDouble(), 0, step));
        Assert.Equal((threads, 300, 20), (json.GetProperty("threads").GetInt32(), json.GetProperty("batch").GetInt32(), json.GetProperty("steps").GetInt32()));
        Assert.Equal(300 / step * 1000, json.GetProperty("impressionsPerSecond").GetDouble(), 1e-6 * 300 / step * 1000);
    }

    [Fact]
    public void EveryLayerAppearsInEveryPassAndItsProductsHaveARate()
    {
        JsonElement json = Profile("--steps", "5", "--json");
        ILookup<string, JsonElement> layers = json.GetProperty("pieces").EnumerateArray().ToLookup(p => p.GetProperty("layer").GetString()!);
        string[] dense = ["ctr.dense0", "ctr.dense1", "ctr.dense2", "cvr.dense0", "cvr.dense1"];
        Assert.Equal([.. dense, "checks", "distinct rows", "embeddings", "objective"], layers.Select(l => l.Key).OrderBy(k => dense.Contains(k) ? 0 : 1).ThenBy(k => k, StringComparer.Ordinal));
        foreach (string layer in dense)
        {
            Assert.Equal(["forward", "dInput", "dWeight", "update"], layers[layer].Select(Pass).OrderBy(p => Array.IndexOf(Passes, p)));
            Assert.All(layers[layer], p => Assert.Equal(Pass(p) != "update", p.TryGetProperty("gflops", out _)));
        }

        Assert.Equal(["loss"], layers["objective"].Select(Pass));
        Assert.True(json.GetProperty("byDistinctRow").GetBoolean());
        Assert.InRange(json.GetProperty("rowsTouchedPerStep").GetDouble(), 2, 300 + 20);
        Assert.Equal(json.GetProperty("rowsTouchedPerStep").GetDouble() * 8 * sizeof(float) * 7, json.GetProperty("rowBytesPerStep").GetDouble(), 1e-6);
        Assert.True(json.GetProperty("fmaPeakGflops").GetDouble() > 0);
    }

    [Fact]
    public void MemoryIsCountedByKind()
    {
        JsonElement memory = Profile("--steps", "2", "--json").GetProperty("memory"), training = memory.GetProperty("training"), scoring = memory.GetProperty("scoring");
        Assert.Equal(3020 * 8, memory.GetProperty("tableWeights").GetInt64());
        Assert.Equal(["table weights", "tower weights"], scoring.EnumerateObject().Select(p => p.Name));

        // A table begins at a cache line: up to 64 bytes more.
        Assert.InRange(scoring.GetProperty("table weights").GetInt64(), 4 * 3020 * 8, (4 * 3020 * 8) + (2 * 64));
        Assert.InRange(training.GetProperty("table moments").GetInt64(), 8 * 3020 * 8, (8 * 3020 * 8) + (4 * 64));
        Assert.All(["tower kernels, transposed", "tower gradients", "tower moments", "row gradients", "activations"], kind => Assert.True(training.GetProperty(kind).GetInt64() > 0, kind));
    }

    [Fact]
    public void TablesArePlainAndFitATerminal()
    {
        ToolRun run = EsmmTool.Good("profile", "--config", _folder.Write("esmm.json", Drawable), "--steps", "3");
        foreach (string text in (string[])["Milliseconds a step", "ctr.dense1", "embeddings", "waiting", "% of peak", "FMA peak", "table moments", "bytes a table weight", "distinct row", "impressions/s", "300 impressions"])
        {
            Assert.Contains(text, run.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("\u001b", run.Output + run.Error, StringComparison.Ordinal);
        string config = _folder["esmm.json"];
        Assert.All(run.Output.Split('\n').Where(line => !line.Contains(config, StringComparison.Ordinal)), line => Assert.True(line.Length <= 100, line));
        Assert.Equal(["esmm.json"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void FieldsThatLearnNeedALog()
    {
        string config = _folder.Write("esmm.json", SmallLog.Config), log = _folder.Write("log.csv", SmallLog.Text(500));
        EsmmTool.Bad(2, "--data FILE", "profile", "--config", config);
        EsmmTool.Bad(2, "\"user\", \"price\"", "profile", "--config", config);
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("profile", "--config", config, "--data", log, "--steps", "4", "--batch", "100", "--json").Output);
        Assert.Equal((100, log), (json.RootElement.GetProperty("batch").GetInt32(), json.RootElement.GetProperty("ids").GetString()));
        Assert.InRange(json.RootElement.GetProperty("rowsTouchedPerStep").GetDouble(), 1, 32 + 43);
        Assert.True(json.RootElement.GetProperty("memory").GetProperty("scoring").GetProperty("vocabularies").GetInt64() > 0);
        EsmmTool.Bad(3, "there are 500 impressions", "profile", "--config", config, "--data", log, "--batch", "501");
        EsmmTool.Bad(2, "standard input", "profile", "--config", config, "--data", "-");
    }

    [Theory]
    [InlineData("--batch", "0", "--batch is 0")]
    [InlineData("--steps", "0", "--steps is 0")]
    [InlineData("--threads", "-1", "--threads is -1")]
    [InlineData("--set", "towers.ctr=wide", "towers.ctr")]
    public void WhatMakesNoSenseIsRefused(string option, string value, string message) =>
        EsmmTool.Bad(2, message, "profile", "--config", _folder.Write("esmm.json", Drawable), option, value);

    private static string Pass(JsonElement piece) => piece.GetProperty("pass").GetString()!;

    private JsonElement Profile(params string[] more)
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good(["profile", "--config", _folder.Write("esmm.json", Drawable), .. more]).Output);
        return json.RootElement.Clone();
    }
}
