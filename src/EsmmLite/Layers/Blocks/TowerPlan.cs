namespace EsmmLite.Layers;

/// <summary>What comes between a dense layer and the next one.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x above 0, a small multiple of x below.</summary>
    LeakyRelu,

    /// <summary>As leaky ReLU, the multiple learned for each unit.</summary>
    PRelu,

    /// <summary>x σ(1.6 (x + 0.045 x³)), the tanh form of x Φ(x).</summary>
    Gelu,
}

/// <summary>What makes the towers' input from the network's.</summary>
public enum BottomKind
{
    /// <summary>Nothing: all towers read the same columns.</summary>
    Shared,

    /// <summary>Experts, and a gate a task that mixes them.</summary>
    Mmoe,

    /// <summary>Experts of each task and shared ones, in levels.</summary>
    Ple,
}

/// <summary>The layers of every tower: docs/family/towers.md.</summary>
public sealed record LayerOptions
{
    /// <summary>What follows each hidden layer.</summary>
    public Activation Activation { get; init; }

    /// <summary>Leaky ReLU's multiple of what is below 0.</summary>
    public double Slope { get; init; } = 0.01;

    /// <summary>Whether a hidden layer is normalised before its activation.</summary>
    public bool LayerNorm { get; init; }

    /// <summary>Probability that a hidden unit is dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether a hidden layer as wide as the one before adds to it.</summary>
    public bool Residual { get; init; }

    /// <summary>Whether a linear model of the network's input adds to each logit.</summary>
    public bool Skip { get; init; }
}

/// <summary>Experts and gates: docs/family/experts.md.</summary>
public sealed record BottomOptions
{
    /// <summary>The kind.</summary>
    public BottomKind Kind { get; init; }

    /// <summary>Number of experts; with <see cref="BottomKind.Ple"/> those of each task.</summary>
    public int Experts { get; init; } = 4;

    /// <summary>Number of experts that all tasks share, with <see cref="BottomKind.Ple"/>.</summary>
    public int SharedExperts { get; init; } = 2;

    /// <summary>Sizes of an expert's layers.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [128];

    /// <summary>Levels of extraction, with <see cref="BottomKind.Ple"/>.</summary>
    public int Levels { get; init; } = 1;
}

/// <summary>A head of a loss beside those of the objective.</summary>
/// <param name="Name">Its name; its loss and its tensors bear it.</param>
/// <param name="Label">Index of the label stage that it predicts.</param>
/// <param name="Weight">Weight of its loss.</param>
/// <param name="Hidden">Sizes of its hidden layers.</param>
/// <param name="Column">First input column that it reads; all of them if −1.</param>
/// <param name="Width">Number of columns.</param>
/// <param name="PathOf">The task whose probability is one more input; none if −1.</param>
/// <param name="StopGradient">Whether the gradient stops at that probability.</param>
/// <param name="Layer">The hidden layer whose outputs it reads instead of the input; none if null.</param>
internal sealed record HeadPlan(string Name, int Label, double Weight, IReadOnlyList<int> Hidden, int Column = -1, int Width = 0, int PathOf = -1, bool StopGradient = false, string? Layer = null);

/// <summary>Everything that <see cref="TowerBuilder"/> needs to know.</summary>
/// <param name="Inputs">Columns of the network's input.</param>
/// <param name="Names">Name of each tower.</param>
/// <param name="Hidden">Hidden sizes of each.</param>
/// <param name="Layers">What its layers are like.</param>
/// <param name="Bottom">What comes before them.</param>
/// <param name="Transfer">Whether each tower passes on to the next, as AITM's do.</param>
/// <param name="Heads">Heads of further losses.</param>
/// <param name="Seed">Of dropout.</param>
/// <param name="Units">Activation units of behaviour sequences.</param>
/// <param name="Scored">Number of towers that scores are made of; the others, at the end, serve a loss only.</param>
internal sealed record TowerPlan(int Inputs, IReadOnlyList<string> Names, IReadOnlyList<IReadOnlyList<int>> Hidden, LayerOptions Layers, BottomOptions Bottom, bool Transfer, IReadOnlyList<HeadPlan> Heads, ulong Seed, IReadOnlyList<UnitPlan> Units, int Scored)
{
    /// <summary>The towers, with parameters of zero but for slopes and gains.</summary>
    internal Towers Build() => IsPlain ? new MlpTowers(Inputs, Names, Hidden, Units, Scored) : TowerBuilder.Build(this);

    /// <summary>Names and shapes of all tensors, known before there is memory for them.</summary>
    internal IEnumerable<(string Name, int[] Shape)> Shapes() => (IsPlain ? MlpTowers.Shapes(Inputs, Names, Hidden) : TowerBuilder.Shapes(this))
        .Concat(Units.SelectMany(unit => new ActivationUnit(unit, 0).Tensors).Select(tensor => (tensor.Name, tensor.Shape.ToArray())));

    /// <summary>Whether plain towers do.</summary>
    internal bool IsPlain => Layers == new LayerOptions() && Bottom.Kind == BottomKind.Shared && !Transfer && Heads.Count == 0;

    /// <summary>Whether plain towers give the same scores: dropout and heads of further losses are for training, and options may find nothing to change.</summary>
    internal bool ScoresAsPlain => Bottom.Kind == BottomKind.Shared && !Transfer && (Hidden.All(sizes => sizes.Count == 0)
        || (Layers is { Activation: Activation.Relu, LayerNorm: false, Skip: false } && !(Layers.Residual && Hidden.Any(HasResidual))));

    /// <summary>Whether a layer has the width of the one before.</summary>
    private static bool HasResidual(IReadOnlyList<int> sizes) => sizes.Zip(sizes.Skip(1)).Any(pair => pair.First == pair.Second);
}
