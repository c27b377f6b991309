using EsmmLite.Formats.Drafting.Rules;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>The rules in the order in which they are asked; the first that has an answer decides.</summary>
internal static class ColumnRules
{
    private static readonly IColumnRule[] InOrder =
    [
        // What is no input, whatever it holds.
        new NamedColumnRule(),
        new EmptyOrConstantRule(),
        new SparseRule(),
        new LeakRule(),

        // What can't be learned from, or not like this.
        new RowIndexRule(),
        new TimeRule(),
        new RankRule(),
        new FreeTextRule(),
        new RequestIdRule(),

        // Inputs.
        new NumberRule(),
        new RareValuesRule(),
        new VocabularyRule(),
        new HashedRule(),
    ];

    public static ColumnChoice Choose(ColumnProfile column, LogProfile log)
        => InOrder.Select(rule => rule.Choose(column, log)).OfType<ColumnChoice>().First();
}
