using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>The towers: as wide as the rarer label of each task has rows to learn from.</summary>
internal static class NetworkChoice
{
    private static readonly (long Rows, int[] Tower)[] Steps =
    [
        (100, []),
        (1_000, [32]),
        (50_000, [64, 32]),
        (500_000, [128, 64]),
        (5_000_000, [256, 128, 64]),
    ];

    private static readonly int[] Widest = [512, 128, 64];

    public static Explained<IReadOnlyList<int>> Ctr(LogProfile log) => Of(Math.Min(log.Clicks, log.Rows - log.Clicks), "impressions of the rarer kind, clicked or not");

    public static Explained<IReadOnlyList<int>> Cvr(LogProfile log) => Of(Math.Min(log.Conversions, log.Clicks - log.Conversions), "clicks of the rarer kind, converted or not");

    private static Explained<IReadOnlyList<int>> Of(long rows, string kind)
    {
        int[] tower = Steps.Where(step => rows < step.Rows).Select(step => step.Tower).FirstOrDefault(Widest);
        return new(tower, Say.Count(rows) + " " + kind + (tower.Length == 0 ? ", are too few for hidden layers" : ""));
    }
}
