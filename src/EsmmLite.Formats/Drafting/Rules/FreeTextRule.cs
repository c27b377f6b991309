using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>Long texts that hardly ever come again: a title, a query, a URL. The engine has no field that reads words.</summary>
internal sealed class FreeTextRule : IColumnRule
{
    private const double LongText = 30;
    private const int ComesAgain = 5;
    private const double MostCovered = 0.5;

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
        => !column.IsNumeric && column.MeanLength >= LongText && column.Covered(ComesAgain) < MostCovered
            ? ColumnChoice.LeaveOut(column, "free text", "long texts (" + Say.Count((long)column.MeanLength) + " characters in the mean) that seldom come again; no kind of field reads words")
            : null;
}
