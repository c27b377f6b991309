using System.Text.Json;

namespace EsmmLite.Cli.Tests;

public sealed class SweepTests
{
    [Fact]
    public void Values_are_searched_and_the_search_goes_on_from_its_journal()
    {
        using var folder = new TestFolder();
        folder.Write("esmm.json", SmallLog.Config);
        folder.Write("log.csv", SmallLog.Text(1500));
        string[] command = ["sweep", "--config", folder["esmm.json"], "--data", folder["log.csv"], "--holdout", "0.3", "--holdout-by", "row",
            "--vary", "training.learningRate=log:1e-3..1e-1", "towers.cvr=[8]|[16,8]", "fields.item.dim=int:2..4", "--trials", "5", "--out", folder["out"]];

        ToolRun run = EsmmTool.Good(command);
        Assert.Contains("Leaderboard by ctcvr.auc", run.Output, StringComparison.Ordinal);
        Assert.Contains("Best: ", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n').Where(line => line.StartsWith(' ')), line => Assert.True(line.Length <= 100, line));
        string journal = File.ReadAllText(Path.Combine(folder["out"], "sweep.journal"));
        Assert.Equal(1 + 5 + 2, journal.TrimEnd('\n').Split('\n').Length); // five for an epoch, two of them for two
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder["out"], "sweep.json")));
        Assert.Equal(5, json.RootElement.GetProperty("trainings").GetArrayLength());

        ToolRun again = EsmmTool.Good([.. command, "--threads", "1"]);
        Assert.Contains("7 trainings were done before", again.Error, StringComparison.Ordinal);
        Assert.Equal(run.Output, again.Output);
        File.Delete(Path.Combine(folder["out"], "sweep.journal"));
        Assert.Equal(run.Output, EsmmTool.Good([.. command, "--threads", "1"]).Output);

        EsmmTool.Bad(2, "nothing to sweep", command[..9]);
        EsmmTool.Bad(2, "training.learnRate", [.. command[..9], "--vary", "training.learnRate=0.1|0.2", "--out", folder["out"]]);
        EsmmTool.Bad(2, "--vary training.epochs", [.. command[..9], "--vary", "training.epochs=int:1..3", "--out", folder["out"]]);
        EsmmTool.Bad(2, "--seed", [.. command[..9], "--vary", "training.seed=1|2", "--out", folder["out"]]);
        EsmmTool.Bad(2, "no rows to validate on", [.. command[..5], "--ablate", "--out", folder["out"]]);
    }

    [Fact]
    public void Parts_are_switched_off_one_at_a_time()
    {
        using var folder = new TestFolder();
        folder.Write("esmm.json", SmallLog.Config.Replace("\"labels\"", "\"crosses\": [[\"user\", \"item\"]], \"labels\"", StringComparison.Ordinal));
        folder.Write("log.csv", SmallLog.Text(1500));
        ToolRun run = EsmmTool.Good("sweep", "--config", folder["esmm.json"], "--data", folder["log.csv"], "--holdout", "0.3", "--holdout-by", "row", "--ablate", "--seeds", "2", "--metric", "ctr.logLoss", "--out", folder["out"]);
        Assert.All(["field user", "field item", "field price", "cross user x item", "layer 1 of the ctr tower (8)", "layer 1 of the cvr tower (8)", "loss ctr ", "loss ctcvr"], part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
        Assert.All(run.Output.Split('\n').Where(line => line.StartsWith(' ')), line => Assert.True(line.Length <= 100, line));
        string[] ctr = run.Output.Split('\n').Single(line => line.Contains("loss ctr ", StringComparison.Ordinal)).Split("  ", StringSplitOptions.RemoveEmptyEntries);
        Assert.True(double.Parse(ctr[2], System.Globalization.CultureInfo.InvariantCulture) > double.Parse(ctr[1], System.Globalization.CultureInfo.InvariantCulture), string.Join('|', ctr)); // without its loss the CTR tower knows less
    }
}
