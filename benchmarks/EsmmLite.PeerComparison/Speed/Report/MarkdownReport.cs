using System.Globalization;
using System.Text;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>The report as people read it.</summary>
internal static class MarkdownReport
{
    /// <summary>Writes it.</summary>
    public static string Write(SpeedOptions options, Versions versions, IReadOnlyList<string> parity, Results results)
    {
        StringBuilder text = new();
        text.Append("# EsmmLite beside TorchSharp and ONNX Runtime\n\n");
        if (options.Quick)
        {
            text.Append("**A quick look: figures were measured for a moment only and mean little.**\n\n");
        }

        text.Append("| | |\n|---|---|\n");
        foreach ((string name, string value) in versions.Lines)
        {
            text.Append($"| {name} | {value} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nMedians of {results.Rounds} interleaved rounds, {options.Seconds} s a figure; in brackets the range of the rounds. ");
        text.Append("Ratios are taken round by round, against the peer with the best median. ");
        text.Append(CultureInfo.InvariantCulture, $"All {parity.Count(line => line.StartsWith("ok", StringComparison.Ordinal))} comparisons of numbers between the engines passed before.\n");
        Aims(text, results);
        foreach ((string group, string title) in TaskList.Groups)
        {
            TaskCase[] tasks = [.. results.Tasks.Where(task => task.Group == group)];
            if (tasks.Length > 0)
            {
                text.Append($"\n## {title}\n");
                Overview(text, tasks, results, options);
                foreach (TaskCase task in tasks.Where(task => results.Ids(task.Id).Any(id => !id.StartsWith("machine", StringComparison.Ordinal))))
                {
                    Details(text, task, results);
                }
            }
        }

        text.Append(Caveats.Text(options));
        return text.ToString();
    }

    private static void Aims(StringBuilder text, Results results)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## Aims\n\nReached at {Aim.Enough:0 %} of the aim.\n\n| what | aim | measured | |\n|---|---|---|---|\n");
        foreach (Aim aim in Aim.All)
        {
            if (aim.Value(results) is { } value)
            {
                text.Append($"| {aim.What} | {(aim.AtMost ? "≤" : "≥")} {Figures.Number(aim.Target)} | {Figures.Ratio(value)} | {(aim.Reached(value.Median) ? "reached" : "**not reached**")} |\n");
            }
        }
    }

    /// <summary>One line a task: each of ours, the best of each peer, and how many times as fast our best is.</summary>
    private static void Overview(StringBuilder text, TaskCase[] tasks, Results results, SpeedOptions options)
    {
        (string Name, Func<string, bool> Is)[] families =
        [
            .. tasks.SelectMany(task => results.Ids(task.Id)).Distinct().Where(id => Peers.IsOurs(id) || id.StartsWith("machine", StringComparison.Ordinal))
                .Select(id => (results.Label(id), (Func<string, bool>)(one => one == id))),
            ("best TorchSharp", Peers.IsTorch), ("best TorchSharp, " + options.TorchLabel, Peers.IsTorchSecond), ("best ONNX Runtime", Peers.IsOnnx),
        ];
        families = [.. families.Where(family => tasks.Any(task => results.Best(task.Id, family.Is) is not null))];
        bool peers = tasks.Any(task => results.Best(task.Id, id => Peers.IsTorch(id) || Peers.IsOnnx(id)) is not null);
        text.Append($"\n| task | {string.Join(" | ", families.Select(family => family.Name))} |{(peers ? " our best over the best peer |" : "")}\n");
        text.Append($"|---|{string.Concat(families.Select(_ => "---|"))}{(peers ? "---|" : "")}\n");
        foreach (TaskCase task in tasks)
        {
            text.Append($"| {task.Title}, {Figures.Name(task.Unit)} |");
            foreach ((_, Func<string, bool> isOf) in families)
            {
                text.Append($" {(results.Best(task.Id, isOf) is { } best ? Figures.Speed(task, results.Speeds(task.Id, best)!) : "")} |");
            }

            string? ours = results.Best(task.Id, Peers.IsOurs), peer = results.Best(task.Id, id => Peers.IsTorch(id) || Peers.IsTorchSecond(id) || Peers.IsOnnx(id));
            text.Append(peers ? $" {(ours is null || peer is null ? "" : Figures.Ratio(results.Ratio((task.Id, ours), (task.Id, peer))))} |\n" : "\n");
        }
    }

    private static void Details(StringBuilder text, TaskCase task, Results results)
    {
        string? best = results.Best(task.Id, Peers.IsOurs);
        text.Append($"\n### {task.Title} (`{task.Id}`)\n\n| | {Figures.Name(task.Unit)} | share of FMA peak | p99, µs | bytes allocated a call | our best is faster by |\n|---|---|---|---|---|---|\n");
        foreach (string id in results.Ids(task.Id))
        {
            Measurement[] all = [.. results.Of(task.Id, id)];
            string ratio = best is null || Peers.IsOurs(id) ? "" : Figures.Ratio(results.Ratio((task.Id, best), (task.Id, id)));
            text.Append($"| {results.Label(id)} | {Figures.Speed(task, results.Speeds(task.Id, id)!)} | {Figures.Percent(results.ShareOfPeak(task.Id, id))} ");
            text.Append($"| {Figures.Number(1e6 * Spread.Of(all.Select(one => one.P99))!.Median)} | {Figures.Number(Spread.Of(all.Select(one => one.BytesPerCall))!.Median)} | {ratio} |\n");
        }
    }
}
