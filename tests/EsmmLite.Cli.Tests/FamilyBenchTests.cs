using System.Text.Json;

namespace EsmmLite.Cli.Tests;

/// <summary><c>esmm family-bench</c> from the command line to its three files.</summary>
public class FamilyBenchTests
{
    [Fact]
    public void ALogOfTheUsersIsComparedAndGoesOnWhereItStopped()
    {
        using TestFolder folder = new();
        EsmmTool.Good("simulate", "--out", folder["sim"], "--rows", "4000", "--regime", "no-sharing", "--position-effect", "0.5");
        string[] args = ["family-bench", "--quick", "--repeats", "2", "--data", folder["sim/log.csv"], "--config", folder["sim/config.json"], "--variants", "ESMM-NS", "item history", "AITM", "--out", folder["family"]];
        ToolRun run = EsmmTool.Good(args);
        Assert.Contains("Left out: item history, the config has no loss.history.", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        string json = File.ReadAllText(folder["family/family.json"]), markdown = File.ReadAllText(folder["family/family.md"]), html = File.ReadAllText(folder["family/family.html"]);
        using JsonDocument parsed = JsonDocument.Parse(json);
        Assert.Equal(["ESMM", "ESMM-NS", "AITM"], parsed.RootElement.GetProperty("summary")[0].GetProperty("variants").EnumerateArray().Select(m => m.GetProperty("variant").GetString()));

        // Speeds are kept as well: measured again they would be others.
        ToolRun again = EsmmTool.Good(args);
        Assert.Contains("9 pieces were done before", again.Error, StringComparison.Ordinal);
        Assert.Equal((json, markdown, html), (File.ReadAllText(folder["family/family.json"]), File.ReadAllText(folder["family/family.md"]), File.ReadAllText(folder["family/family.html"])));
    }

    [Theory]
    [InlineData("variant", "there is no variant", "--variants", "PLX")]
    [InlineData("regime", "seesaw", "--regime", "see-saw")]
    [InlineData("config", "--data without --config", "--data", "log.csv")]
    [InlineData("both", "exclude each other", "--regime", "usual", "--data", "log.csv")]
    public void BadUsageIsRefused(string why, string expected, params string[] args)
    {
        using TestFolder folder = new();
        ToolRun run = EsmmTool.Run(["family-bench", "--out", folder["family"], .. args]);
        Assert.True(run.Code == 2, why + ": code " + run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
