using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>A column that gives a label away was written after the label was known: revenue, a dwell time, a status.</summary>
internal sealed class LeakRule : IColumnRule
{
    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
        => Find(column) is { } reason ? ColumnChoice.LeaveOut(column, "leak", "gives the label away: " + reason + "; it must have been written afterwards") with { NeedsALook = true } : null;

    /// <summary>How the column gives a label away; null where it doesn't.</summary>
    public static string? Find(ColumnProfile column) => Associations(column).Where(pair => pair.Association.IsLeak).OrderByDescending(pair => pair.Association.Strongest).Select(pair => pair.Association.Describe(pair.Label)).FirstOrDefault();

    /// <summary>A remark on a column that says suspiciously much about a label; empty for others.</summary>
    public static string Suspicion(ColumnProfile column)
        => Associations(column).Where(pair => pair.Association.IsSuspicious).Select(pair => "; but " + pair.Association.Describe(pair.Label) + ": is it really known before?").FirstOrDefault() ?? "";

    private static IEnumerable<(LabelAssociation Association, string Label)> Associations(ColumnProfile column)
    {
        (LabelAssociation?, string)[] all = [(column.Click, "click"), (column.ConversionOfClicked, "conversion among clicked rows"), (column.Conversion, "conversion")];
        return all.Where(pair => pair.Item1 is not null).Select(pair => (pair.Item1!, pair.Item2));
    }
}
