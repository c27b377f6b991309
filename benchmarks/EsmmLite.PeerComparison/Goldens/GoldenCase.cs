using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>A golden model with its batch, its first pass and its training runs, all in float64.</summary>
internal sealed class GoldenCase
{
    /// <summary>Draws and computes everything.</summary>
    public GoldenCase(GoldenSpec spec)
    {
        Spec = spec;
        SeededDraw draw = new(spec.Seed);
        Batch = GoldenBatch.Draw(spec, draw);
        Initial = InitialWeights.Draw(spec, draw);
        Model = new(spec, Initial, ScalarType.Float64);
        Forward = Model.Backward(Batch);
        Dense = TrainingRun.TorchAdam(spec, Batch, Initial, ScalarType.Float64);
        Lazy = TrainingRun.Lazy(spec, Batch, Initial, ScalarType.Float64, EpsilonPlace.AfterCorrection);
        Sparse = TrainingRun.Lazy(spec, Batch, Initial, ScalarType.Float64, EpsilonPlace.BeforeCorrection);
    }

    /// <summary>The definition.</summary>
    public GoldenSpec Spec { get; }

    /// <summary>The batch.</summary>
    public GoldenBatch Batch { get; }

    /// <summary>The initial weights.</summary>
    public IReadOnlyList<NamedTensor> Initial { get; }

    /// <summary>The untrained model, holding the gradients of the whole batch.</summary>
    public TorchEsmm Model { get; }

    /// <summary>The pass over the whole batch.</summary>
    public TorchForward Forward { get; }

    /// <summary>Dense Adam everywhere.</summary>
    public TrainingRun Dense { get; }

    /// <summary>Lazy Adam for tables, in the engine's form.</summary>
    public TrainingRun Lazy { get; }

    /// <summary>Lazy Adam for tables, in the form of torch's SparseAdam.</summary>
    public TrainingRun Sparse { get; }
}
