using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>The place on the page says much about the click and is not known before the ranking is made.</summary>
internal sealed class RankRule : IColumnRule
{
    private const double MostPlaces = 1000;
    private const double MostRepeats = 0.02;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
        => IsRank(column, log) ? ColumnChoice.LeaveOut(column, "place on page", "only known once the ranking is made" + (log.Groups > 0 ? "; each value once in a group" : "")) with { NeedsALook = true } : null;

    private static bool IsRank(ColumnProfile column, LogProfile log)
        => ColumnNames.SoundsLikeRank(column.Name) && column.IsInteger && column.Low >= 0 && column.High <= MostPlaces
            && (log.Groups == 0 || column.RepeatsInGroups <= MostRepeats * log.Groups * log.RowsOfGroup);
}
