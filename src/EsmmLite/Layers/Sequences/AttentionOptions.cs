namespace EsmmLite.Layers;

/// <summary>How actions are weighed against the candidate.</summary>
public enum AttentionKind
{
    /// <summary>The softmax of scaled dot products.</summary>
    Dot,

    /// <summary>DIN's activation unit: a small network on action, product and candidate.</summary>
    Din,
}

/// <summary>How all behaviour sequences of a model are attended to: docs/features.md.</summary>
public sealed record AttentionOptions
{
    /// <summary>What weighs an action.</summary>
    public AttentionKind Kind { get; init; }

    /// <summary>Sizes of the unit's hidden layers, with <see cref="AttentionKind.Din"/>; one at least.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [36];

    /// <summary>What follows each of them.</summary>
    public Activation Activation { get; init; } = Activation.PRelu;

    /// <summary>Leaky ReLU's multiple of what is below 0.</summary>
    public double Slope { get; init; } = 0.01;

    /// <summary>Whether the unit's outputs go through a softmax over the actions; DIN's do not.</summary>
    public bool Normalise { get; init; }
}

/// <summary>One sequence's activation unit, before there is memory for it.</summary>
/// <param name="Sequence">The sequence's name.</param>
/// <param name="Dim">D, length of an action's embeddings.</param>
/// <param name="Options">What it is like.</param>
internal sealed record UnitPlan(string Sequence, int Dim, AttentionOptions Options)
{
    /// <summary>First part of the names of all units' tensors.</summary>
    internal const string Prefix = "attention";

    internal string Name => Prefix + "." + Sequence;
}
