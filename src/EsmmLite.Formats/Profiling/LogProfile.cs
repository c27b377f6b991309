using EsmmLite.Formats.BadInput;
using EsmmLite.Features;

namespace EsmmLite.Formats.Profiling;

/// <summary>What one look at a log found, before anybody said what its columns mean.</summary>
public sealed record LogProfile
{
    /// <summary>The files.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>What was asked.</summary>
    public required LogProfileOptions Options { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public required long Rows { get; init; }

    /// <summary>Whether these are all rows of the log.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Rows with a click.</summary>
    public required long Clicks { get; init; }

    /// <summary>Rows with a click and a conversion.</summary>
    public required long Conversions { get; init; }

    /// <summary>Rows with a conversion and no click.</summary>
    public required long ConversionsWithoutClick { get; init; }

    /// <summary>Rows read, and those that were bad and passed over.</summary>
    public required BadRowCounts BadRows { get; init; }

    /// <summary>The stages of the funnel as a config writes them: click, conversion.</summary>
    public required IReadOnlyList<LabelStage> Labels { get; init; }

    /// <summary>Groups of two rows or more in which columns were compared; 0 where there is no group column.</summary>
    public required long Groups { get; init; }

    /// <summary>The mean number of rows of a group.</summary>
    public required double RowsOfGroup { get; init; }

    /// <summary>The columns, in their order in the log.</summary>
    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    /// <summary>Names that occur more than once in the header; such columns can't be addressed and were not looked at.</summary>
    public required IReadOnlyList<string> RepeatedNames { get; init; }
}
