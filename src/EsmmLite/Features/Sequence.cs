namespace EsmmLite.Features;

/// <summary>
/// What a user did last, attended to from the candidate: action k is made of the k-th values of one or more lists, and counts the more the
/// nearer its embeddings are to the candidate's. The lists have no input columns of their own; the sequence has as many as they are wide together.
/// </summary>
public sealed record Sequence
{
    /// <summary>The most floats of all actions of an impression together.</summary>
    public const int MostFloats = 16 * 1024;

    /// <summary>The sequence's name: unique among sequences.</summary>
    public required string Name { get; init; }

    /// <summary>The lists whose k-th values make the k-th action, such as the item and its category. All keep equally many values.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>For each of the lists the candidate's field that is compared with it, of the same dim; usually the two share a table.</summary>
    public required IReadOnlyList<string> Candidate { get; init; }
}
