using System.Globalization;

namespace EsmmLite.Cli.Tests;

public sealed class RankScoreTests
{
    [Fact]
    public void Rank_scores_are_appended_and_the_best_of_each_group_kept()
    {
        using var folder = new TestFolder();
        folder.Write("esmm.json", SmallLog.Config);
        folder.Write("log.csv", SmallLog.Text(600));
        EsmmTool.Good("train", "--config", folder["esmm.json"], "--data", folder["log.csv"], "--out", folder["m.safetensors"]);
        string[] rows = File.ReadAllLines(folder["log.csv"]);
        File.WriteAllLines(folder["new.csv"], ["search," + rows[0], .. rows.Skip(1).Select((row, i) => $"s{i / 7}," + row)]);
        string[] score = ["score", "--model", folder["m.safetensors"], "--data", folder["new.csv"], "--rank", "pctr ^ 2 * range(pcvr, 0.5, 2, 0.1) + price / 100"];

        string[][] all = Rows(EsmmTool.Good([.. score, "--out", "-"]).Output);
        Assert.Equal(["pctr", "pcvr", "pctcvr", "rank_score"], all[0][^4..]);
        Assert.Equal(601, all.Length);
        foreach (string[] row in all[1..])
        {
            double p = Number(row[^4]), q = Number(row[^3]);
            Assert.Equal((p * p * (0.5 + (1.5 * q / (q + 0.1)))) + (Number(row[3]) / 100), Number(row[^1]), 1e-7);
        }

        string[][] best = Rows(EsmmTool.Good([.. score, "--out", "-", "--top", "3", "--group", "search"]).Output);
        Assert.Equal(all[1..].GroupBy(r => r[0]).SelectMany(g => g.OrderByDescending(r => Number(r[^1])).Take(3)), best[1..]);
        string[][] five = Rows(EsmmTool.Good([.. score, "--out", "-", "--top", "5"]).Output);
        Assert.Equal(all[1..].OrderByDescending(r => Number(r[^1])).Take(5), five[1..]);

        // What begins with a minus is no option.
        Assert.Equal(all[1..].Select(r => -((double)(float)Number(r[^4]) * (float)Number(r[^4]))), Rows(EsmmTool.Good([.. score[..5], "--rank", "-pctr^2", "--out", "-"]).Output)[1..].Select(r => Number(r[^1])));

        // Groups that are not together, values that are no numbers, scores that are not finite, options that lack another.
        Refused(3, "line 45, --group: the group \"i0\" comes back after others", [.. score, "--top", "2", "--group", "item"]);
        Refused(3, "line 2, column \"user\": value \"u0\" is not a finite number", [.. score[..5], "--rank", "pctr * user"]);
        Refused(3, "line 2, rank score, character 6: divide of", [.. score[..5], "--rank", "pctr / (price - price)"]);
        Refused(3, "prize", [.. score[..5], "--rank", "pctr * prize"]);
        Refused(2, "character 7: it ends", [.. score[..5], "--rank", "pctr *"]);
        Refused(2, "--top is given without --rank", [.. score[..5], "--top", "2"]);
        Refused(2, "--group is given without --top", [.. score, "--group", "search"]);

        void Refused(int code, string message, string[] args)
        {
            ToolRun run = EsmmTool.Run([.. args, "--out", folder["out.csv"]]);
            Assert.Equal(code, run.Code);
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(folder["out.csv"]));
        }
    }

    private static string[][] Rows(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
