using System.Globalization;
using System.Text;
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

        text.Append(CultureInfo.InvariantCulture, $"\nMedians of {results.Rounds} rounds, with their range in brackets. In every round each engine runs in a fresh process, and all are measured at a task one after the other, {options.Seconds} s a figure. ");
        text.Append("Ratios are taken round by round. They say how many times as fast EsmmLite is; below 1 it is the slower one. ");
        text.Append(CultureInfo.InvariantCulture, $"A peer's best variant is compared. An aim counts as reached at {Aims.Enough:0 %} of it. ");
        text.Append(CultureInfo.InvariantCulture, $"All {parity.Count(line => line.StartsWith("ok", StringComparison.Ordinal))} comparisons of numbers between the engines passed before.\n");
        Summary.Write(text, results);
        foreach ((string group, string title) in TaskList.Groups)
        {
            TaskCase[] tasks = [.. results.Tasks.Where(task => task.Group == group)];
            if (tasks.Length > 0)
            {
                text.Append($"\n## {title}\n");
                if (group == "limits")
                {
                    Limits(text, tasks, results);
                }
                else
                {
                    Group(text, tasks, results);
                }
            }
        }

        text.Append(Caveats.Text(options));
        Variants.Write(text, results);
        return text.ToString();
    }

    private static void Limits(StringBuilder text, TaskCase[] tasks, Results results)
    {
        string[] ids = [.. tasks.SelectMany(task => results.Ids(task.Id)).Distinct()];
        text.Append($"\n| | {string.Join(" | ", ids.Select(results.Label))} |\n|---|{string.Concat(ids.Select(_ => "---|"))}\n");
        foreach (TaskCase task in tasks)
        {
            text.Append($"| {task.Title}, {Figures.Name(task.Unit)} | {string.Join(" | ", ids.Select(id => results.Speeds(task.Id, id) is { } speed ? Figures.Speed(task, speed) : ""))} |\n");
        }
    }

    private static void Group(StringBuilder text, TaskCase[] tasks, Results results)
    {
        text.Append($"\n| task | | {Figures.Name(tasks[0].Unit)} | share of FMA peak | against | its {Figures.Name(tasks[0].Unit)} | ratio | aim | reached? |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (TaskCase task in tasks)
        {
            string title = task.Title;
            foreach (string ours in results.Ids(task.Id).Where(Peers.IsOurs))
            {
                string own = $"{results.Label(ours)} | {Figures.Speed(task, results.Speeds(task.Id, ours)!)} | {Figures.Percent(results.ShareOfPeak(task.Id, ours))}";
                foreach (Comparison? other in Comparison.Of(results, task, ours).DefaultIfEmpty())
                {
                    string against = other is null ? " | | | | "
                        : $"{other.Against} | {other.Figure} | {Figures.Ratio(other.Ratio)} | {Figures.Aim(other)} | {(other.Aim is null ? "" : other.Reached ? "yes" : "**no**")}";
                    text.Append($"| {title} | {own} | {against} |\n");
                    (title, own) = ("", " | | ");
                }
            }
        }
    }
}
