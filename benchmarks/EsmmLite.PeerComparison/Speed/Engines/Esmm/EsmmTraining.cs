using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Training;

namespace EsmmLite.PeerComparison.Speed.Engines.Esmm;

/// <summary>Training steps of EsmmLite.</summary>
internal sealed class EsmmTraining(SeparateFields separate) : Contestant
{
    /// <inheritdoc/>
    public override string Id => separate switch
    {
        SeparateFields.Tiny => "esmm-tiny",
        SeparateFields.All => "esmm-separate",
        _ => "esmm",
    };

    /// <inheritdoc/>
    public override string Label => separate switch
    {
        SeparateFields.Tiny => "EsmmLite, the 2 fields of 10 rows separate",
        SeparateFields.All => "EsmmLite, all fields separate",
        _ => "EsmmLite, row by row",
    };

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) => task.Kind == TaskKind.Step && (separate == SeparateFields.None || task.Group == "train");

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task) => [new Steps(task, separate)];

    private sealed class Steps : Caller
    {
        private readonly Trainer _trainer;
        private readonly ImpressionBatch[] _batches;
        private readonly bool _large;
        private long _steps;
        private long _rows;
        private long _bytes;

        public Steps(TaskCase task, SeparateFields separate)
        {
            _large = task.Group != "train";
            EsmmConfig config = ModelShapes.Config(task.Model, separate, task.Batch);
            FeatureSpace space = FeatureSpace.FromSchema(config.Schema);
            _trainer = new Trainer(EsmmModel.Create(space, config.Model), config.Training, task.Threads);
            _batches = Workload.Batches(space, task.Batch);
        }

        // Large tables: once round, and from then on no step touches a page of memory for the first time.
        public override int WarmUpCalls => _large ? _batches.Length : base.WarmUpCalls;

        public override IReadOnlyDictionary<string, double> Counters => new Dictionary<string, double>
        {
            ["rowsTouched"] = (double)_rows / _steps,
            ["rowBytes"] = (double)_bytes / _steps,
        };

        public override void Call(int index)
        {
            StepResult result = _trainer.Step(_batches[index % _batches.Length]);

            // The first time round the batches, so that the counts do not depend on how many steps there was time for.
            if (index < _batches.Length)
            {
                _steps++;
                _rows += result.RowsTouched;
                _bytes += result.RowBytes;
            }
        }

        public override void Dispose() => _trainer.Dispose();
    }
}
