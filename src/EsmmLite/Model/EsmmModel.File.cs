using System.Globalization;
using System.Text;
using System.Text.Json;
using EsmmLite.Calibration;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Persistence;

namespace EsmmLite.Model;

/// <content>The model file: docs/file-format.md.</content>
public sealed partial class EsmmModel
{
    private const string Format = "esmmlite";

    /// <summary>The format's name of a checkpoint: a model, and all that training needs to go on.</summary>
    internal const string CheckpointFormat = "esmmlite-checkpoint";

    /// <summary>The format's name of weights without vocabularies, which only the training that wrote them reads.</summary>
    internal const string BestFormat = "esmmlite-weights";

    /// <summary>The newest version that this reader knows; files without a calibration are still of version 1.</summary>
    private const int FormatVersion = 2;

    /// <summary>Saves the model atomically: the target holds either what it held before or the whole new model.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file's digest, lower-case hex: the identity of the model.</returns>
    /// <exception cref="EsmmException">The file cannot be written, or <see cref="Info"/> holds what no reader would take.</exception>
    public string Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return SafetensorsWriter.Save(path, FileMetadata(Format), FileTensors());
    }

    /// <summary>What a file says about the model, without its tensors.</summary>
    /// <param name="format">The kind of file: a model, or something that holds one.</param>
    internal List<KeyValuePair<string, string>> FileMetadata(string format)
    {
        Info.Check("ModelInfo.", EsmmErrorKind.Usage);
        string version = (Calibration is null ? 1 : CalibrationVersion).ToString(CultureInfo.InvariantCulture);
        List<KeyValuePair<string, string>> metadata =
        [
            new("format", format),
            new("format_version", version),
            new("min_reader", version),
            new("numerics", Numerics.ToString(CultureInfo.InvariantCulture)),
            new("producer", "EsmmLite"),
            new("schema", Space.ToJson()),
            new("model", OptionsJson()),
            new("config", Info.ConfigJson),
            new("train_step", Info.TrainStep.ToString(CultureInfo.InvariantCulture)),
        ];
        foreach ((string key, string? text) in ((string, string?)[])[("data_fingerprint", Info.DataFingerprint), ("data_selection", Info.DataSelection), ("init_from", Info.InitialModel), ("metrics", Info.MetricsJson), ("history", Info.HistoryJson)])
        {
            if (text is not null)
            {
                metadata.Add(new(key, text));
            }
        }

        if (Calibration is not null)
        {
            metadata.Add(new("calibration", CalibrationJson(Calibration)));
        }

        if (Info.DataCounts is { } counts)
        {
            metadata.Add(new("data_counts", counts.ToJson()));
        }

        return metadata;
    }

    /// <summary>The tensors of a file: weights, and vocabularies.</summary>
    internal List<TensorSource> FileTensors()
    {
        List<TensorSource> tensors = [];
        foreach (EmbeddingTable table in Bottom.Tables)
        {
            tensors.Add(TensorSource.Of(TableName(table.Name), [table.Rows, table.Dim], (ReadOnlyMemory<float>)table.Memory));
        }

        foreach (TowerTensor tensor in Towers.Tensors)
        {
            tensors.Add(TensorSource.Of(tensor.Name, [.. tensor.Shape], new ReadOnlyMemory<float>(Unpack(tensor, Towers.Parameters))));
        }

        for (int f = 0; f < Space.Encoders.Count; f++)
        {
            if (Space.Encoders[f].Vocabulary is not null && Space.Schema.Fields[f].Shares is null)
            {
                byte[] bytes = Space.VocabularyBytes(f);
                long[] offsets = Space.VocabularyOffsets(f);
                string name = Space.Schema.Fields[f].Name;
                tensors.Add(TensorSource.Of($"vocab.{name}.offsets", [offsets.Length], new ReadOnlyMemory<long>(offsets)));
                tensors.Add(TensorSource.Of($"vocab.{name}.bytes", [bytes.Length], new ReadOnlyMemory<byte>(bytes)));
            }

            if (Space.Encoders[f].Profile?.ToState() is { } profile)
            {
                tensors.Add(TensorSource.Of(ProfileName(Space.Schema.Fields[f].Name), [profile.Length], new ReadOnlyMemory<long>(profile)));
            }
        }

        tensors.AddRange(Calibration is null ? [] : CalibrationTensors(Calibration));
        return tensors;
    }

    /// <summary>Loads a model, verifying every byte against the file's digest and every weight to be finite.</summary>
    /// <exception cref="EsmmException">The file is truncated, altered, foreign, of a newer format, or inconsistent.</exception>
    public static EsmmModel Load(string path)
    {
        using TensorFile file = TensorFile.Open(path);
        return AsModelFile(path, () => Load(file));
    }

    /// <summary>Reads a file; what would be wrong with a config or a call is wrong with the file here: a table that no memory could hold, say.</summary>
    internal static T AsModelFile<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EsmmException e) when (e.Kind != EsmmErrorKind.ModelFile)
        {
            throw new EsmmException(EsmmErrorKind.ModelFile, e.What, e.Where is null ? path : path + ", " + e.Where, e.Expected, e.Hint, e);
        }
    }

    private static EsmmModel Load(TensorFile file) => Load(file, Format, weights => weights);

    /// <summary>Loads the model that a verified file holds.</summary>
    /// <param name="file">The file.</param>
    /// <param name="format">The kind of file.</param>
    /// <param name="expected">From names and shapes of the weights to those of all float tensors that the file must hold, and no others.</param>
    /// <param name="others">How the names of tensors begin that somebody else checks; null for none.</param>
    internal static EsmmModel Load(TensorFile file, string format, Func<IReadOnlyList<(string Name, int[] Shape)>, IEnumerable<(string Name, int[] Shape)>> expected, string? others = null)
    {
        Require(file, "format", format);
        if (Count(file, "min_reader") > FormatVersion)
        {
            throw Bad(file, $"needs a reader of format {Text(file, "min_reader")}", $"format {FormatVersion} or lower", "Update EsmmLite.");
        }

        Require(file, "numerics", Numerics.ToString(CultureInfo.InvariantCulture));
        HashSet<string> known = [];
        FeatureSpace space = FeatureSpace.FromJson(Metadata(file, "schema"), file.Path + ", schema", field => Vocabulary(file, known, field), field => Profile(file, field));
        ConfigNode node = ConfigNode.Parse(Metadata(file, "model"), file.Path + ", model", EsmmErrorKind.ModelFile);
        ModelOptions options = ModelOptions.Read(node, node.Unsigned("seed", 1));
        node.Finish();
        ModelInfo info = new()
        {
            ConfigJson = Metadata(file, "config"),
            TrainStep = Count(file, "train_step"),
            DataFingerprint = file.Metadata.GetValueOrDefault("data_fingerprint"),
            DataSelection = file.Metadata.GetValueOrDefault("data_selection"),
            DataCounts = file.Metadata.TryGetValue("data_counts", out string? counts) ? DataCounts.Parse(counts, file.Path + ", data_counts") : null,
            InitialModel = file.Metadata.GetValueOrDefault("init_from"),
            MetricsJson = file.Metadata.GetValueOrDefault("metrics"),
            HistoryJson = file.Metadata.GetValueOrDefault("history"),
        };
        info.Check(file.Path + ", ", EsmmErrorKind.ModelFile);

        // Before any memory is taken: what the schema asks for is bounded by what the file holds.
        foreach ((string name, int[] shape) in expected([.. Shapes(space, options)]))
        {
            CheckShape(file, name, shape);
            known.Add(name);
        }

        ModelCalibration? calibration = ReadCalibration(file, known);
        if (file.Tensors.FirstOrDefault(t => !t.IsExtension && !known.Contains(t.Name) && (others is null || !t.Name.StartsWith(others, StringComparison.Ordinal))) is { } foreign)
        {
            throw Bad(file, $"holds a tensor '{ErrorText.Shorten(foreign.Name)}' that this reader does not know", "the tensors of its schema", "It was written by a later EsmmLite.");
        }

        EsmmModel model = new(space, options) { Digest = file.Digest, Info = info, Calibration = calibration };
        model.ReadWeights(file);
        model.RequireUnreadZero(file);
        return model;
    }

    /// <summary>The profile of a field; it is an extension, so a model works without it.</summary>
    private static long[]? Profile(TensorFile file, string field)
    {
        string name = ProfileName(field);
        return file.Contains(name) && file.Info(name) is { Type: DType.I64, Shape.Length: 1 } ? file.Read<long>(name) : null;
    }

    /// <summary>Takes over the weights of a file of the same shape, without a second model in memory.</summary>
    internal void ReadWeights(string path)
    {
        using TensorFile file = TensorFile.Open(path);
        ReadWeights(file);
    }

    private void ReadWeights(TensorFile file)
    {
        foreach (EmbeddingTable table in Bottom.Tables)
        {
            file.ReadInto(TableName(table.Name), table.Values);
        }

        foreach (TowerTensor tensor in Towers.Tensors)
        {
            float[] values = file.Read<float>(tensor.Name);
            for (int i = 0; i < values.Length; i++)
            {
                Towers.Parameters[tensor.IndexOf(i)] = values[i];
            }
        }
    }

    /// <summary>What a tower doesn't read has no weight: with one, its gradient would leak into a private field's table.</summary>
    private void RequireUnreadZero(TensorFile file)
    {
        foreach ((TowerTensor kernel, int row) in Unread())
        {
            for (int n = 0; n < kernel.Shape[1]; n++)
            {
                if (Towers.Parameters[kernel.IndexOf((row * kernel.Shape[1]) + n)] != 0)
                {
                    throw Bad(file, $"tensor '{kernel.Name}' has a weight in row {row}, which belongs to a field of another task", "zero");
                }
            }
        }
    }

    /// <summary>Names and shapes of the tensors that hold the weights.</summary>
    internal static IEnumerable<(string Name, int[] Shape)> Shapes(FeatureSpace space, ModelOptions options)
    {
        TowerPlan plan = ModelPlan.Of(space, options, new InputLayout(space));
        return space.TableFields.Select(field => space.Encoders[field]).Select(encoder => (TableName(encoder.Field.Name), (int[])[encoder.Rows, encoder.Dim]))
            .Concat(plan.Shapes());
    }

    private static (byte[] Bytes, long[] Offsets) Vocabulary(TensorFile file, HashSet<string> known, string field)
    {
        string bytes = $"vocab.{field}.bytes", offsets = $"vocab.{field}.offsets";
        known.UnionWith([bytes, offsets]);
        return (Vector<byte>(file, bytes, DType.U8), Vector<long>(file, offsets, DType.I64));
    }

    private static T[] Vector<T>(TensorFile file, string name, DType type)
        where T : unmanaged
    {
        TensorInfo info = file.Info(name);
        return info.Type == type && info.Shape.Length == 1
            ? file.Read<T>(name)
            : throw Bad(file, $"tensor '{ErrorText.Shorten(name)}' is {info.Type} {TensorInfo.Text(info.Shape)}", $"{type} of one dim");
    }

    private static string ProfileName(string field) => $"x.profile.{field}";

    private static string TableName(string field) => $"emb.{field}.weight";

    private static string Metadata(TensorFile file, string key) =>
        file.Metadata.TryGetValue(key, out string? value) ? value : throw Bad(file, $"has no '{key}' in its metadata", "a model saved by EsmmLite");

    /// <summary>A text of the metadata as a message may show it.</summary>
    private static string Text(TensorFile file, string key) => ErrorText.Shorten(Metadata(file, key));

    /// <summary>A count among the metadata: digits only.</summary>
    private static long Count(TensorFile file, string key) =>
        long.TryParse(Metadata(file, key), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : throw Bad(file, $"says {key} = '{Text(file, key)}'", "a count");

    private static void Require(TensorFile file, string key, string expected)
    {
        if (Metadata(file, key) != expected)
        {
            throw Bad(file, $"says {key} = '{Text(file, key)}'", $"'{expected}'", KindHint(Metadata(file, key), expected));
        }
    }

    private static string KindHint(string found, string expected) => (found, expected) switch
    {
        (CheckpointFormat, Format) => "It is a checkpoint: training goes on from it, and gives the model.",
        (Format, CheckpointFormat) => "It is a model: training can begin with its weights, but not go on.",
        _ => "Save it with a matching EsmmLite.",
    };

    private static void CheckShape(TensorFile file, string name, int[] shape)
    {
        if (!file.Contains(name))
        {
            throw Bad(file, $"lacks the tensor '{ErrorText.Shorten(name)}'", "every tensor of its schema");
        }

        TensorInfo info = file.Info(name);
        if (info.Type != DType.F32 || !info.Shape.SequenceEqual(shape.Select(dim => (long)dim)))
        {
            throw Bad(file, $"tensor '{ErrorText.Shorten(name)}' is {info.Type} {TensorInfo.Text(info.Shape)}", $"F32 {TensorInfo.Text([.. shape])} as its schema says");
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
