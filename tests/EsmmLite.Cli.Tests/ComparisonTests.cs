using System.Text.Json;
using System.Text.RegularExpressions;

namespace EsmmLite.Cli.Tests;

public sealed class ComparisonTests(TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public void AModelDoesNotDifferFromItself()
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("compare", models.A, models.A, "--data", models.Test, "--group", "user", "--bootstrap", "20", "--json").Output);
        JsonElement[] metrics = [.. json.RootElement.GetProperty("metrics").EnumerateObject().Select(metric => metric.Value)];
        Assert.Equal(25, metrics.Length);
        Assert.All(metrics.Where(metric => metric.GetProperty("difference").ValueKind == JsonValueKind.Number), metric => Assert.Equal((0.0, 0.0, 0.0),
            (metric.GetProperty("difference").GetDouble(), metric.GetProperty("low").GetDouble(), metric.GetProperty("high").GetDouble())));
        Assert.Equal("no difference that these rows support", json.RootElement.GetProperty("seesaw").GetProperty("meaning").GetString());
        Assert.Contains("hold the same model", EsmmTool.Good("diff", models.A, models.A).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void DifferencesAreThoseOfTheMetrics()
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("compare", models.A, models.B, "--data", models.Test, "--bootstrap", "20", "--json").Output);
        JsonElement auc = json.RootElement.GetProperty("metrics").GetProperty("ctr.auc");
        (double a, double b) = (Auc(models.A), Auc(models.B));
        Assert.Equal((a, b, b - a), (auc.GetProperty("a").GetDouble(), auc.GetProperty("b").GetDouble(), auc.GetProperty("difference").GetDouble()));
        string output = EsmmTool.Good("compare", models.A, models.B, "--data", models.Test, "--bootstrap", "20").Output;
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, line));
        Assert.Contains("Seesaw", output, StringComparison.Ordinal);
    }

    [Fact]
    public void DiffTellsConfigWeightsAndScores()
    {
        string output = EsmmTool.Good("diff", models.A, models.B, "--data", models.Test).Output;
        Assert.Matches(@"training\.seed +1 +2", output);
        Assert.Matches(@"emb\.item +200 ", output);
        Assert.Matches(@"Scores of the same 600 rows", output);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public void ExplainEndsWithTheScorersBits()
    {
        string scored = models.PathOf("scored.csv");
        EsmmTool.Good("score", "--model", models.A, "--data", models.Test, "--out", scored);
        string[] lines = File.ReadAllLines(scored);
        foreach (int row in new[] { 1, 11, 600 })
        {
            string output = EsmmTool.Good("explain", "--model", models.A, "--data", models.Test, "--row", row.ToString(System.Globalization.CultureInfo.InvariantCulture)).Output;
            string[] cells = lines[row].Split(',');
            foreach ((string name, string value) in new[] { ("pCTR", cells[^3]), ("pCVR", cells[^2]), ("pCTCVR", cells[^1]) })
            {
                Assert.Equal(value, Regex.Match(output, name + @" +(\S+)").Groups[1].Value);
            }

            Assert.Matches(@"user +" + Regex.Escape(cells[0]) + " ", output);
            Assert.Equal(cells[0].StartsWith("new", StringComparison.Ordinal), output.Contains("out of vocabulary", StringComparison.Ordinal));
            Assert.All(["input", "ctr.dense0", "ctr.dense1", "cvr.dense0", "cvr.dense1"], layer => Assert.Matches(@"\n +" + Regex.Escape(layer) + " ", output));
            Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, line));
        }

        EsmmTool.Bad(2, "the log has 600 rows", "explain", "--model", models.A, "--data", models.Test, "--row", "601");
        EsmmTool.Bad(2, "can be read only once", "compare", models.A, models.B, "--data", "-");
    }

    private double Auc(string model)
    {
        using JsonDocument json = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", model, "--data", models.Test, "--json").Output);
        return json.RootElement.GetProperty("ctr").GetProperty("auc").GetDouble();
    }
}
