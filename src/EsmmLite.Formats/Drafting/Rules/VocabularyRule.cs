using EsmmLite.Features;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>Texts and codes that a table in memory can list. Rare and new values share a row, which hashing would scatter over others'.</summary>
internal sealed class VocabularyRule : IColumnRule
{
    public const long MostValues = 50_000;

    private const int FewValues = 20;
    private const int MinCountOfFew = 2;
    private const int MinCountOfMany = 5;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
    {
        if (!column.IsDistinctExact || column.Distinct > MostValues)
        {
            return null;
        }

        Side side = Sides.Of(column, log, out string whySide);
        int minCount = MinCount(column, log);
        string meaning = "texts";
        if (column.IsNumeric)
        {
            IntegerMeaning.IsCode(column, out meaning);
        }

        string rare = column.Covered(minCount) < 1 ? "; those seen less than " + minCount + " times share a row (" + Say.Share(1 - column.Covered(minCount)) + " of the rows)" : "";
        VocabularyField field = new() { Name = column.Name, Side = side, Dim = EmbeddingDim.Of(column.Distinct, log.Clicks), MinCount = minCount, Integer = column.IsInteger };
        return new ColumnChoice(column, column.IsNumeric ? "code" : "category", field, Say.Distinct(column) + " " + meaning + rare + whySide + LeakRule.Suspicion(column));
    }

    /// <summary>How often a value must occur. A value of the request comes with all rows of its group at once, which count as one.</summary>
    public static int MinCount(ColumnProfile column, LogProfile log)
    {
        int once = column.Distinct <= FewValues ? MinCountOfFew : MinCountOfMany;
        double rows = Sides.Of(column, log, out _) == Side.Request ? Math.Max(1, log.RowsOfGroup) : 1;
        return (int)Math.Round(once * rows);
    }
}
