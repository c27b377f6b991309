namespace EsmmLite.Features;

/// <summary>One stage of the funnel and the column that tells whether an impression reached it.</summary>
public sealed record LabelStage
{
    /// <summary>The stage's name, such as <c>click</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The column of the log; the stage's name unless set.</summary>
    public string Column { get => field ?? Name; init; }

    /// <summary>The texts that count as 1, every other text counting as 0; when null the column must hold 0 or 1.</summary>
    public IReadOnlyList<string>? In { get; init; }

    /// <summary>Whether the column counts (0, 1, 2, ..) and everything above 0 is 1; otherwise a count above 1 is an error.</summary>
    public bool BinariseCounts { get; init; }

    /// <summary>Whether later stages can be reached without it: an action on the way, or a task of its own.</summary>
    public bool Optional { get; init; }

    /// <summary>The column that tells when the stage was reached, in the format of <see cref="Schema.Time"/>; null where it is not known.</summary>
    public string? TimeColumn { get; init; }

    /// <summary>
    /// How long after the stage before (after the impression, where that has no time of its own) the stage still counts, the end
    /// included; without end when null.
    /// </summary>
    public TimeSpan? Window { get; init; }
}
