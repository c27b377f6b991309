using EsmmLite.Features;
using EsmmLite.Model;
using Microsoft.ML.OnnxRuntime;

namespace EsmmLite.PeerComparison.Speed.Engines.Onnx;

/// <summary>A model as our own exporter writes it, loaded by ONNX Runtime.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly FeatureSpace _space;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    /// <summary>Exports and loads a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Threads inside a run.</param>
    public OnnxModel(EsmmModel model, int threads)
    {
        _space = model.Space;
        string file = Path.GetTempFileName();
        try
        {
            OnnxExport.Save(model, file);
            using SessionOptions options = new()
            {
                IntraOpNumThreads = threads,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            };
            _session = new InferenceSession(file, options);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The library's version.</summary>
    public static string Version => OrtEnv.Instance().GetVersionString();

    /// <summary>A batch with all inputs and outputs bound to memory of their own: a run then copies and allocates nothing.</summary>
    public OnnxBatch Bind(ImpressionBatch batch)
    {
        OrtIoBinding binding = _session.CreateIoBinding();
        List<OrtValue> values = [];
        foreach ((string name, NodeMetadata node) in _session.InputMetadata)
        {
            Span<int> ids = batch.Ids(_space.SlotOf(_space.FieldIndex(name)));
            long[] copy = new long[batch.Count];
            for (int row = 0; row < copy.Length; row++)
            {
                copy[row] = ids[row];
            }

            values.Add(OrtValue.CreateTensorValueFromMemory(copy, Shape(node, batch.Count)));
            binding.BindInput(name, values[^1]);
        }

        List<float[]> outputs = [];
        foreach ((string name, NodeMetadata node) in _session.OutputMetadata)
        {
            outputs.Add(new float[batch.Count]);
            values.Add(OrtValue.CreateTensorValueFromMemory(outputs[^1], Shape(node, batch.Count)));
            binding.BindOutput(name, values[^1]);
        }

        return new OnnxBatch(binding, values, outputs);
    }

    /// <summary>Scores a bound batch.</summary>
    public void Run(OnnxBatch batch) => _session.RunWithBinding(_run, batch.Binding);

    /// <summary>Scores a batch once: pCTR, pCVR and pCTCVR one after the other. [3 x rows]</summary>
    public float[] Score(ImpressionBatch batch)
    {
        using OnnxBatch bound = Bind(batch);
        Run(bound);
        return [.. bound.Outputs.SelectMany(values => values)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private static long[] Shape(NodeMetadata node, int rows) => [rows, .. node.Dimensions.Skip(1).Select(size => (long)size)];
}

/// <summary>Bound inputs and outputs of one batch.</summary>
/// <param name="Binding">The binding.</param>
/// <param name="Values">What it is bound to.</param>
/// <param name="Outputs">The outputs' memory, in the model's order.</param>
internal sealed record OnnxBatch(OrtIoBinding Binding, IReadOnlyList<OrtValue> Values, IReadOnlyList<float[]> Outputs) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Binding.Dispose();
        foreach (OrtValue value in Values)
        {
            value.Dispose();
        }
    }
}
