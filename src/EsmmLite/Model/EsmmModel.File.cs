using System.Text;
using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Persistence;

namespace EsmmLite.Model;

/// <content>The model file: docs/file-format.md.</content>
public sealed partial class EsmmModel
{
    private const string Format = "esmmlite";
    private const int FormatVersion = 1;

    /// <summary>Saves the model atomically: the target holds either what it held before or the whole new model.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file's digest, lower-case hex: the identity of the model.</returns>
    public string Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        List<KeyValuePair<string, string>> metadata =
        [
            new("format", Format),
            new("format_version", FormatVersion.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("min_reader", "1"),
            new("numerics", Numerics.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("producer", "EsmmLite"),
            new("schema", Space.ToJson()),
            new("model", OptionsJson()),
            new("config", Info.ConfigJson),
            new("train_step", Info.TrainStep.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
        if (Info.DataFingerprint is { } fingerprint)
        {
            metadata.Add(new("data_fingerprint", fingerprint));
        }

        if (Info.DataSelection is { } selection)
        {
            metadata.Add(new("data_selection", selection));
        }

        if (Info.MetricsJson is { } metrics)
        {
            metadata.Add(new("metrics", metrics));
        }

        List<TensorSource> tensors = [];
        foreach (EmbeddingTable table in Bottom.Tables)
        {
            tensors.Add(TensorSource.Of(TableName(table), [table.Rows, table.Dim], (ReadOnlyMemory<float>)table.Memory));
        }

        foreach (TowerTensor tensor in Towers.Tensors)
        {
            tensors.Add(TensorSource.Of(tensor.Name, [.. tensor.Shape], new ReadOnlyMemory<float>(Unpack(tensor, Towers.Parameters))));
        }

        for (int f = 0; f < Space.Encoders.Count; f++)
        {
            if (Space.Encoders[f] is VocabularyEncoder)
            {
                byte[] bytes = Space.VocabularyBytes(f);
                long[] offsets = Space.VocabularyOffsets(f);
                string name = Space.Schema.Fields[f].Name;
                tensors.Add(TensorSource.Of($"vocab.{name}.offsets", [offsets.Length], new ReadOnlyMemory<long>(offsets)));
                tensors.Add(TensorSource.Of($"vocab.{name}.bytes", [bytes.Length], new ReadOnlyMemory<byte>(bytes)));
            }
        }

        return SafetensorsWriter.Save(path, metadata, tensors);
    }

    /// <summary>Loads a model, verifying every byte against the file's digest and every weight to be finite.</summary>
    /// <exception cref="EsmmException">The file is truncated, altered, foreign, of a newer format, or inconsistent.</exception>
    public static EsmmModel Load(string path)
    {
        using TensorFile file = TensorFile.Open(path);
        Require(file, "format", Format);
        if (!int.TryParse(Metadata(file, "min_reader"), out int minReader) || minReader > FormatVersion)
        {
            throw Bad(file, $"needs a reader of format {Metadata(file, "min_reader")}", $"format {FormatVersion} or lower", "Update EsmmLite.");
        }

        Require(file, "numerics", Numerics.ToString(System.Globalization.CultureInfo.InvariantCulture));
        FeatureSpace space = FeatureSpace.FromJson(Metadata(file, "schema"), field => (file.Read<byte>($"vocab.{field}.bytes"), file.Read<long>($"vocab.{field}.offsets")));
        ConfigNode node = ConfigNode.Parse(Metadata(file, "model"), path, EsmmErrorKind.ModelFile);
        ModelOptions options = ModelOptions.Read(node, node.Unsigned("seed", 1));
        node.Finish();
        if (!long.TryParse(Metadata(file, "train_step"), out long trainStep) || trainStep < 0)
        {
            throw Bad(file, "train_step is not a count");
        }

        EsmmModel model = new(space, options)
        {
            Digest = file.Digest,
            Info = new ModelInfo
            {
                ConfigJson = Metadata(file, "config"),
                TrainStep = trainStep,
                DataFingerprint = file.Metadata.GetValueOrDefault("data_fingerprint"),
                DataSelection = file.Metadata.GetValueOrDefault("data_selection"),
                MetricsJson = file.Metadata.GetValueOrDefault("metrics"),
            },
        };
        HashSet<string> known = [];
        model.ReadWeights(file, known);
        foreach (Field field in space.Schema.Fields.Where(f => f is VocabularyField))
        {
            known.Add($"vocab.{field.Name}.bytes");
            known.Add($"vocab.{field.Name}.offsets");
        }

        TensorInfo? foreign = file.Tensors.FirstOrDefault(t => !t.IsExtension && !known.Contains(t.Name));
        return foreign is null ? model : throw Bad(file, $"holds a tensor '{foreign.Name}' that this reader does not know", "the tensors of its schema", "It was written by a later EsmmLite.");
    }

    /// <summary>Takes over the weights of a file of the same shape, without a second model in memory.</summary>
    internal void ReadWeights(string path)
    {
        using TensorFile file = TensorFile.Open(path);
        ReadWeights(file, []);
    }

    private void ReadWeights(TensorFile file, HashSet<string> known)
    {
        foreach (EmbeddingTable table in Bottom.Tables)
        {
            CheckShape(file, known, TableName(table), table.Rows, table.Dim);
            file.ReadInto(TableName(table), table.Values);
        }

        foreach (TowerTensor tensor in Towers.Tensors)
        {
            CheckShape(file, known, tensor.Name, [.. tensor.Shape]);
            float[] values = file.Read<float>(tensor.Name);
            for (int i = 0; i < values.Length; i++)
            {
                Towers.Parameters[tensor.IndexOf(i)] = values[i];
            }
        }
    }

    private static string TableName(EmbeddingTable table) => $"emb.{table.Name}.weight";

    private static string Metadata(TensorFile file, string key) =>
        file.Metadata.TryGetValue(key, out string? value) ? value : throw Bad(file, $"has no '{key}' in its metadata", "a model saved by EsmmLite");

    private static void Require(TensorFile file, string key, string expected)
    {
        string found = Metadata(file, key);
        if (found != expected)
        {
            throw Bad(file, $"says {key} = '{found}'", $"'{expected}'", "Save it with a matching EsmmLite.");
        }
    }

    private static void CheckShape(TensorFile file, HashSet<string> known, string name, params ReadOnlySpan<int> shape)
    {
        known.Add(name);
        if (!file.Contains(name))
        {
            throw Bad(file, $"lacks the tensor '{name}'", "every tensor of its schema");
        }

        TensorInfo info = file.Info(name);
        bool same = info.Type == DType.F32 && info.Shape.Length == shape.Length;
        for (int i = 0; same && i < shape.Length; i++)
        {
            same = info.Shape[i] == shape[i];
        }

        if (!same)
        {
            throw Bad(file, $"tensor '{name}' is {info.Type} [{string.Join(", ", info.Shape)}]", $"F32 [{string.Join(", ", shape.ToArray())}] as its schema says");
        }
    }

    private static EsmmException Bad(TensorFile file, string what, string? expected = null, string? hint = null) =>
        new(EsmmErrorKind.ModelFile, what, file.Path, expected, hint);

    private string OptionsJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("seed", Options.Seed);
            Options.Write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
