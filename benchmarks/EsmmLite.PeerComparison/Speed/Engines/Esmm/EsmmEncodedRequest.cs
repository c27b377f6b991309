using System.Text;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.PeerComparison.Speed.Engines.Esmm;

/// <summary>
/// Candidates that were encoded once, with their side of the first layer. A call is all that a service does with them: clear the
/// request, set its fields from texts, add the candidates, score.
/// </summary>
internal sealed class EsmmEncodedRequest : Contestant
{
    /// <inheritdoc/>
    public override string Id => "esmm-encoded";

    /// <inheritdoc/>
    public override string Label => "EsmmLite, candidates encoded and projected; clear, set, add, score";

    /// <inheritdoc/>
    public override bool Handles(TaskCase task) => task.Kind == TaskKind.Request;

    /// <inheritdoc/>
    public override IReadOnlyList<Caller> Open(TaskCase task)
    {
        EsmmConfig config = ModelShapes.Config(task.Model);
        return [new Ranking(new EsmmScorer(EsmmModel.Create(FeatureSpace.FromSchema(config.Schema), config.Model)), task)];
    }

    /// <summary>The candidates of a request, encoded and projected.</summary>
    internal static EncodedCandidate[] Encode(EsmmScorer scorer, string[][] texts, int candidates)
    {
        RankingRequest filled = EsmmRequest.Fill(scorer, texts, candidates);
        return [.. Enumerable.Range(0, candidates).Select(candidate => filled.Encode(candidate, project: true))];
    }

    /// <summary>Clear, set, add, score.</summary>
    internal static void Rank(EsmmScorer scorer, RankingRequest request, (FieldKey Key, byte[] Text)[] own, EncodedCandidate[] candidates, Prediction[] predictions)
    {
        request.Clear();
        foreach ((FieldKey key, byte[] text) in own)
        {
            request.Set(key, text);
        }

        foreach (EncodedCandidate candidate in candidates)
        {
            request.AddCandidate(candidate);
        }

        scorer.Score(request, predictions);
    }

    /// <summary>The values of a request's own fields.</summary>
    internal static (FieldKey Key, byte[] Text)[] Own(EsmmScorer scorer, string[][] texts) =>
        [.. scorer.Space.Schema.Fields.Zip(texts).Where(pair => pair.First.Side == Side.Request).Select(pair => (scorer.Field(pair.First.Name), Encoding.UTF8.GetBytes(pair.Second[0])))];

    private sealed class Ranking : Caller
    {
        private readonly EsmmScorer _scorer;
        private readonly RankingRequest _request;
        private readonly (FieldKey Key, byte[] Text)[][] _own;
        private readonly EncodedCandidate[][] _candidates;
        private readonly Prediction[] _predictions;

        public Ranking(EsmmScorer scorer, TaskCase task)
        {
            _scorer = scorer;
            _request = scorer.CreateRequest(task.Batch);
            _predictions = new Prediction[task.Batch];
            string[][][] texts = [.. Enumerable.Range(0, Workload.Requests).Select(seed => Workload.Request(scorer.Space.Schema, task, seed))];
            _own = [.. texts.Select(one => Own(scorer, one))];
            _candidates = [.. texts.Select(one => Encode(scorer, one, task.Batch))];
        }

        public override void Call(int index) =>
            Rank(_scorer, _request, _own[index % _own.Length], _candidates[index % _candidates.Length], _predictions);
    }
}
