using System.Text.Json;

namespace EsmmLite.Cli.Tests;

/// <summary><c>esmm simulate</c> from the command line to a trained model.</summary>
public class SimulateTests
{
    [Fact]
    public void ALogIsWrittenThatItsOwnConfigTrainsOn()
    {
        using TestFolder folder = new();
        ToolRun run = EsmmTool.Good("simulate", "--out", folder["sim"], "--rows", "8000", "--regime", "few-conversions", "--cvr", "0.1", "--delay-hours", "10", "--position-effect", "0.5", "--conversion-noise", "0.01", "--days", "4", "--seed", "3");
        Assert.Contains("hidden confounding", run.Output, StringComparison.Ordinal);
        Assert.Equal(8_001, File.ReadLines(folder["sim/log.csv"]).Count());
        Assert.Equal(8_001, File.ReadLines(folder["sim/truth.csv"]).Count());
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder["sim/simulation.json"]));
        Assert.Equal(0.9, json.RootElement.GetProperty("options").GetProperty("sharing").GetDouble());
        Assert.Equal(0.1, json.RootElement.GetProperty("options").GetProperty("cvr").GetDouble());

        // By time, and the conversions without a click are dropped.
        ToolRun train = EsmmTool.Good("train", "--config", folder["sim/config.json"], "--data", folder["sim/log.csv"], "--holdout", "0.2", "--set", "training.epochs=1", "--out", folder["m.safetensors"]);
        Assert.Contains("dropped", train.Output + train.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void TheSameSeedGivesTheSameBytesAndGzipTheSameText()
    {
        using TestFolder folder = new();
        EsmmTool.Good("simulate", "--out", folder["a"], "--rows", "500");
        EsmmTool.Good("simulate", "--out", folder["b"], "--rows", "500", "--gzip");
        using var unzipped = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(folder["b/log.csv.gz"]), System.IO.Compression.CompressionMode.Decompress));
        Assert.Equal(File.ReadAllText(folder["a/log.csv"]), unzipped.ReadToEnd());
        Assert.Equal(File.ReadAllText(folder["a/simulation.json"]), File.ReadAllText(folder["b/simulation.json"]));
    }

    [Theory]
    [InlineData("--regime", "few-conversion", "few-conversions")]
    [InlineData("--sharing", "2", "--sharing is 2")]
    [InlineData("--rows", "0", "--rows is 0")]
    [InlineData("--hidden-confounding", "-1", "--hidden-confounding is -1")]
    public void BadKnobsAreRefused(string option, string value, string expected)
    {
        using TestFolder folder = new();
        ToolRun run = EsmmTool.Run("simulate", "--out", folder["sim"], option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
