using EsmmLite.Features;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>What becomes of a column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Kind">What it was taken for, in a word or two.</param>
/// <param name="Field">The field it becomes; null where it is left out.</param>
/// <param name="Why">The reason.</param>
public sealed record ColumnChoice(ColumnProfile Column, string Kind, Field? Field, string Why)
{
    /// <summary>Whether a person should look at it before anything is trained.</summary>
    public bool NeedsALook { get; init; }

    internal static ColumnChoice LeaveOut(ColumnProfile column, string kind, string why) => new(column, kind, null, why);
}
