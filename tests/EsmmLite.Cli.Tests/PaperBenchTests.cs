using System.Text.Json;
using EsmmLite.Cli.Comparing;

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

    [Fact]
    public void AnInterruptionSaysWhatIsKeptAndHowToGoOn()
    {
        using TestFolder folder = new();
        string[] args = ["paper-bench", "--quick", "--regime", "saturated", "--methods", "BASE", "--threads", "1", "--out", folder["bench"]];
        string journal = folder["bench/bench.journal"];
        using (InterruptedTool tool = new([.. args, "--rows", "2000", "--repeats", "1000"]))
        {
            while (!File.Exists(journal) || File.ReadLines(journal).Count() < 3)
            {
                Assert.Null(tool.EndsWithin(20)?.Error);
            }

            ToolRun run = tool.Signal("TERM");
            Assert.Equal(130, run.Code);
            Assert.Contains("repeats are kept in " + journal + ", and the same command goes on from there.", run.Error, StringComparison.Ordinal);
        }

        // More or fewer repeats are no other comparison.
        ToolRun resumed = EsmmTool.Good([.. args, "--rows", "2000", "--repeats", "2"]);
        Assert.Contains("repeats were done before", resumed.Error, StringComparison.Ordinal);
        ToolRun anew = EsmmTool.Good([.. args, "--rows", "2002", "--repeats", "2"]);
        Assert.Contains("is of another run (changed: data). Beginning anew; the earlier one is kept as " + journal + ".before", anew.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ALogIsReadWithTheOptionsOfTraining()
    {
        using TestFolder folder = new();
        EsmmTool.Good("simulate", "--out", folder["sim"], "--rows", "3000", "--regime", "no-sharing");
        string[] lines = File.ReadAllLines(folder["sim/log.csv"]);
        folder.Write("log.txt", string.Join('\n', lines.Select(line => line.Replace(',', '~'))) + "\nnonsense\n");
        string[] args = ["paper-bench", "--quick", "--repeats", "1", "--methods", "BASE", "--data", folder["log.txt"], "--config", folder["sim/config.json"], "--out", folder["bench"], "--delimiter", "~"];
        EsmmTool.Bad(3, "line 3002: the record has 1 fields", [.. args, "--max-bad-rows", "0"]);
        ToolRun run = EsmmTool.Good([.. args, "--max-bad-rows", "0.01", "--quarantine", folder["bad.csv"]]);
        Assert.Contains("left out, kept in " + folder["bad.csv"], run.Error, StringComparison.Ordinal);
        Assert.Contains("nonsense", File.ReadAllText(folder["bad.csv"]), StringComparison.Ordinal);

        string middle = lines[lines.Length / 2].Split(',')[1];
        ToolRun half = EsmmTool.Good([.. args, "--max-bad-rows", "0.01", "--since", middle]);
        Assert.Contains("(changed: data)", half.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder["bench/bench.json"]));
        Assert.InRange(json.RootElement.GetProperty("outcomes")[0].GetProperty("log").GetProperty("testImpressions").GetInt64(), 700, 800);
        EsmmTool.Bad(2, "standard input can be read only once", "paper-bench", "--data", "-", "--config", folder["sim/config.json"], "--out", folder["bench"]);
    }

    [Fact]
    public void TheRawFilesOfAliCcpGiveTheTableOfThePaperInOneCommand()
    {
        using TestFolder folder = new();
        AliCcpFiles.Write(folder["raw"], 1_500);
        string[] small = [.. ((string[])["101", "109_14", "110_14", "127_14", "150_14", "205", "206", "207", "210", "216", "508", "509", "702", "853"]).SelectMany(field => (string[])["--set", "fields." + field + ".buckets=500"])];
        string[] args = ["paper-bench", "--quick", "--repeats", "1", "--methods", "ESMM-NS", "ESMM", "--ali-ccp", folder["raw"], "--out", folder["bench"], .. small];
        ToolRun run = EsmmTool.Good(args);
        Assert.Contains("in memory: log ", run.Error, StringComparison.Ordinal);
        Assert.Contains("The log looks like", run.Output, StringComparison.Ordinal);
        JsonElement Log() => JsonDocument.Parse(File.ReadAllText(folder["bench/bench.json"])).RootElement.GetProperty("outcomes")[0].GetProperty("log");

        // One row in 50 was bought without a click: left out. A tenth of the others says when to stop.
        Assert.Equal((1_323, 1_470), (Log().GetProperty("trainingImpressions").GetInt64(), Log().GetProperty("testImpressions").GetInt64()));
        ToolRun third = EsmmTool.Good([.. args, "--every", "3"]);
        Assert.Contains("3,000 rows, one in 3 taken, 20 bought without a click", third.Error, StringComparison.Ordinal);
        Assert.Equal(490, Log().GetProperty("testImpressions").GetInt64());
        Assert.Contains("Ali-CCP, one row in 3", third.Output, StringComparison.Ordinal);

        EsmmTool.Bad(2, "--config with --ali-ccp", [.. args, "--config", "x.json"]);
        EsmmTool.Bad(2, "--every without --ali-ccp", "paper-bench", "--quick", "--every", "3", "--out", folder["bench"]);
        File.Delete(folder["raw/common_features_test.csv"]);
        EsmmTool.Bad(2, "there is no common_features_test.csv", args);
    }

    [Fact]
    public void AnAliCcpLogThatDoesNotFitIntoMemoryNamesTheShareThatDoes()
    {
        using TestFolder folder = new();
        AliCcpFiles.Write(folder["raw"], 20_000);
        ToolRun run = EsmmTool.RunWith(new() { ["DOTNET_GCHeapHardLimit"] = "0x7000000" }, null, "paper-bench", "--ali-ccp", folder["raw"], "--threads", "1", "--out", folder["bench"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("of memory and the networks up to", run.Error, StringComparison.Ordinal);
        Assert.Contains("--set fields.205.buckets=500000", run.Error, StringComparison.Ordinal);

        // Half of all memory for the networks, six times of all for the log: what is left holds a twelfth of it, less a reserve of a fifth.
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        AliCcpInput.RequireMemory(memory / 2, memory / 2, 1);
        EsmmException fault = Assert.Throws<EsmmException>(() => AliCcpInput.RequireMemory(6 * memory, memory / 2, 2));
        Assert.Contains("--every 30 or more", fault.Message, StringComparison.Ordinal);
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
