using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>Whole numbers that only ever grow, and texts of which hardly two are equal, identify the row and nothing else.</summary>
internal sealed class RowIndexRule : IColumnRule
{
    private const double NearlyAll = 0.97; // the number of distinct values may be an estimate

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        if (column.IsInteger && column.IsIncreasing && column.Rows > 1)
        {
            return ColumnChoice.LeaveOut(column, "row index", "grows from row to row: it counts the rows");
        }

        bool number = column.IsNumeric && column.Padded == 0 && !ColumnNames.SoundsLikeCode(column.Name);
        return !number && column.Times == 0 && column.Distinct >= NearlyAll * column.Present && column.Present > 100
            ? ColumnChoice.LeaveOut(column, "row id", "another value in each row: nothing can be learned from it")
            : null;
    }
}
