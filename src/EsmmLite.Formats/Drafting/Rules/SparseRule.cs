using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>A column that hardly ever has a value. One that has a value only with a label is left to the <see cref="LeakRule"/>, which says so.</summary>
internal sealed class SparseRule : IColumnRule
{
    private const double LeastShare = 0.03;
    private const long FewestRows = 100;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
        => (1 - column.MissingShare < LeastShare || (column.Missing > 0 && column.Present < FewestRows)) && LeakRule.Find(column) is null
            ? ColumnChoice.LeaveOut(column, "nearly empty", "missing in " + Say.Share(column.MissingShare) + " of the rows; " + Say.Count(column.Present) + " values are too few to learn from")
            : null;
}
