using EsmmLite.Features;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Training;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>Training steps of one TorchSharp variant.</summary>
internal sealed class TorchTraining(TorchVariant variant) : Contestant
{
    /// <inheritdoc/>
    public override string Id => variant.Id;

    /// <inheritdoc/>
    public override string Label => "TorchSharp, " + variant.Label;

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) => task.Kind == TaskKind.Step && task.Group != "grow"
        && (task.Group == "train" || (variant.OneTable && variant.Towers != TowerForm.Batched));

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task)
    {
        set_num_threads(task.Threads);
        return [new Steps(task, variant)];
    }

    private sealed class Steps : Caller
    {
        private readonly TorchModel _model;
        private readonly TorchTrainer _trainer;
        private readonly TorchIds[] _batches;
        private readonly bool _dense;
        private readonly bool _large;

        public Steps(TaskCase task, TorchVariant variant)
        {
            _large = task.Group != "train";
            _dense = variant.Update == TableUpdate.DenseAdam;
            EsmmConfig config = ModelShapes.Config(task.Model, batch: task.Batch);
            FeatureSpace space = FeatureSpace.FromSchema(config.Schema);
            _model = new TorchModel(space, config, variant);
            _trainer = new TorchTrainer(_model, variant, config.Training);
            _batches = [.. Workload.Batches(space, task.Batch).Select(batch => new TorchIds(space, batch))];
        }

        // Large tables: once round, and from then on no step touches a page of memory for the first time. Dense Adam touches all at once.
        public override int WarmUpCalls => _dense ? 1 : _large ? _batches.Length : base.WarmUpCalls;

        // Dense Adam over large tables takes seconds.
        public override int FewestCalls => _dense && _large ? 1 : base.FewestCalls;

        public override void Call(int index) => _trainer.Step(_batches[index % _batches.Length]);

        public override void Dispose()
        {
            _trainer.Dispose();
            _model.Dispose();
        }
    }
}
