using EsmmLite.Cli.Terminal;
using EsmmLite.Evaluation;

namespace EsmmLite.Cli.Evaluating;

/// <summary>What to bear in mind when reading measures inside groups.</summary>
internal static class GroupRemarks
{
    /// <summary>
    /// A remark where at least half of the groups that NDCG and MAP are a mean over hold positives alone, which is 1 in any order; null elsewhere.
    /// A log of loose rows, or clicks where one is made a search, otherwise reads as a perfect ranking.
    /// </summary>
    public static string? NothingToOrder(GroupMetrics groups)
    {
        string[] tasks =
        [
            .. new[] { ("CTR", groups.Ctr), ("CVR", groups.Cvr), ("CTCVR", groups.Ctcvr) }
                .Where(task => task.Item2.RankedGroups > 0 && 2 * Alone(task.Item2) >= task.Item2.RankedGroups)
                .Select(task => task.Item1 + " " + Show.Count(Alone(task.Item2)) + " of " + Show.Count(task.Item2.RankedGroups)),
        ];
        return tasks.Length == 0 ? null : "Some groups hold positives alone, so that NDCG and MAP are 1 in any order:\n" + string.Join(", ", tasks) + ".";
    }

    // Groups with a positive are those with both labels, which GAUC counts, and those with nothing else.
    private static long Alone(GroupTaskMetrics task) => task.RankedGroups - task.GaucGroups;
}
