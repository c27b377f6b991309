using System.Globalization;
using System.Text;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>What the tables come to: aims that were reached, and those that were not.</summary>
internal static class Summary
{
    /// <summary>All comparisons that have an aim, with the task and the one of ours.</summary>
    public static IEnumerable<(TaskCase Task, string Ours, Comparison Comparison)> WithAims(Results results) =>
        from task in results.Tasks
        from ours in results.Ids(task.Id).Where(Peers.IsOurs)
        from comparison in Comparison.Of(results, task, ours)
        where comparison.Aim is not null
        select (task, ours, comparison);

    /// <summary>Writes the section.</summary>
    public static void Write(StringBuilder text, Results results)
    {
        (TaskCase Task, string Ours, Comparison Comparison)[] all = [.. WithAims(results)];
        text.Append(CultureInfo.InvariantCulture, $"\n## In short\n\n{all.Count(one => one.Comparison.Reached)} of {all.Length} aims are reached.");
        text.Append(all.All(one => one.Comparison.Reached) ? "\n" : " Not reached:\n\n");
        foreach ((TaskCase task, string ours, Comparison comparison) in all.Where(one => !one.Comparison.Reached))
        {
            text.Append($"- {TaskList.Groups.First(group => group.Group == task.Group).Title}, {task.Title}: {results.Label(ours)} against {comparison.Against}: {Figures.Ratio(comparison.Ratio)}, aim {Figures.Aim(comparison)}\n");
        }

        string[] allocating =
        [
            .. from task in results.Tasks
               from ours in results.Ids(task.Id).Where(Peers.IsOurs)
               let bytes = Spread.Of(results.Of(task.Id, ours).Select(one => one.BytesPerCall))!.Median
               where bytes >= 0.5
               select $"{task.Id} ({results.Label(ours)}): {Figures.Number(bytes)}",
        ];
        text.Append(allocating.Length == 0 ? "\nNo call of EsmmLite allocated a byte.\n" : $"\nBytes that calls of EsmmLite allocated, where not 0: {string.Join("; ", allocating)}.\n");
    }
}
