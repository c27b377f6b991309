namespace EsmmLite.Cli.Tests;

public sealed class TuneRankTests
{
    [Fact]
    public void A_score_is_tuned_on_a_log_and_can_be_used()
    {
        using var folder = new TestFolder();
        folder.Write("esmm.json", SmallLog.Config);
        folder.Write("train.csv", SmallLog.Text(2000));
        EsmmTool.Good("train", "--config", folder["esmm.json"], "--data", folder["train.csv"], "--out", folder["m.safetensors"]);
        string[] rows = File.ReadAllLines(folder["train.csv"]);
        File.WriteAllLines(folder["log.csv"], ["search,line," + rows[0], .. rows.Skip(1).Select((row, i) => $"s{i % 200},{i}," + row)]);
        string[] command = ["tune-rank", "--model", folder["m.safetensors"], "--data", folder["log.csv"], "--group", "search", "--score", "pctr^a * pcvr^[b] * price", "--vary", "a=0..2", "b=-1..1", "--trials", "40"];

        ToolRun run = EsmmTool.Good([.. command, "--out", folder["t.html"]]);
        Assert.All(run.Output.Split('\n').Where(line => line.StartsWith(' ')), line => Assert.True(line.Length <= 100, line));
        Assert.Contains("Pareto front", run.Output, StringComparison.Ordinal);
        string found = run.Output.Split("Found: --rank \"")[1].Split('"')[0];
        Assert.Matches(@"^pctr\^[\d.]+ \* pcvr\^\(?-?[\d.]+\)? \* price$", found);
        EsmmTool.Good("score", "--model", folder["m.safetensors"], "--data", folder["log.csv"], "--out", folder["scored.csv"], "--rank", found);
        Assert.Contains("<svg", File.ReadAllText(folder["t.html"]), StringComparison.Ordinal);
        Assert.Equal(run.Output, EsmmTool.Good([.. command, "--threads", "1"]).Output);

        EsmmTool.Bad(2, "the rank score has no name \"c\"", [.. command[..10], "c=0..1"]);
        EsmmTool.Bad(2, "such as a=0..2", [.. command[..10], "a=2..0"]);
        EsmmTool.Bad(3, "one impression", [.. command[..5], "--group", "line", .. command[7..]]);
        Assert.Contains(" are no score and were left out; the first: ", EsmmTool.Good([.. command[..7], "--score", "clamp(pctr, low, high)", "--vary", "low=0..1", "high=0..1", "--trials", "20"]).Output, StringComparison.Ordinal);
        EsmmTool.Bad(2, "--value", [.. command, "--objective", "ndcg-value"]);
    }
}
