using EsmmLite.Features;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>Scoring in inference mode: two threads work on one batch, or each calls for a batch of its own.</summary>
internal sealed class TorchScoring(TowerForm form, bool twoCallers) : Contestant
{
    /// <summary>Every form, and both ways of using two threads.</summary>
    public static IEnumerable<TorchScoring> All =>
        from form in (TowerForm[])[TowerForm.FusedFirst, TowerForm.Batched]
        from twoCallers in (bool[])[false, true]
        select new TorchScoring(form, twoCallers);

    /// <inheritdoc/>
    public override string Id => $"torch-{(form == TowerForm.Batched ? "batched" : "fused")}{(twoCallers ? "-callers" : "")}";

    /// <inheritdoc/>
    public override string Label => $"TorchSharp, {(form == TowerForm.Batched ? "batched towers" : "fused first layer")}{(twoCallers ? ", two callers" : "")}";

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) => task.Kind is TaskKind.Score or TaskKind.Request && (!twoCallers || task.Threads == 2);

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task)
    {
        EsmmConfig config = ModelShapes.Config(task.Model);
        FeatureSpace space = FeatureSpace.FromSchema(config.Schema);
        TorchModel model = new(space, config, new TorchVariant("", "", true, TableUpdate.GatheredRows, form));
        TorchIds[] batches = [.. Workload.ForScoring(space, task).Select(batch => new TorchIds(space, batch))];
        return [.. Enumerable.Range(0, twoCallers ? 2 : 1).Select(_ => new Scores(model, batches, twoCallers ? 1 : task.Threads))];
    }

    /// <summary>pCTR, pCVR and pCTCVR. [rows] each</summary>
    public static (Tensor Ctr, Tensor Cvr, Tensor Ctcvr) Predict(TorchModel model, TorchIds ids)
    {
        (Tensor a, Tensor b) = model.Forward(ids);
        Tensor ctr = a.sigmoid(), cvr = b.sigmoid();
        return (ctr, cvr, ctr * cvr);
    }

    private sealed class Scores(TorchModel model, TorchIds[] batches, int threads) : Caller
    {
        // Both belong to a thread, so they are set on the one that calls.
        private IDisposable? _mode;

        public override void Call(int index)
        {
            if (_mode is null)
            {
                set_num_threads(threads);
                _mode = inference_mode();
            }

            using DisposeScope scope = NewDisposeScope();
            Predict(model, batches[index % batches.Length]);
        }

        public override void Dispose() => _mode?.Dispose();
    }
}
