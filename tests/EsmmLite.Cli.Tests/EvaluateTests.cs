using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Cli.Tests;

/// <summary>Metrics of the tool against those computed row by row and pair by pair from what <c>esmm score</c> writes.</summary>
public sealed class EvaluateTests(TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public void MetricsAreThoseOfTheScoredRows()
    {
        string scored = models.PathOf("scored.csv");
        EsmmTool.Good("score", "--model", models.A, "--data", models.Test, "--out", scored);
        Row[] rows = [.. File.ReadLines(scored).Skip(1).Select(line => new Row(line.Split(',')))];
        using JsonDocument json = Evaluate("--group", "user", "--at", "3", "--by", "item", "unseen:user", "--threshold", "0.2", "--bootstrap", "40");
        JsonElement root = json.RootElement;
        Assert.Equal(rows.Length, root.GetProperty("impressions").GetInt32());
        Same(Auc(rows, row => row.Ctr, row => row.Click), root.GetProperty("ctr").GetProperty("auc"));
        Same(Auc(rows.Where(row => row.Click), row => row.Cvr, row => row.Conversion), root.GetProperty("cvr").GetProperty("auc"));
        Same(rows.Sum(row => row.Ctcvr) / rows.Count(row => row.Conversion), root.GetProperty("ctcvr").GetProperty("pcoc"), 1e-6);
        Same(rows.Count(row => row.Ctr >= 0.2 == row.Click) / (double)rows.Length, root.GetProperty("ctr").GetProperty("atThreshold").GetProperty("accuracy"));

        // Inside groups: weighted by rows, groups of one class left out.
        IGrouping<string, Row>[] both = [.. rows.GroupBy(row => row.User).Where(group => group.Any(row => row.Click) && group.Any(row => !row.Click))];
        JsonElement groups = root.GetProperty("groups");
        Assert.Equal(rows.Select(row => row.User).Distinct().Count(), groups.GetProperty("groups").GetInt32());
        Assert.Equal(both.Length, groups.GetProperty("ctr").GetProperty("gaucGroups").GetInt32());
        Same(both.Sum(group => group.Count() * Auc(group, row => row.Ctr, row => row.Click)!.Value) / both.Sum(group => group.Count()), groups.GetProperty("ctr").GetProperty("gauc"));
        Same(both.Sum(group => group.Count()) / (double)rows.Length, groups.GetProperty("ctr").GetProperty("gaucCoverage"));

        // Slices are whole, and each is measured by itself.
        JsonElement[] slices = [.. root.GetProperty("slices").EnumerateArray()];
        Assert.Equal(2 * rows.Length, slices.Sum(slice => slice.GetProperty("metrics").GetProperty("impressions").GetInt32()));
        JsonElement unseen = slices.Single(slice => slice.GetProperty("value").GetString() == "unseen").GetProperty("metrics");
        Row[] cold = [.. rows.Where(row => row.User.StartsWith("new", StringComparison.Ordinal))];
        Assert.True(unseen.GetProperty("impressions").GetInt32() >= cold.Length && cold.Length == 60);
        JsonElement item = slices[0];
        Row[] ofItem = [.. rows.Where(row => row.Item == item.GetProperty("value").GetString())];
        Same(Auc(ofItem, row => row.Ctr, row => row.Click), item.GetProperty("metrics").GetProperty("ctr").GetProperty("auc"));

        JsonElement interval = root.GetProperty("intervals").GetProperty("ctr.logLoss");
        Assert.InRange(interval.GetProperty("value").GetDouble(), interval.GetProperty("low").GetDouble(), interval.GetProperty("high").GetDouble());
    }

    [Fact]
    public void TablesFitAndSayWhatIsUndefined()
    {
        string output = EsmmTool.Good("evaluate", "--model", models.A, "--data", models.Test, "--group", "user", "--by", "item", "user", "--threshold", "1", "--bootstrap", "5").Output;
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, line));
        Assert.All(["Calibration and precision", "Positive from 1 on", "Inside the ", "By item", "Bootstrap over groups of user", "smaller or later parts", "n/a"], text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", output, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupsWithNothingToOrderAreNamed()
    {
        const string Remark = "NDCG and MAP are 1 in any order";
        string[] lines = File.ReadAllLines(models.Test);
        string loose = models.PathOf("loose.csv"); // each row a search of its own
        File.WriteAllLines(loose, lines.Select((line, i) => line + "," + (i == 0 ? "search" : "s" + i)));
        string output = EsmmTool.Good("evaluate", "--model", models.A, "--data", loose, "--group", "search").Output;
        int clicks = lines.Skip(1).Count(line => line.Split(',')[3] == "1");
        int conversions = lines.Skip(1).Count(line => line.Split(',')[4] == "1");
        Assert.Contains(Remark, output, StringComparison.Ordinal);
        Assert.Contains($"CTR {clicks} of {clicks}, CVR {conversions} of {conversions}, CTCVR {conversions} of {conversions}.", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, line));

        File.WriteAllLines(loose, lines.Select((line, i) => line + "," + (i == 0 ? "search" : "s"))); // all rows one search
        Assert.DoesNotContain(Remark, EsmmTool.Good("evaluate", "--model", models.A, "--data", loose, "--group", "search").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void EqualRunsGiveEqualText()
    {
        string[] options = ["evaluate", "--model", models.A, "--data", models.Test, "--group", "user", "--bootstrap", "20", "--json"];
        string once = EsmmTool.Good([.. options, "--threads", "1"]).Output;
        Assert.Equal(once, EsmmTool.Good([.. options, "--threads", "3"]).Output);
        Assert.NotEqual(once, EsmmTool.Good([.. options, "--seed", "5"]).Output);
    }

    [Theory]
    [InlineData(2, "--group COLUMN", "--at", "3")]
    [InlineData(2, "between 0 and 1", "--threshold", "1.5")]
    [InlineData(2, "between 0 and 1", "--threshold", "NaN")]
    [InlineData(2, "declares no time", "--by", "time:day")]
    [InlineData(2, "no field \"usr\"", "--by", "unseen:usr")]
    [InlineData(2, "a plain number", "--by", "unseen:price")]
    [InlineData(3, "\"nothing\"", "--by", "nothing")]
    public void WhatCantBeMeasuredIsRefused(int code, string message, params string[] options) => EsmmTool.Bad(code, message, ["evaluate", "--model", models.A, "--data", models.Test, .. options]);

    [Fact]
    public void AFieldThatGivesTheAnswerAwayIsReported()
    {
        string[] lines = File.ReadAllLines(models.Log);
        string leaky = models.PathOf("leaky.csv");
        File.WriteAllLines(leaky, lines.Select((line, i) => line + (i == 0 ? ",dwell" : line.Split(',')[3] == "1" ? ",3.5" : ",0")));
        string config = models.PathOf("leaky.json");
        File.WriteAllText(config, SmallLog.Config.Replace("\"fields\": [", "\"fields\": [{\"name\": \"dwell\", \"kind\": \"numeric\"},", StringComparison.Ordinal));
        string model = models.PathOf("leaky.safetensors");
        Assert.Contains("warning: Field \"dwell\" probably gives the answer away", EsmmTool.Good("train", "--config", config, "--data", leaky, "--out", model).Error, StringComparison.Ordinal);
        Assert.Contains("Field \"dwell\"", EsmmTool.Good("evaluate", "--model", model, "--data", leaky).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("gives the answer away", EsmmTool.Good("evaluate", "--model", models.A, "--data", models.Test).Error, StringComparison.Ordinal);

        File.WriteAllText(config, SmallLog.Config.Replace("\"fields\": [", "\"fields\": [{\"name\": \"click\", \"kind\": \"numeric\"},", StringComparison.Ordinal));
        EsmmTool.Bad(2, "the label column \"click\" can't be a feature", "train", "--config", config, "--data", models.Log, "--out", model);
    }

    [Fact]
    public void ALogOfNoRowsIsWarnedOf()
    {
        string empty = Path.Combine(Path.GetDirectoryName(models.Test)!, "header.csv");
        File.WriteAllText(empty, File.ReadLines(models.Test).First() + "\n");
        Assert.Contains("warning: no row was evaluated", EsmmTool.Good("evaluate", "--model", models.A, "--data", empty, "--json").Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no row was evaluated", EsmmTool.Good("evaluate", "--model", models.A, "--data", models.Test).Error, StringComparison.Ordinal);
        Assert.Contains("0 unless given", System.Text.RegularExpressions.Regex.Replace(EsmmTool.Good("score", "--help").Output, @"\s+", " "), StringComparison.Ordinal);
        Assert.Contains("0.001 unless given", System.Text.RegularExpressions.Regex.Replace(EsmmTool.Good("evaluate", "--help").Output, @"\s+", " "), StringComparison.Ordinal);
    }

    private JsonDocument Evaluate(params string[] options) => JsonDocument.Parse(EsmmTool.Good(["evaluate", "--model", models.A, "--data", models.Test, "--json", .. options]).Output);

    private static double? Auc(IEnumerable<Row> rows, Func<Row, float> score, Func<Row, bool> label)
    {
        float[] positives = [.. rows.Where(label).Select(score)], negatives = [.. rows.Where(row => !label(row)).Select(score)];
        return positives.Length == 0 || negatives.Length == 0 ? null : positives.Sum(p => negatives.Sum(n => p > n ? 1.0 : p == n ? 0.5 : 0)) / positives.Length / negatives.Length;
    }

    private static void Same(double? expected, JsonElement found, double tolerance = 1e-10)
    {
        Assert.Equal(expected is null, found.ValueKind == JsonValueKind.Null);
        if (expected is { } value)
        {
            Assert.Equal(value, found.GetDouble(), tolerance);
        }
    }

    private sealed record Row(string User, string Item, bool Click, bool Conversion, float Ctr, float Cvr, float Ctcvr)
    {
        public Row(string[] cells)
            : this(cells[0], cells[1], cells[3] == "1", cells[4] == "1", Number(cells[5]), Number(cells[6]), Number(cells[7]))
        {
        }

        private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
    }
}
