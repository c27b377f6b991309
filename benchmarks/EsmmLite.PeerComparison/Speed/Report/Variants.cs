using System.Globalization;
using System.Text;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>The last section: every contestant at every task.</summary>
internal static class Variants
{
    /// <summary>Writes the section.</summary>
    public static void Write(StringBuilder text, Results results)
    {
        text.Append("\n## All figures\n");
        foreach ((string group, string title) in TaskList.Groups.Skip(1))
        {
            TaskCase[] tasks = [.. results.Tasks.Where(task => task.Group == group)];
            if (tasks.Length == 0)
            {
                continue;
            }

            text.Append($"\n### {title}\n\n| task | | {Figures.Name(tasks[0].Unit)} | p99 of a call, µs | managed bytes a call | |\n|---|---|---|---|---|---|\n");
            foreach (TaskCase task in tasks)
            {
                foreach (string id in results.Ids(task.Id))
                {
                    Measurement[] all = [.. results.Of(task.Id, id)];
                    string rounds = all.Length == results.Rounds ? "" : string.Create(CultureInfo.InvariantCulture, $"measured in {all.Length} {(all.Length == 1 ? "round" : "rounds")} only");
                    text.Append($"| {task.Title} | {results.Label(id)} | {Figures.Speed(task, results.Speeds(task.Id, id)!)} ");
                    text.Append($"| {Figures.Number(1e6 * Spread.Of(all.Select(one => one.P99))!.Median)} | {Figures.Number(Spread.Of(all.Select(one => one.BytesPerCall))!.Median)} | {rounds} |\n");
                }
            }
        }
    }
}
