namespace EsmmLite.Features;

/// <summary>What the columns of an impression log mean: fields, crosses and label stages.</summary>
public sealed record Schema
{
    /// <summary>The input fields, in order. The order is part of the model: it fixes the order of accumulation.</summary>
    public required IReadOnlyList<Field> Fields { get; init; }

    /// <summary>Element-wise products of two fields' embeddings, appended to the input.</summary>
    public IReadOnlyList<Cross> Crosses { get; init; } = [];

    /// <summary>Behaviour sequences that are attended to from the candidate; a list without a sequence is pooled by itself.</summary>
    public IReadOnlyList<Sequence> Sequences { get; init; } = [];

    /// <summary>The label stages in order: click, then conversion.</summary>
    public required IReadOnlyList<LabelStage> Labels { get; init; }

    /// <summary>What to do with an impression that converted without a click.</summary>
    public ConversionWithoutClick ConversionWithoutClick { get; init; } = ConversionWithoutClick.Drop;

    /// <summary>The texts that count as a missing value in every field.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [""];

    /// <summary>When an impression was shown; null for a log without times.</summary>
    public ImpressionTime? Time { get; init; }

    /// <summary>The column whose rows belong together: a search, a user, a session. They are not to be split; null where rows are independent.</summary>
    public string? Group { get; init; }

    /// <summary>Whether a field is a list of some sequence, and so has no input columns of its own.</summary>
    internal bool IsAttended(Field field) => Sequences.Any(sequence => sequence.Actions.Contains(field.Name, StringComparer.Ordinal));

    /// <summary>The place of a field that is there.</summary>
    internal int IndexOf(string name) => Enumerable.Range(0, Fields.Count).First(i => Fields[i].Name == name);
}

/// <summary>The element-wise product of two fields' embeddings, which need the same dim.</summary>
/// <param name="First">Name of one categorical field.</param>
/// <param name="Second">Name of the other categorical field.</param>
public sealed record Cross(string First, string Second);

/// <summary>What to do with an impression whose conversion label is 1 and whose click label is 0.</summary>
public enum ConversionWithoutClick
{
    /// <summary>Leave the impression out; it is counted and reported.</summary>
    Drop,

    /// <summary>Keep it as neither clicked nor converted.</summary>
    AsNegative,

    /// <summary>Keep it as clicked and converted.</summary>
    AsClick,
}
