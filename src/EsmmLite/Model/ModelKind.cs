namespace EsmmLite.Model;

/// <summary>What the towers' logits stand for, and which losses train them: docs/family/README.md.</summary>
public enum ModelKind
{
    /// <summary>Click, and click-and-conversion through the product.</summary>
    Esmm,

    /// <summary>A funnel of as many stages as there are labels.</summary>
    Chain,

    /// <summary>A task a label, each with its own loss over all impressions.</summary>
    Independent,

    /// <summary>The click alone.</summary>
    Ctr,

    /// <summary>The conversion alone, learned from clicked impressions.</summary>
    Cvr,

    /// <summary>ESMM and a CVR loss weighted by inverse propensity.</summary>
    Escm2Ips,

    /// <summary>The doubly robust form of it.</summary>
    Escm2Dr,

    /// <summary>Click, deciding action, purchase after it or without it.</summary>
    Esm2,

    /// <summary>A funnel whose towers pass on to the next, each with the probability of its stage from the impression on.</summary>
    Aitm,
}

/// <summary>The towers of each kind of model.</summary>
internal static class ModelKinds
{
    private const string Stage = "stage";

    internal static readonly (string Word, ModelKind Kind)[] Words =
    [
        ("esmm", ModelKind.Esmm), ("chain", ModelKind.Chain), ("independent", ModelKind.Independent), ("ctr", ModelKind.Ctr), ("cvr", ModelKind.Cvr),
        ("escm2_ips", ModelKind.Escm2Ips), ("escm2_dr", ModelKind.Escm2Dr), ("esm2", ModelKind.Esm2), ("aitm", ModelKind.Aitm),
    ];

    internal static string WordOf(ModelKind kind) => Words.First(w => w.Kind == kind).Word;

    /// <summary>Name of each tower, which is the beginning of its tensors' names.</summary>
    internal static IReadOnlyList<string> TowersOf(ModelKind kind, int labels) => kind switch
    {
        ModelKind.Chain or ModelKind.Independent or ModelKind.Aitm => [.. Enumerable.Range(1, labels).Select(k => k switch { 1 => "ctr", 2 => "cvr", _ => Stage + k })],
        ModelKind.Escm2Dr => ["ctr", "cvr", "imputation"],
        ModelKind.Esm2 => ["ctr", "action", "cvr", "other"],
        _ => ["ctr", "cvr"],
    };

    /// <summary>How many of the towers scores are made of: all but the one that imputes a loss.</summary>
    internal static int ScoredTowers(ModelKind kind, int towers) => kind == ModelKind.Escm2Dr ? towers - 1 : towers;

    /// <summary>Why a model of this kind can't have these labels; null if it can.</summary>
    internal static string? FaultOf(ModelKind kind, int labels) => kind == ModelKind.Esm2 && labels != 3 ? $"esm2 needs three labels, click, action and purchase, and there are {labels}" : null;

    /// <summary>What the logits stand for.</summary>
    internal static Layers.Head HeadOf(ModelKind kind, int labels) => kind switch
    {
        ModelKind.Chain when labels > 2 => new Layers.ChainHead(labels),
        ModelKind.Esm2 => new Layers.Esm2Head(),
        ModelKind.Aitm => new Layers.EndToEndHead(labels),
        _ => Layers.Head.Product,
    };
}
