using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>Texts or codes of which nearly every one is seen a few times only: their vectors would learn the rows by heart.</summary>
internal sealed class RareValuesRule : IColumnRule
{
    private const double LeastCovered = 0.2;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        int count = VocabularyRule.MinCount(column, log);
        double covered = column.Covered(count);
        return covered < LeastCovered
            ? ColumnChoice.LeaveOut(column, "rare ids", Say.Distinct(column) + " values; only " + Say.Share(covered) + " of the rows have one that occurs " + count + " times or more")
            : null;
    }
}
