using EsmmLite.Diagnostics;
using EsmmLite.Memory;

namespace EsmmLite.Cli.Profiling;

/// <summary>The time of one layer in one pass, for a step.</summary>
/// <param name="Layer">The layer, or another part of a step.</param>
/// <param name="Pass">The pass.</param>
/// <param name="Milliseconds">Time of all threads divided by their number, so that all pieces and the waiting add up to the step.</param>
internal readonly record struct ProfiledPiece(string Layer, StepPass Pass, double Milliseconds);

/// <summary>What was measured: means over steps, unless it says otherwise.</summary>
internal sealed record StepProfile
{
    public required ProfilePlan Plan { get; init; }

    public required IReadOnlyList<ProfiledPiece> Pieces { get; init; }

    public required IReadOnlyList<MatrixWork> Work { get; init; }

    /// <summary>Wall-clock time of a step.</summary>
    public required double StepMilliseconds { get; init; }

    public required double MedianMilliseconds { get; init; }

    public required double FastestMilliseconds { get; init; }

    public required int WarmUpSteps { get; init; }

    public required int Steps { get; init; }

    /// <summary>The most FLOP/s that as many threads can do.</summary>
    public required double PeakFlops { get; init; }

    public required double RowsTouched { get; init; }

    /// <summary>Bytes of table rows that the update reads or writes.</summary>
    public required double RowBytes { get; init; }

    public required IReadOnlyList<MemoryPart> TrainingMemory { get; init; }

    public required IReadOnlyList<MemoryPart> ScoringMemory { get; init; }

    public required long TableWeights { get; init; }

    /// <summary>Threads waiting for one another, waking up, and what stands between the pieces.</summary>
    public double WaitingMilliseconds => Math.Max(0, StepMilliseconds - Pieces.Sum(p => p.Milliseconds));

    public double ImpressionsPerSecond => Plan.Batch / StepMilliseconds * 1000;

    /// <summary>Operations of a step's matrix products: forward once, backward twice.</summary>
    public double StepFlops => Work.Sum(w => w.FlopsPerImpression) * MatrixWork.Passes.Count * Plan.Batch;

    /// <summary>FLOP/s over the whole step.</summary>
    public double StepRate => StepFlops / StepMilliseconds * 1000;

    /// <summary>Whether some products are formed by distinct row.</summary>
    public bool ByDistinctRow => Plan.Space.Encoders.Any(e => e.Field.Separate && e.Dim > 0);

    public double Time(string layer, StepPass pass) => Pieces.Where(p => p.Layer == layer && p.Pass == pass).Sum(p => p.Milliseconds);

    /// <summary>FLOP/s of a layer's products in some passes; null where no time was measured.</summary>
    public double? Rate(MatrixWork work, params IReadOnlyList<StepPass> passes)
    {
        double time = passes.Sum(pass => Time(work.Layer, pass));
        return time > 0 ? work.FlopsPerImpression * Plan.Batch * passes.Count / time * 1000 : null;
    }

    /// <summary>FLOP/s of all layers' products, without the rest of the step.</summary>
    public double? MatrixRate()
    {
        double time = Work.Sum(w => MatrixWork.Passes.Sum(pass => Time(w.Layer, pass)));
        return time > 0 ? StepFlops / time * 1000 : null;
    }
}
