using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.PeerComparison.Speed.Engines.Esmm;

/// <summary>
/// Requests that were filled beforehand, as the peers' tensors are: a call scores, with the request's own part computed once. Setting
/// values is not part of it.
/// </summary>
internal sealed class EsmmRequest : Contestant
{
    /// <inheritdoc/>
    public override string Id => "esmm-request";

    /// <inheritdoc/>
    public override string Label => "EsmmLite, request path, filled beforehand";

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) => task.Kind == TaskKind.Request;

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task) => [.. Callers(task)];

    /// <summary>A caller a thread, all with the same scorer.</summary>
    internal static IEnumerable<Caller> Callers(TaskCase task)
    {
        EsmmConfig config = ModelShapes.Config(task.Model);
        EsmmScorer scorer = new(EsmmModel.Create(FeatureSpace.FromSchema(config.Schema), config.Model));
        return Enumerable.Range(0, task.Threads).Select(_ => new Ranking(scorer, task));
    }

    private sealed class Ranking : Caller
    {
        private readonly EsmmScorer _scorer;
        private readonly RankingRequest[] _requests;
        private readonly Prediction[] _predictions;

        public Ranking(EsmmScorer scorer, TaskCase task)
        {
            _scorer = scorer;
            _predictions = new Prediction[task.Batch];
            _requests = [.. Enumerable.Range(0, Workload.Requests).Select(seed => Fill(scorer, Workload.Request(scorer.Space.Schema, task, seed), task.Batch))];
        }

        public override void Call(int index) => _scorer.Score(_requests[index % _requests.Length], _predictions);
    }

    /// <summary>A request with all values set.</summary>
    internal static RankingRequest Fill(EsmmScorer scorer, string[][] texts, int candidates)
    {
        RankingRequest request = scorer.CreateRequest(candidates);
        IReadOnlyList<Field> fields = scorer.Space.Schema.Fields;
        for (int field = 0; field < fields.Count; field++)
        {
            if (fields[field].Side == Side.Request)
            {
                request.Set(scorer.Field(fields[field].Name), texts[field][0]);
            }
        }

        for (int i = 0; i < candidates; i++)
        {
            int candidate = request.AddCandidate();
            for (int field = 0; field < fields.Count; field++)
            {
                if (fields[field].Side == Side.Candidate)
                {
                    request.SetCandidate(candidate, scorer.Field(fields[field].Name), texts[field][i]);
                }
            }
        }

        return request;
    }
}
