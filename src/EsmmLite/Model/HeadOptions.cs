using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Layers;

namespace EsmmLite.Model;

/// <summary>The exposure-to-conversion path: a head on the input and pCVR that predicts the click. docs/family/path.md.</summary>
/// <param name="Weight">λ, the weight of its loss.</param>
/// <param name="Hidden">Sizes of its hidden layers.</param>
/// <param name="StopGradient">Whether pCVR gets no gradient from it.</param>
public sealed record PathOptions(double Weight, IReadOnlyList<int> Hidden, bool StopGradient);

/// <summary>A head of a loss of one's own.</summary>
/// <param name="Name">Names the loss and the head's tensors.</param>
/// <param name="Label">The label stage that it predicts.</param>
/// <param name="Weight">Weight of its loss.</param>
/// <param name="Hidden">Sizes of its hidden layers.</param>
/// <param name="Field">The one field whose embedding it reads; the whole input if null.</param>
/// <param name="Layer">The hidden layer, of a tower or an expert, whose outputs it reads instead, such as <c>ctr.dense1</c>.</param>
public sealed record AuxiliaryOptions(string Name, string Label, double Weight, IReadOnlyList<int> Hidden, string? Field, string? Layer = null);

/// <summary>The parts of <see cref="ModelOptions"/> that only models beside the plain one have, in a config and back.</summary>
internal static class FamilyJson
{
    private const int LargestLayer = 65536;

    private static readonly (string Word, Activation Activation)[] _activations = [("relu", Activation.Relu), ("leaky_relu", Activation.LeakyRelu), ("prelu", Activation.PRelu), ("gelu", Activation.Gelu)];

    internal static LayerOptions ReadLayers(ConfigNode? towers)
    {
        LayerOptions d = new();
        return towers is null ? d : new LayerOptions
        {
            Activation = towers.Choice("activation", d.Activation, _activations),
            Slope = towers.Number("slope", d.Slope, 0, 1),
            LayerNorm = towers.Flag("layerNorm", d.LayerNorm),
            Dropout = towers.Number("dropout", d.Dropout, 0, 0.95),
            Residual = towers.Flag("residual", d.Residual),
            Skip = towers.Flag("skip", d.Skip),
        };
    }

    internal static BottomOptions ReadBottom(ConfigNode? model)
    {
        BottomOptions d = new();
        if (model?.Section("bottom") is not { } bottom)
        {
            return d;
        }

        BottomOptions read = new()
        {
            Kind = bottom.Choice("kind", d.Kind, ("shared", BottomKind.Shared), ("mmoe", BottomKind.Mmoe), ("ple", BottomKind.Ple)),
            Experts = bottom.Integer("experts", d.Experts, 1, 256),
            SharedExperts = bottom.Integer("sharedExperts", d.SharedExperts, 1, 256),
            Hidden = bottom.Integers("hidden", 1, LargestLayer) ?? d.Hidden,
            Levels = bottom.Integer("levels", d.Levels, 1, 8),
        };
        if (read.Hidden.Count == 0)
        {
            bottom.Fault("hidden", "an empty list; an expert needs at least one layer");
        }

        return read;
    }

    internal static AttentionOptions ReadAttention(ConfigNode? model)
    {
        AttentionOptions d = new();
        return model?.Section("attention") is not { } attention ? d : new AttentionOptions
        {
            Kind = attention.Choice("kind", d.Kind, ("dot", AttentionKind.Dot), ("din", AttentionKind.Din)),
            Hidden = attention.Integers("hidden", 1, LargestLayer) ?? d.Hidden,
            Activation = attention.Choice("activation", d.Activation, _activations),
            Slope = attention.Number("slope", d.Slope, 0, 1),
            Normalise = attention.Flag("normalise", d.Normalise),
        };
    }

    internal static PathOptions? ReadPath(ConfigNode? model) => model?.Section(ModelPlan.Path) is not { } path ? null
        : new PathOptions(path.Number("weight", 0.1, 0, 1e6), path.Integers("hidden", 1, LargestLayer) ?? [32], path.Flag("stopGradient", false));

