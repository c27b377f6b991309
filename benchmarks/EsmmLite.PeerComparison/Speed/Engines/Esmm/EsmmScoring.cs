using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.PeerComparison.Speed.Engines.Esmm;

/// <summary>Batches scored by one scorer, shared by the calling threads.</summary>
internal sealed class EsmmScoring(WeightFormat weights) : Contestant
{
    /// <inheritdoc/>
    public override string Id => weights == WeightFormat.BFloat16 ? "esmm-bf16" : "esmm";

    /// <inheritdoc/>
    public override string Label => weights == WeightFormat.BFloat16 ? "EsmmLite, weights in bf16" : "EsmmLite, row by row";

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) =>
        weights == WeightFormat.BFloat16 ? task.Kind == TaskKind.Score && task.Threads == 1 : task.Kind is TaskKind.Score or TaskKind.Request;

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task)
    {
        EsmmConfig config = ModelShapes.Config(task.Model);
        EsmmScorer scorer = new(EsmmModel.Create(FeatureSpace.FromSchema(config.Schema), config.Model), new ScorerOptions { Weights = weights });
        ImpressionBatch[] batches = Workload.ForScoring(scorer.Space, task);
        return [.. Enumerable.Range(0, task.Threads).Select(_ => new Scores(scorer, batches))];
    }

    private sealed class Scores(EsmmScorer scorer, ImpressionBatch[] batches) : Caller
    {
        private readonly ScoringWorkspace _workspace = scorer.CreateWorkspace();
        private readonly Prediction[] _predictions = new Prediction[batches[0].Count];

        public override void Call(int index) => scorer.Score(batches[index % batches.Length], _workspace, _predictions);
    }
}
