using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Ten training steps of a golden model with one optimizer.</summary>
internal sealed class TrainingRun
{
    private const int Steps = 10;
    private readonly GoldenSpec _spec;
    private readonly GoldenBatch _batch;

    private TrainingRun(GoldenSpec spec, GoldenBatch batch, IReadOnlyList<NamedTensor> initial, ScalarType type)
    {
        _spec = spec;
        _batch = batch;
        Model = new(spec, initial, type);
    }

    /// <summary>The trained model.</summary>
    public TorchEsmm Model { get; }

    /// <summary>The moments by parameter; empty for torch's own Adam.</summary>
    public IReadOnlyList<RowAdam> Optimizers { get; private set; } = [];

    /// <summary>The smallest distance of any hidden unit's input from ReLU's kink in any step.</summary>
    public double KinkMargin { get; private set; } = double.PositiveInfinity;

    /// <summary>
    /// The rows of each step: the two halves in turn, so that tables have rows that rest for a step and lazy and dense Adam part ways.
    /// </summary>
    public static IReadOnlyList<RowRange> Schedule(int rows) =>
        [.. Enumerable.Range(0, Steps).Select(step => step % 2 == 0 ? new RowRange(0, rows / 2) : new RowRange(rows / 2, rows))];

    /// <summary>torch's own Adam on every tensor, whole tables included.</summary>
    public static TrainingRun TorchAdam(GoldenSpec spec, GoldenBatch batch, IReadOnlyList<NamedTensor> initial, ScalarType type)
    {
        TrainingRun run = new(spec, batch, initial, type);
        // TorchSharp's default for beta2 is not torch's: everything is passed.
        using optim.Optimizer adam = optim.Adam(
            run.Model.Parameters.Select(parameter => parameter.Value),
            AdamSettings.LearningRate, AdamSettings.Beta1, AdamSettings.Beta2, AdamSettings.Epsilon);
        run.Train((_, _) => adam.step());
        return run;
    }

    /// <summary>Dense Adam for towers, and for tables Adam on the rows that occur in the step's batch.</summary>
    public static TrainingRun Lazy(
        GoldenSpec spec, GoldenBatch batch, IReadOnlyList<NamedTensor> initial, ScalarType type, EpsilonPlace tableEpsilon)
    {
        TrainingRun run = new(spec, batch, initial, type);
        run.TrainRowAdam(tableEpsilon, lazy: true);
        return run;
    }

    /// <summary>Our own Adam on every row: equals <see cref="TorchAdam"/> to rounding, which shows that <see cref="RowAdam"/> is right.</summary>
    public static TrainingRun OwnDense(GoldenSpec spec, GoldenBatch batch, IReadOnlyList<NamedTensor> initial, ScalarType type)
    {
        TrainingRun run = new(spec, batch, initial, type);
        run.TrainRowAdam(EpsilonPlace.AfterCorrection, lazy: false);
        return run;
    }

    private void TrainRowAdam(EpsilonPlace tableEpsilon, bool lazy)
    {
        Optimizers = [.. Model.Parameters.Select(parameter =>
            new RowAdam(parameter, parameter.IsTable ? tableEpsilon : EpsilonPlace.AfterCorrection))];
        Train((step, part) =>
        {
            // Tables come first among the parameters, in the order of the id slots.
            for (int i = 0; i < Optimizers.Count; i++)
            {
                bool sparse = lazy && Model.Parameters[i].IsTable;
                Optimizers[i].Step(step, sparse ? part.TouchedRows(i) : null);
            }
        });
    }

    private void Train(Action<int, GoldenBatch> update)
    {
        IReadOnlyList<RowRange> schedule = Schedule(_spec.Rows);
        for (int i = 0; i < schedule.Count; i++)
        {
            GoldenBatch part = _batch.Slice(schedule[i]);
            KinkMargin = Math.Min(KinkMargin, Model.Backward(part).KinkMargin());
            update(i + 1, part);
        }
    }
}