    internal static IReadOnlyList<AuxiliaryOptions> ReadAuxiliary(ConfigNode? model) => model is null ? [] :
        [.. model.Sections("auxiliary").Select(a => new AuxiliaryOptions(a.RequiredText("name"), a.RequiredText("label"), a.Number("weight", 0.1, 0, 1e6), a.Integers("hidden", 1, LargestLayer) ?? [], a.OptionalText("field"), a.OptionalText("layer")))];

    internal static void WriteLayers(Utf8JsonWriter json, LayerOptions layers)
    {
        if (layers == new LayerOptions())
        {
            return;
        }

        json.WriteString("activation", WordOf(layers.Activation));
        json.WriteNumber("slope", layers.Slope);
        json.WriteBoolean("layerNorm", layers.LayerNorm);
        json.WriteNumber("dropout", layers.Dropout);
        json.WriteBoolean("residual", layers.Residual);
        json.WriteBoolean("skip", layers.Skip);
    }

    /// <summary>The section <c>model</c>, unless everything in it is as usual.</summary>
    internal static void WriteModel(Utf8JsonWriter json, ModelOptions options)
    {
        if (options.Kind == ModelKind.Esmm && options.Bottom.Kind == BottomKind.Shared && options.Attention.Kind == AttentionKind.Dot && options.Path is null && options.Auxiliary.Count == 0)
        {
            return;
        }

        json.WriteStartObject("model");
        json.WriteString("kind", ModelKinds.WordOf(options.Kind));
        if (options.Bottom is { Kind: not BottomKind.Shared } bottom)
        {
            json.WriteStartObject("bottom");
            json.WriteString("kind", bottom.Kind == BottomKind.Mmoe ? "mmoe" : "ple");
            json.WriteNumber("experts", bottom.Experts);
            json.WriteNumber("sharedExperts", bottom.SharedExperts);
            WriteSizes(json, "hidden", bottom.Hidden);
            json.WriteNumber("levels", bottom.Levels);
            json.WriteEndObject();
        }

        if (options.Attention is { Kind: AttentionKind.Din } attention)
        {
            json.WriteStartObject("attention");
            json.WriteString("kind", "din");
            WriteSizes(json, "hidden", attention.Hidden);
            json.WriteString("activation", WordOf(attention.Activation));
            json.WriteNumber("slope", attention.Slope);
            json.WriteBoolean("normalise", attention.Normalise);
            json.WriteEndObject();
        }

        if (options.Path is { } path)
        {
            json.WriteStartObject(ModelPlan.Path);
            json.WriteNumber("weight", path.Weight);
            WriteSizes(json, "hidden", path.Hidden);
            json.WriteBoolean("stopGradient", path.StopGradient);
            json.WriteEndObject();
        }

        if (options.Auxiliary.Count > 0)
        {
            WriteAuxiliary(json, options.Auxiliary);
        }

        json.WriteEndObject();
    }

    private static string WordOf(Activation activation) => Array.Find(_activations, a => a.Activation == activation).Word;

    internal static void WriteSizes(Utf8JsonWriter json, string name, IReadOnlyList<int> sizes)
    {
        json.WriteStartArray(name);
        foreach (int size in sizes)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
    }

    private static void WriteAuxiliary(Utf8JsonWriter json, IReadOnlyList<AuxiliaryOptions> heads)
    {
        json.WriteStartArray("auxiliary");
        foreach (AuxiliaryOptions head in heads)
        {
            json.WriteStartObject();
            json.WriteString("name", head.Name);
            json.WriteString("label", head.Label);
            json.WriteNumber("weight", head.Weight);
            WriteSizes(json, "hidden", head.Hidden);
            if (head.Field is not null)
            {
                json.WriteString("field", head.Field);
            }

            if (head.Layer is not null)
            {
                json.WriteString("layer", head.Layer);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
