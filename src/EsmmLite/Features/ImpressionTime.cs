namespace EsmmLite.Features;

/// <summary>The column that tells when an impression was shown, and how times are written in the log.</summary>
public sealed record ImpressionTime
{
    /// <summary>The column of the log.</summary>
    public required string Column { get; init; }

    /// <summary>How times are written, those of label stages too.</summary>
    public TimeFormat Format { get; init; }

    /// <summary>The zone of times that are written without an offset, such as <c>UTC</c> or <c>Europe/Berlin</c>; null where each has one.</summary>
    public string? Zone { get; init; }
}

/// <summary>How times are written in a log.</summary>
public enum TimeFormat
{
    /// <summary>ISO 8601: a date, or date and time with T or a space between them, with an offset or in a stated zone.</summary>
    Iso,

    /// <summary>Seconds since 1970-01-01 UTC, with or without a fraction.</summary>
    Seconds,

    /// <summary>Milliseconds since 1970-01-01 UTC, with or without a fraction.</summary>
    Milliseconds,
}
