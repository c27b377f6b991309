using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>One reason to choose something for a column.</summary>
internal interface IColumnRule
{
    /// <summary>The choice, or null where the rule has nothing to say about the column and the next one is asked.</summary>
    /// <param name="column">The column.</param>
    /// <param name="log">The log it stands in.</param>
    ColumnChoice? Choose(ColumnProfile column, LogProfile log);
}
