using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Layers;

namespace EsmmLite.Model;

/// <summary>How embeddings begin.</summary>
public enum EmbeddingInitialiser
{
    /// <summary>Normal with σ = 1/√dim, cut at two σ: Keras's choice for feature columns.</summary>
    TruncatedNormal,

    /// <summary>Uniform in ±1/√dim.</summary>
    Uniform,
}

/// <summary>The shape of a model. Kernels begin uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010), biases at 0.</summary>
public sealed record ModelOptions
{
    /// <summary>What the logits stand for, and which losses train them.</summary>
    public ModelKind Kind { get; init; } = ModelKind.Esmm;

    /// <summary>
    /// The label that is the conversion of pCVR and pCTCVR: the last one of a model of the whole funnel, the second one of any other. Training counts it,
    /// evaluation and the doctor measure by it.
    /// </summary>
    /// <param name="labels">Number of labels.</param>
    public int ConversionStage(int labels) => Kind is ModelKind.Chain or ModelKind.Esm2 or ModelKind.Aitm ? labels - 1 : 1;

    /// <summary>Hidden sizes of the CTR tower; none for a logistic regression.</summary>
    public IReadOnlyList<int> CtrTower { get; init; } = [512, 128, 64];

    /// <summary>Hidden sizes of the CVR tower.</summary>
    public IReadOnlyList<int> CvrTower { get; init; } = [512, 128, 64];

    /// <summary>Hidden sizes of every further tower; those of the CVR tower when null.</summary>
    public IReadOnlyList<int>? OtherTowers { get; init; }

    /// <summary>What the towers' layers are like.</summary>
    public LayerOptions Layers { get; init; } = new();

    /// <summary>Experts and gates before the towers.</summary>
    public BottomOptions Bottom { get; init; } = new();

    /// <summary>How behaviour sequences are attended to.</summary>
    public AttentionOptions Attention { get; init; } = new();

    /// <summary>The exposure-to-conversion path; none if null.</summary>
    public PathOptions? Path { get; init; }

    /// <summary>Heads of losses of one's own.</summary>
    public IReadOnlyList<AuxiliaryOptions> Auxiliary { get; init; } = [];

    /// <summary>How embeddings begin.</summary>
    public EmbeddingInitialiser EmbeddingInitialiser { get; init; } = EmbeddingInitialiser.TruncatedNormal;

    /// <summary>Seed of the initial weights.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Reads the keys <c>towers</c> and <c>initialiser</c>; faults are collected in the node.</summary>
    public static ModelOptions Read(ConfigNode config, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        ModelOptions defaults = new();
        ConfigNode? towers = config.Section("towers"), initialiser = config.Section("initialiser"), model = config.Section("model");
        return new ModelOptions
        {
            Kind = model?.Choice("kind", defaults.Kind, ModelKinds.Words) ?? defaults.Kind,
            Layers = FamilyJson.ReadLayers(towers),
            Bottom = FamilyJson.ReadBottom(model),
            Attention = FamilyJson.ReadAttention(model),
            Path = FamilyJson.ReadPath(model),
            Auxiliary = FamilyJson.ReadAuxiliary(model),
            OtherTowers = towers?.Integers("others", 1, 65536),
            CtrTower = towers?.Integers("ctr", 1, 65536) ?? defaults.CtrTower,
            CvrTower = towers?.Integers("cvr", 1, 65536) ?? defaults.CvrTower,
            EmbeddingInitialiser = initialiser?.Choice("embedding", defaults.EmbeddingInitialiser, ("truncated_normal", EmbeddingInitialiser.TruncatedNormal), ("uniform", EmbeddingInitialiser.Uniform)) ?? defaults.EmbeddingInitialiser,
            Seed = seed,
        };
    }

    /// <summary>Writes the same keys with every default made explicit.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        FamilyJson.WriteModel(json, this);
        json.WriteStartObject("towers");
        FamilyJson.WriteSizes(json, "ctr", CtrTower);
        FamilyJson.WriteSizes(json, "cvr", CvrTower);
        if (OtherTowers is not null)
        {
            FamilyJson.WriteSizes(json, "others", OtherTowers);
        }

        FamilyJson.WriteLayers(json, Layers);
        json.WriteEndObject();
        json.WriteStartObject("initialiser");
        json.WriteString("embedding", EmbeddingInitialiser == EmbeddingInitialiser.Uniform ? "uniform" : "truncated_normal");
        json.WriteEndObject();
    }

    /// <summary>Hidden sizes of each tower.</summary>
    internal IReadOnlyList<IReadOnlyList<int>> SizesOf(IReadOnlyList<string> towers) =>
        [.. towers.Select(name => name switch { "ctr" => CtrTower, "cvr" => CvrTower, _ => OtherTowers ?? CvrTower })];
}
