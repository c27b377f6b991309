using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>Labels, the group and the time were named by the user; a column without a name can't be named by anybody.</summary>
internal sealed class NamedColumnRule : IColumnRule
{
    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        LogProfileOptions options = log.Options;
        return column.Name switch
        {
            _ when column.Name == options.Click.Column || column.Name == options.Conversion.Column => ColumnChoice.LeaveOut(column, "label", "tells the label"),
            _ when column.Name == options.Group => ColumnChoice.LeaveOut(column, "group", "the group: rows are set aside by it, and a new request has a new one"),
            _ when column.Name == options.Time => ColumnChoice.LeaveOut(column, "time", "the time of the impression; serving has another"),
            "" => ColumnChoice.LeaveOut(column, column.IsIncreasing ? "row index" : "no name", column.IsIncreasing ? "a row number without a name" : "has no name to address it by"),
            _ => null,
        };
    }
}
