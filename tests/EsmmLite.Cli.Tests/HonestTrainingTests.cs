using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Cli.Tests;

public sealed class HonestTrainingTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _config;
    private readonly string _log;

    public HonestTrainingTests()
    {
        _config = _folder.Write("esmm.json", TimedLog.Config);
        _log = _folder.Write("log.csv", TimedLog.Text());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASplitByRowIsRefusedWhereRowsBelongTogether()
    {
        ToolRun group = EsmmTool.Bad(2, "--holdout-by srch", Command("train", "--holdout", "0.2", "--holdout-by", "row", "--set", "group=srch"));
        Assert.Contains("--force-row-split", group.Error, StringComparison.Ordinal);
        EsmmTool.Bad(2, "--holdout-by time", Command("pack", "--holdout", "0.2", "--holdout-by", "row", "--set", "group=null"));
        Assert.Contains("0.2 by row", Train("--holdout", "0.2", "--holdout-by", "row", "--force-row-split").Error, StringComparison.Ordinal);
        Assert.Contains("0.2 by column \"search\"", Train("--holdout", "0.2").Error, StringComparison.Ordinal);
        Assert.Contains("0.2 by time", Train("--holdout", "0.2", "--set", "group=null").Error, StringComparison.Ordinal);
        EsmmTool.Bad(2, "--holdout-by", Command("train", "--holdout", "0.2", "--set", "group=null", "--set", "time=null", "--set", "labels.conversion.timeColumn=null", "--set", "labels.conversion.window=null"));
    }

    [Fact]
    public void TheNewestImpressionsValidate()
    {
        ToolRun run = Train("--holdout", "0.25", "--holdout-by", "time", "--json");

        // The last 500 hours of 2,000.
        Assert.Contains("from 2013-08-02T10:00:00Z on", run.Error, StringComparison.Ordinal);
        Assert.Equal((1500, 500), (Impressions(run, "training"), Impressions(run, "validation")));
        Assert.Contains("0.25 by time, from 2013-08-02T10:00:00Z on", EsmmTool.Good("inspect", Model).Output, StringComparison.Ordinal);

        // A packed log stands for the same rows.
        byte[] text = File.ReadAllBytes(Model);
        EsmmTool.Good(Command("pack", "--holdout", "0.25", "--holdout-by", "time")[..^2]);
        Assert.Contains("using the packed log", Train("--holdout", "0.25", "--holdout-by", "time").Error, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllBytes(Model));
        Assert.Contains("another holdout", Train("--holdout", "0.2", "--holdout-by", "time").Error, StringComparison.Ordinal);

        // Each training run leaves the log packed as it used it.
        Assert.Contains("impressions of all times", Train("--holdout", "0.2", "--holdout-by", "time", "--since", "2013-06-02").Error, StringComparison.Ordinal);
        Assert.Contains("other times (since 2013-06-01T22:00:00Z)", Train("--holdout", "0.2", "--holdout-by", "time", "--since", "2013-06-03").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AsOfTrainsOnWhatWasKnownAndSaysWhatItHides()
    {
        ToolRun run = Train("--as-of", "2013-07-01", "--json");
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement training = json.RootElement.GetProperty("training");
        Assert.Equal(721, training.GetProperty("impressions").GetInt64());
        long hidden = training.GetProperty("hidden").GetProperty("conversion after the as-of time").GetInt64();
        Assert.True(hidden > 0);
        Assert.Contains(hidden.ToString(CultureInfo.InvariantCulture) + " labels of the training part count as 0: conversion after the as-of time", run.Error, StringComparison.Ordinal);

        // The same as a log that was written on that day.
        string model = _folder["then.safetensors"];
        string then = _folder.Write("then.csv", string.Concat(TimedLog.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where((line, i) => i == 0 || string.CompareOrdinal(line.Split(',')[3], "2013-07-01 00:00:00") <= 0).Select(Known).Select(line => line + "\n")));
        EsmmTool.Good("train", "--config", _config, "--data", then, "--out", model);
        Assert.Equal(Weights(model), Weights(Model));

        static string Known(string line)
        {
            string[] values = line.Split(',');
            if (values[6].StartsWith('2') && string.CompareOrdinal(values[6], "2013-07-01 00:00:00") > 0)
            {
                (values[5], values[6]) = ("0", "");
            }

            return string.Join(',', values);
        }
    }

    [Fact]
    public void SinceAndUntilAreOfTheConfigsZone()
    {
        ToolRun run = Train("--since", "2013-06-02", "--until", "2013-06-11T00:00:00+02:00", "--json");
        Assert.Equal(9 * 24, Impressions(run, "training"));
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", Model, "--data", _log, "--since", "2013-07-01", "--as-of", "2013-07-11", "--json").Output);
        Assert.Equal((10 * 24) + 1, json.RootElement.GetProperty("impressions").GetInt64());
        Assert.True(json.RootElement.GetProperty("hidden").GetProperty("conversion after the as-of time").GetInt64() > 0);
        EsmmTool.Bad(2, "--since", Command("train", "--since", "yesterday"));
        EsmmTool.Bad(2, "\"time\"", "train", "--config", _folder.Write("plain.json", SmallLog.Config), "--data", _log, "--out", Model, "--until", "2013-07-01");
    }

    [Fact]
    public void APositionIsServedAsFixed()
    {
        Train();
        string with = _folder["with.csv"], without = _folder["without.csv"];
        EsmmTool.Good("score", "--model", Model, "--data", _log, "--out", with);
        EsmmTool.Good("score", "--model", Model, "--data", _folder.Write("unknown.csv", TimedLog.Text(withPosition: false)), "--out", without);
        string[] served = Scores(with);
        Assert.Equal(served, Scores(without));

        // The same weights without a fixed value, given position 1.
        string plain = _folder["plain.safetensors"], first = _folder["first.csv"];
        EsmmTool.Good("train", "--config", _config, "--data", _log, "--out", plain, "--set", "fields.position.serve=null");
        Assert.Equal(Weights(plain), Weights(Model));
        string[] lines = TimedLog.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string log = _folder.Write("all-first.csv", string.Concat(lines.Select((line, i) => (i == 0 ? line : line[..line.LastIndexOf(',')] + ",1") + "\n")));
        EsmmTool.Good("score", "--model", plain, "--data", log, "--out", first);
        Assert.Equal(served, Scores(first));

        // Evaluation is as served unless told otherwise.
        string asServed = Evaluate(Model, _log), asLogged = Evaluate(Model, _log, "--as-logged");
        Assert.Contains("\"fixed\":{\"position\":\"1\"}", asServed, StringComparison.Ordinal);
        Assert.Equal(Evaluate(plain, log), asServed.Replace("\"fixed\":{\"position\":\"1\"},", "", StringComparison.Ordinal));
        Assert.Equal(Evaluate(plain, _log), asLogged);
        Assert.NotEqual(asLogged, asServed);
        Assert.Contains("As served: position = \"1\"", EsmmTool.Good("evaluate", "--model", Model, "--data", _log).Output, StringComparison.Ordinal);
        Assert.Contains("served as \"1\"", EsmmTool.Good("inspect", Model).Output, StringComparison.Ordinal);
        EsmmTool.Bad(3, "there is no column \"position\"", "evaluate", "--model", Model, "--data", _folder["unknown.csv"], "--as-logged");
        EsmmTool.Good("evaluate", "--model", Model, "--data", _folder["unknown.csv"]);
    }

    [Fact]
    public void CountsAreAnErrorUnlessBinarised()
    {
        ToolRun run = EsmmTool.Bad(3, "log.csv line 7, column \"click\": label \"3\"", Command("train", "--set", "labels.click.counts=null"));
        Assert.Contains("\"counts\": \"binarise\"", run.Error, StringComparison.Ordinal);
    }

    private string Model => _folder["model.safetensors"];

    private string[] Command(string name, params string[] more) => [name, "--config", _config, "--data", _log, .. more, "--out", Model];

    private ToolRun Train(params string[] more) => EsmmTool.Good(Command("train", more));

    private static string Evaluate(string model, string log, params string[] more) => EsmmTool.Good(["evaluate", "--model", model, "--data", log, "--json", .. more]).Output;

    private static string[] Scores(string path) => [.. File.ReadAllLines(path).Select(line => string.Join(',', line.Split(',')[^3..]))];

    private static string Weights(string model)
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("inspect", model, "--json").Output);
        return json.RootElement.GetProperty("weightsDigest").GetString()!;
    }

    private static long Impressions(ToolRun run, string part)
    {
        using JsonDocument json = JsonDocument.Parse(run.Output);
        return json.RootElement.GetProperty(part).GetProperty("impressions").GetInt64();
    }
}
