using EsmmLite.Features;
using EsmmLite.Formats.Onnx.Proto;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Persistence;
using Google.Protobuf;

namespace EsmmLite.Formats.Onnx;

/// <summary>Writes a model as an ONNX file that scores encoded impressions: docs/onnx.md.</summary>
/// <remarks>
/// What is exported is the network. Encoding (hashing, vocabularies, means, quantiles) stays with the
/// <see cref="FeatureSpace"/>: the graph reads the ids and numbers of an <see cref="ImpressionBatch"/>.
/// Nothing but the model goes into the file, so equal models give equal files.
/// </remarks>
public static class OnnxExport
{
    /// <summary>Version of ONNX's own operator set that the graph is written in.</summary>
    public const int Opset = 17;

    /// <summary>The lowest version of the file format that knows this operator set.</summary>
    private const int IrVersion = 8;

    /// <summary>A protobuf message cannot be larger.</summary>
    private const long MostBytes = int.MaxValue;

    private const string Description =
        "ESMM click and conversion ranking. Ids are rows of the embedding tables as EsmmLite encodes them; -1 is a missing value and contributes a zero vector.";

    /// <summary>Saves a model as an ONNX file, atomically: after a failure an earlier file at the path is untouched.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file to create or replace.</param>
    /// <returns>Inputs and outputs of the graph.</returns>
    /// <exception cref="EsmmException">The model would take 2 GiB or more, or the file cannot be written.</exception>
    public static OnnxSignature Save(EsmmModel model, string path) => Save(model, path, MostBytes);

    internal static OnnxSignature Save(EsmmModel model, string path, long mostBytes)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireProduct(model);
        RequireKinds(model.Space);
        if (model.Calibration is not null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the model is calibrated, which the ONNX export doesn't write", "calibration", "a model without one", "Export the model as it was before esmm calibrate, or score it with EsmmScorer.");
        }

        OnnxGraph graph = new("esmm");
        OnnxSignature signature = new EsmmGraph(model, graph).Build();
        ModelProto file = Wrap(model, graph);
        long bytes = file.CalculateSize() + graph.WeightBytes;
        if (bytes > mostBytes)
        {
            throw new EsmmException(
                EsmmErrorKind.Usage, $"the model would take {bytes} bytes as ONNX", path, $"at most {mostBytes}, because an ONNX file is one protobuf message",
                "Use smaller tables (fewer buckets, minCount, maxEntries), or score it with EsmmScorer.");
        }

        graph.FillWeights();
        AtomicFile.Write(path, file.WriteTo);
        return signature;
    }

    /// <summary>The graph multiplies two sigmoids; what the logits of other kinds stand for it can't say.</summary>
    private static void RequireProduct(EsmmModel model)
    {
        if (model.Towers is not MlpTowers)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "these towers can't be exported", "model, towers", "plain towers: dense layers and ReLU, no experts, heads or links", "Score it with EsmmScorer.");
        }

        if (model.Options.Kind is ModelKind.Chain or ModelKind.Esm2 or ModelKind.Aitm)
        {
            throw new EsmmException(
                EsmmErrorKind.Usage, $"a model of kind {model.Options.Kind} can't be exported", "model.kind", "esmm, independent, ctr, cvr, escm2_ips or escm2_dr: two towers and their product", "Score it with EsmmScorer.");
        }
    }

    /// <summary>Refuses what the graph can't express.</summary>
    private static void RequireKinds(FeatureSpace space)
    {
        if (space.Schema.Fields.FirstOrDefault(f => f.List is not null) is { } list)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the field is a list, which the ONNX export doesn't write", $"field '{list.Name}'", "fields of one value", "Score the model with EsmmScorer.");
        }
    }

    private static ModelProto Wrap(EsmmModel model, OnnxGraph graph)
    {
        ModelProto file = new()
        {
            IrVersion = IrVersion,
            ProducerName = "EsmmLite",
            ProducerVersion = typeof(EsmmModel).Assembly.GetName().Version?.ToString(3) ?? "",
            DocString = Description,
            Graph = graph.Message,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
        if (model.Digest is { } digest)
        {
            file.MetadataProps.Add(new StringStringEntryProto { Key = "model_digest", Value = digest });
        }

        file.MetadataProps.Add(new StringStringEntryProto { Key = "weights_digest", Value = model.WeightsDigest() });
        return file;
    }
}
