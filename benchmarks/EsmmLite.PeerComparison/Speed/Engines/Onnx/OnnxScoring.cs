using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Training;

namespace EsmmLite.PeerComparison.Speed.Engines.Onnx;

/// <summary>Scoring by ONNX Runtime: two threads inside a run, or two callers of a session with one.</summary>
internal sealed class OnnxScoring(bool twoCallers) : Contestant
{
    /// <summary>Both ways of using two threads.</summary>
    public static IEnumerable<OnnxScoring> All => [new(false), new(true)];

    /// <inheritdoc/>
    public override string Id => twoCallers ? "onnx-callers" : "onnx";

    /// <inheritdoc/>
    public override string Label => twoCallers ? "ONNX Runtime, two callers" : "ONNX Runtime";

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) => task.Kind is TaskKind.Score or TaskKind.Request && (!twoCallers || task.Threads == 2);

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task)
    {
        EsmmConfig config = ModelShapes.Config(task.Model);
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(config.Schema), config.Model);
        OnnxModel session = new(model, twoCallers ? 1 : task.Threads);
        ImpressionBatch[] batches = Workload.ForScoring(model.Space, task);
        return [.. Enumerable.Range(0, twoCallers ? 2 : 1).Select(caller => new Runs(session, batches, owner: caller == 0))];
    }

    private sealed class Runs(OnnxModel session, ImpressionBatch[] batches, bool owner) : Caller
    {
        private readonly OnnxBatch[] _bound = [.. batches.Select(session.Bind)];

        public override void Call(int index) => session.Run(_bound[index % _bound.Length]);

        public override void Dispose()
        {
            Array.ForEach(_bound, batch => batch.Dispose());
            if (owner)
            {
                session.Dispose();
            }
        }
    }
}
