namespace EsmmLite.Formats.Profiling;

/// <summary>What is known of a log before it is looked at.</summary>
public sealed record LogProfileOptions
{
    /// <summary>What tells a click.</summary>
    public required LabelRule Click { get; init; }

    /// <summary>What tells a conversion.</summary>
    public required LabelRule Conversion { get; init; }

    /// <summary>The column whose equal values mark the rows of one request, search or user; null if there is none.</summary>
    public string? Group { get; init; }

    /// <summary>The column with the time of the impression; null if there is none, or none is known.</summary>
    public string? Time { get; init; }

    /// <summary>The most rows to look at, from the first; null for all.</summary>
    public long? Rows { get; init; }
}
