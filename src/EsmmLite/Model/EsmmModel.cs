using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Model;

/// <summary>
/// ESMM: a feature space, a bottom that turns impressions into inputs, and two towers whose logits are those of CTR and CVR;
/// pCTCVR = pCTR · pCVR. Trainable; <c>EsmmScorer</c> is its immutable serving form.
/// </summary>
public sealed partial class EsmmModel
{
    /// <summary>The order of accumulation that this engine computes in (docs/numerics.md); kept in the model file.</summary>
    public const int Numerics = 1;

    /// <summary>Index of the CTR task among the towers.</summary>
    public const int Ctr = 0;

    /// <summary>Index of the CVR task among the towers.</summary>
    public const int Cvr = 1;

    /// <param name="space">How values become rows and numbers.</param>
    /// <param name="options">The shape.</param>
    /// <param name="narrowed">The model whose weights, as brain floats, it is to have; null for weights of its own.</param>
    private EsmmModel(FeatureSpace space, ModelOptions options, EsmmModel? narrowed = null)
    {
        Space = space;
        Options = options;
        TowerPlan plan = ModelPlan.Of(space, options, new InputLayout(space));
        Head = ModelKinds.HeadOf(options.Kind, space.Schema.Labels.Count);
        Towers = narrowed?.Towers.Narrow() ?? plan.Build();
        Bottom = narrowed?.Bottom.Narrow(Towers) ?? new SharedBottom(space, Towers);
        if (Bottom.Layout.HasPrivate && (plan.Names.Count > 2 || Enumerable.Range(0, Towers.Tasks).Any(task => Towers.FirstKernel(task) is null)))
        {
            string field = space.Schema.Fields.First(f => f.Tasks is not null).Name;
            throw new EsmmException(EsmmErrorKind.Config, "these towers read all fields", $"field '{field}', tasks", "a field of all tasks");
        }
    }

    /// <summary>How values become rows and numbers.</summary>
    public FeatureSpace Space { get; }

    /// <summary>The shape of the model.</summary>
    public ModelOptions Options { get; }

    /// <summary>The label that is the conversion: <see cref="ModelOptions.ConversionStage"/>.</summary>
    public int ConversionStage => Options.ConversionStage(Space.Schema.Labels.Count);

    /// <summary>Where it came from: set by training, kept in the file.</summary>
    public ModelInfo Info { get; set; } = new();

    /// <summary>Digest of the file that it was loaded from; null for a model that was created.</summary>
    public string? Digest { get; private init; }

    /// <summary>From impressions to inputs.</summary>
    public Bottom Bottom { get; }

    /// <summary>From logits to probabilities.</summary>
    internal Head Head { get; }

    /// <summary>From inputs to logits.</summary>
    public Towers Towers { get; }

    /// <summary>Number of weights in embedding tables.</summary>
    public long EmbeddingParameters => Bottom.Tables.Sum(t => (long)t.Rows * t.Dim);

    /// <summary>Number of weights in towers, padding not counted.</summary>
    public long TowerParameters => Towers.Tensors.Sum(t => (long)t.Count) - Unread().Sum(u => (long)u.Kernel.Shape[1]);

    /// <summary>
    /// What the model holds, in bytes: weights of tables and towers, kernels for the way back if it is being trained, vocabularies.
    /// A scorer holds the same, with 4 bytes a table weight, or 2 as brain floats.
    /// </summary>
    public IReadOnlyList<MemoryPart> MemoryParts()
    {
        MemoryPart[] parts =
        [
            new("table weights", Bottom.Tables.Sum(t => t.Bytes)),
            new("tower weights", (long)Towers.Parameters.Length * sizeof(float)),
            new("tower kernels, transposed", Towers.PreparedBytes),
            new("vocabularies", Space.VocabularyMemory),
        ];
        return [.. parts.Where(p => p.Bytes > 0)];
    }

    /// <summary>Creates a model with initial weights drawn from the options' seed.</summary>
    public static EsmmModel Create(FeatureSpace space, ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(options);
        EsmmModel model = new(space, options);
        Initialiser.Run(model.Bottom, model.Towers, options);
        return model;
    }

    /// <summary>
    /// SHA-256 of all weights, as lower-case hex: tables in the schema's order, row-major, then each tower's kernels
    /// [in, out] and biases in order, little-endian floats without padding. Equal training gives an equal digest.
    /// </summary>
    public string WeightsDigest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendTo(hash, Bottom.Tables.Select(t => (ReadOnlyMemory<float>)t.Memory), Towers.Parameters);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Rows of first kernels that belong to columns which their task doesn't read: they are zero and stay so.</summary>
    internal IEnumerable<(TowerTensor Kernel, int Row)> Unread()
    {
        InputLayout layout = Bottom.Layout;
        return !layout.HasPrivate ? [] : Enumerable.Range(0, Towers.Tasks)
            .SelectMany(task => Enumerable.Range(0, layout.Width).Where(row => !layout.Reads(task, row)).Select(row => (Towers.FirstKernel(task)!, row)));
    }

    /// <summary>A copy that shares nothing that can change.</summary>
    internal EsmmModel Clone()
    {
        EsmmModel copy = new(Space, Options) { Info = Info, Digest = Digest, Calibration = Calibration };
        for (int t = 0; t < Bottom.Tables.Count; t++)
        {
            Bottom.Tables[t].Values.CopyTo(copy.Bottom.Tables[t].Values);
        }

        Towers.Parameters.CopyTo(copy.Towers.Parameters);
        return copy;
    }

    /// <summary>A copy for scoring, and for nothing else, whose weights are brain floats.</summary>
    /// <exception cref="EsmmException">A weight is beyond the largest brain float.</exception>
    internal EsmmModel Narrow() => new(Space, Options, this) { Info = Info, Digest = Digest, Calibration = Calibration };

    /// <summary>Adds tables and a block in the towers' layout to a digest, in the canonical order.</summary>
    internal void AppendTo(IncrementalHash hash, IEnumerable<ReadOnlyMemory<float>> tables, ReadOnlySpan<float> block)
    {
        foreach (ReadOnlyMemory<float> table in tables)
        {
            hash.AppendData(MemoryMarshal.AsBytes(table.Span));
        }

        foreach (TowerTensor tensor in block.IsEmpty ? [] : Towers.Tensors)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(Unpack(tensor, block)));
        }
    }

    internal static float[] Unpack(TowerTensor tensor, ReadOnlySpan<float> block)
    {
        float[] values = new float[tensor.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = block[tensor.IndexOf(i)];
        }

        return values;
    }
}
