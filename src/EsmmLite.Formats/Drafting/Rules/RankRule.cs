using System.Globalization;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>
/// The place on the page says much about the click and is not known before the ranking is made. Whether it helps to train on it and to
/// serve everything as the first place is for a person to try: <c>docs/init.md</c> has a measurement in which it doesn't.
/// </summary>
internal sealed class RankRule : IColumnRule
{
    private const double MostPlaces = 1000;
    private const double MostRepeats = 0.02;
    private const int MostBuckets = 12;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        if (!IsRank(column, log))
        {
            return null;
        }

        string why = string.Create(CultureInfo.InvariantCulture,
            $"the place on the page, only known once the ranking is made{(log.Groups > 0 ? " (each value once in a group)" : "")}; to train on it as logged and score everything as place {column.Low}, add it as a numeric field with {Math.Min(column.Distinct, MostBuckets)} buckets and serve.fixed {column.Low}");
        return ColumnChoice.LeaveOut(column, "place on page", why) with { NeedsALook = true };
    }

    private static bool IsRank(ColumnProfile column, LogProfile log)
        => ColumnNames.SoundsLikeRank(column.Name) && column.IsInteger && column.Low >= 0 && column.High <= MostPlaces
            && (log.Groups == 0 || column.RepeatsInGroups <= MostRepeats * log.Groups * log.RowsOfGroup);
}
