using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>A column of one value tells nothing. A missing value counts as one.</summary>
internal sealed class EmptyOrConstantRule : IColumnRule
{
    private const long FewestOthers = 20;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        if (column.Present == 0)
        {
            return ColumnChoice.LeaveOut(column, "empty", "no row has a value");
        }

        long commonest = column.IsDistinctExact ? Math.Max(column.Values[0].Count, column.Missing) : column.Missing;
        long others = column.Rows - commonest;
        return others == 0 ? ColumnChoice.LeaveOut(column, "constant", "one value in all rows")
            : others < FewestOthers && column.Rows > 10 * FewestOthers ? ColumnChoice.LeaveOut(column, "constant", "one value in all rows but " + others)
            : null;
    }
}
