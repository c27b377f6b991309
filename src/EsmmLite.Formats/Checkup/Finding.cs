namespace EsmmLite.Formats.Checkup;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Worth a look.</summary>
    Warning,

    /// <summary>Scores can't be trusted before it is mended.</summary>
    Fault,
}

/// <summary>Something that a person should look at.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Rank">How likely it is the cause of others: the lowest comes first.</param>
/// <param name="Field">The field to look at; null where it is the scores or the log as a whole.</param>
/// <param name="What">What was found, as a sentence without its full stop.</param>
public sealed record Finding(Severity Severity, int Rank, string? Field, string What);
