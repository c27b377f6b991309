using System.Text.Json;

namespace EsmmLite.Cli.Tests;

/// <summary><c>esmm paper-bench</c> from the command line to its three files.</summary>
public class PaperBenchTests
{
    [Fact]
    public void ALogOfTheUsersEndsWithAVerdictAndGoesOnWhereItStopped()
    {
        using TestFolder folder = new();
        EsmmTool.Good("simulate", "--out", folder["sim"], "--rows", "6000", "--regime", "no-sharing", "--position-effect", "0.5");
        string[] args = ["paper-bench", "--quick", "--repeats", "2", "--data", folder["sim/log.csv"], "--config", folder["sim/config.json"], "--methods", "ESMM", "DIVISION", "--out", folder["bench"]];
        ToolRun run = EsmmTool.Good(args);
        Assert.Contains("The log looks like", run.Output, StringComparison.Ordinal);
        Assert.Contains("no log can show", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        string json = File.ReadAllText(folder["bench/bench.json"]), markdown = File.ReadAllText(folder["bench/bench.md"]), html = File.ReadAllText(folder["bench/bench.html"]);
        using JsonDocument parsed = JsonDocument.Parse(json);
        Assert.Equal(["BASE", "DIVISION", "ESMM"], parsed.RootElement.GetProperty("summary")[0].GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("method").GetString()));

        // No truth is known of a log, so no figure needs one.
        Assert.DoesNotContain("PCOC, all", markdown, StringComparison.Ordinal);

        ToolRun again = EsmmTool.Good(args);
        Assert.Contains("2 repeats were done before", again.Error, StringComparison.Ordinal);
        Assert.Equal((json, markdown, html), (File.ReadAllText(folder["bench/bench.json"]), File.ReadAllText(folder["bench/bench.md"]), File.ReadAllText(folder["bench/bench.html"])));
    }

    [Fact]
    public void ASimulatedRegimeIsComparedWithTheTruthAtSeveralRates()
    {
        using TestFolder folder = new();
        ToolRun run = EsmmTool.Good("paper-bench", "--quick", "--regime", "saturated", "--rows", "4000", "--repeats", "2", "--rates", "0.5", "1", "--out", folder["bench"]);
        Assert.Contains("50 % of the training impressions", run.Output, StringComparison.Ordinal);
        Assert.Contains("PCOC, do(click)", run.Output, StringComparison.Ordinal);
        Assert.Contains("by sampling rate", File.ReadAllText(folder["bench/bench.html"]), StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }

    [Theory]
    [InlineData("ESMN", "Did you mean", "--methods", "ESMN")]
    [InlineData("regime", "few-conversions", "--regime", "few")]
    [InlineData("config", "--data without --config", "--data", "log.csv")]
    [InlineData("both", "exclude each other", "--regime", "usual", "--coat", "coat")]
    [InlineData("rate", "--rates 2", "--rates", "2")]
    public void BadUsageIsRefused(string why, string expected, params string[] args)
    {
        using TestFolder folder = new();
        ToolRun run = EsmmTool.Run(["paper-bench", "--out", folder["bench"], .. args]);
        Assert.True(run.Code == 2, why + ": code " + run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void RandomRatingsOfCoatAreReadAsTheEntireSpace()
    {
        string matrix = Repository.Shared("coat", "train.ascii.gz");
        using TestFolder folder = new();
        ToolRun run = EsmmTool.Good("paper-bench", "--quick", "--coat", Path.GetDirectoryName(matrix)!, "--repeats", "1", "--methods", "BASE", "--out", folder["bench"]);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder["bench/bench.json"]));
        JsonElement log = json.RootElement.GetProperty("outcomes")[0].GetProperty("log");

        // 87,000 pairs, a tenth of them to stop by; 4,640 random ratings of which 860 are 4 or 5.
        Assert.InRange(log.GetProperty("trainingImpressions").GetInt64(), 77_500, 79_100);
        Assert.Equal((4_640, 860), (log.GetProperty("testImpressions").GetInt64(), log.GetProperty("testConversions").GetInt64()));
        Assert.Contains("coat", run.Output, StringComparison.Ordinal);
    }
}
