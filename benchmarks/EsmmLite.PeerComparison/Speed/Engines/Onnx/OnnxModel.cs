using EsmmLite.Features;
using EsmmLite.Formats.Onnx;
using EsmmLite.Model;
using Microsoft.ML.OnnxRuntime;

namespace EsmmLite.PeerComparison.Speed.Engines.Onnx;

/// <summary>A model as our own exporter writes it, loaded by ONNX Runtime.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly OnnxSignature _signature;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    /// <summary>Exports and loads a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Threads inside a run.</param>
    public OnnxModel(EsmmModel model, int threads)
    {
        string file = Path.GetTempFileName();
        try
        {
            _signature = OnnxExport.Save(model, file);
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
        long[] shape = [batch.Count];
        foreach (OnnxInput input in _signature.Inputs)
        {
            Span<int> ids = batch.Ids(input.Slot);
            long[] copy = new long[batch.Count];
            for (int row = 0; row < copy.Length; row++)
            {
                copy[row] = ids[row];
            }

            values.Add(OrtValue.CreateTensorValueFromMemory(copy, shape));
            binding.BindInput(input.Name, values[^1]);
        }

        List<float[]> outputs = [];
        foreach (OnnxOutput output in _signature.Outputs)
        {
            outputs.Add(new float[batch.Count]);
            values.Add(OrtValue.CreateTensorValueFromMemory(outputs[^1], shape));
            binding.BindOutput(output.Name, values[^1]);
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
