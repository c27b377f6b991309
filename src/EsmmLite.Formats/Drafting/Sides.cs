using EsmmLite.Features;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>Request or candidate: measured, where there is a group.</summary>
internal static class Sides
{
    private const long FewestGroups = 20;

    /// <summary>The side of a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="log">Its log.</param>
    /// <param name="why">The reason, to be appended to others; empty where there is nothing to measure by.</param>
    public static Side Of(ColumnProfile column, LogProfile log, out string why)
    {
        why = "";
        if (log.Groups < FewestGroups)
        {
            return Side.Candidate;
        }

        if (column.GroupsVarying == 0)
        {
            why = "; one value in each of " + Say.Count(log.Groups) + " groups";
            return Side.Request;
        }

        why = "; differs within " + Say.Share(column.GroupsVarying / (double)log.Groups) + " of the groups";
        return Side.Candidate;
    }
}
