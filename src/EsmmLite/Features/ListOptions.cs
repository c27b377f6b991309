namespace EsmmLite.Features;

/// <summary>How a field of several values is read and pooled: <c>a|b|c</c>, or with weights <c>a:0.5|b:1</c>.</summary>
public sealed record ListOptions
{
    /// <summary>The most values that a field can keep.</summary>
    public const int MostValues = 4096;

    /// <summary>The largest weight of a value.</summary>
    public const float LargestWeight = 1e9f;

    /// <summary>What stands between two values.</summary>
    public string Separator { get; init; } = "|";

    /// <summary>What stands between a value and its weight; null where values have no weights.</summary>
    public string? WeightSeparator { get; init; }

    /// <summary>How the values' embeddings become one vector.</summary>
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>The most values that are kept of an impression. Every impression takes the room of so many.</summary>
    public int MaxValues { get; init; } = 20;

    /// <summary>Which values are kept of a longer list.</summary>
    public ListEnd Keep { get; init; } = ListEnd.First;
}

/// <summary>How the embeddings e of a list's values with weights w (1 without weights) become one vector. An empty list gives zeros.</summary>
public enum Pooling
{
    /// <summary>Σ w e.</summary>
    Sum,

    /// <summary>Σ w e / Σ w.</summary>
    Mean,

    /// <summary>Σ w e / √(Σ w²).</summary>
    SquareRoot,
}

/// <summary>An end of a list.</summary>
public enum ListEnd
{
    /// <summary>The first values, as in a list that is sorted by importance.</summary>
    First,

    /// <summary>The last values, as in a history to which new actions are appended.</summary>
    Last,
}
