using System.Diagnostics;
using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Experiments.Machine;
using EsmmLite.Memory;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Profiling;

/// <summary>Trains on the same batches again and again: first until steps no longer become faster, then with a clock.</summary>
internal static class StepProfiler
{
    private const int MostWindows = 20;
    private const int FewestSteps = 10;
    private const int MostSteps = 5000;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Measurement = TimeSpan.FromSeconds(2);

    public static StepProfile Run(ProfilePlan plan, ProgressBoard board, CancellationToken token)
    {
        EsmmModel model = plan.CreateModel();
        IReadOnlyList<MemoryPart> scoring = model.MemoryParts();
        using var trainer = new Trainer(model, plan.Config.Training, plan.Threads);
        double peak = FmaPeak.Measure(plan.Threads);
        int warmUp;
        double expected;
        using (ProgressPhase phase = board.Begin("warming up"))
        {
            (warmUp, expected) = WarmUp(trainer, plan, phase, token);
        }

        int steps = plan.Steps ?? (int)Math.Clamp(Measurement.TotalMilliseconds / expected, FewestSteps, MostSteps);
        double[] times = new double[steps];
        double rows = 0, bytes = 0;
        var clock = new StepClock();
        trainer.Clock = clock;
        using (ProgressPhase phase = board.Begin("measuring"))
        {
            for (int i = 0; i < steps; i++)
            {
                token.ThrowIfCancellationRequested();
                long start = Stopwatch.GetTimestamp();
                StepResult step = trainer.Step(plan.Batches[i % plan.Batches.Count]);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                (rows, bytes) = (rows + step.RowsTouched, bytes + step.RowBytes);
            }

            phase.Report(1, Show.Count(steps) + " steps");
        }

        Array.Sort(times);
        return new StepProfile
        {
            Plan = plan,
            Pieces = [.. clock.Pieces.Select(p => new ProfiledPiece(p.Layer, p.Pass, p.Time.TotalMilliseconds / steps / plan.Threads))],
            Work = MatrixWork.Of(model),
            StepMilliseconds = clock.Wall.TotalMilliseconds / steps,
            MedianMilliseconds = times[steps / 2],
            FastestMilliseconds = times[0],
            WarmUpSteps = warmUp,
            Steps = steps,

            // The machine may have been busy during one of the two.
            PeakFlops = Math.Max(peak, FmaPeak.Measure(plan.Threads)),
            RowsTouched = rows / steps,
            RowBytes = bytes / steps,
            TrainingMemory = trainer.MemoryParts(),
            ScoringMemory = scoring,
            TableWeights = model.EmbeddingParameters,
        };
    }

    /// <summary>Windows of a quarter of a second, every batch at least once, until one is not 3 % faster than the fastest before it.</summary>
    private static (int Steps, double Milliseconds) WarmUp(Trainer trainer, ProfilePlan plan, ProgressPhase phase, CancellationToken token)
    {
        int steps = 0;
        double best = double.PositiveInfinity;
        for (int window = 1; ; window++)
        {
            int before = steps;
            long start = Stopwatch.GetTimestamp();
            while (steps - before < plan.Batches.Count || Stopwatch.GetElapsedTime(start) < Window)
            {
                token.ThrowIfCancellationRequested();
                trainer.Step(plan.Batches[steps++ % plan.Batches.Count]);
            }

            double mean = Stopwatch.GetElapsedTime(start).TotalMilliseconds / (steps - before);
            phase.Report(null, Show.Count(steps) + " steps");
            if (mean > 0.97 * best || window == MostWindows)
            {
                return (steps, Math.Min(mean, best));
            }

            best = Math.Min(mean, best);
        }
    }
}
