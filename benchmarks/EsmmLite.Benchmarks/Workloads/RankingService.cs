using System.Globalization;
using System.Text;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Scoring;

namespace EsmmLite.Benchmarks.Workloads;

/// <summary>What one thread of a ranking service does for a request: set the texts of all fields, score, pick the ten best by bid · pCTCVR.</summary>
internal sealed class RankingService
{
    private const int Requests = 16;

    private readonly EsmmScorer _scorer;
    private readonly RankingRequest _request;
    private readonly FieldKey[] _requestKeys, _candidateKeys;
    private readonly byte[][][] _requestTexts, _candidateTexts; // [request][field], [request][candidate · fields + field]
    private readonly Prediction[] _predictions;
    private readonly double[] _bids;
    private readonly Ranked[] _best = new Ranked[10];
    private readonly int _candidates;

    internal RankingService(EsmmScorer scorer, int candidates, ulong seed)
    {
        SplitMix random = new(seed);
        _scorer = scorer;
        _candidates = candidates;
        _request = scorer.CreateRequest(candidates);
        _predictions = new Prediction[candidates];
        _bids = new double[candidates];
        for (int i = 0; i < candidates; i++)
        {
            _bids[i] = 0.1 + random.NextDouble();
        }

        Field[] fields = [.. scorer.Space.Schema.Fields];
        _requestKeys = Keys(Side.Request);
        _candidateKeys = Keys(Side.Candidate);
        _requestTexts = Texts(_requestKeys, 1, ref random);
        _candidateTexts = Texts(_candidateKeys, candidates, ref random);

        FieldKey[] Keys(Side side) => [.. fields.Where(f => f.Side == side).Select(f => scorer.Field(f.Name))];

        byte[][][] Texts(FieldKey[] keys, int rows, ref SplitMix random)
        {
            ZipfRows[] values = [.. keys.Select(k => new ZipfRows(scorer.Space.Encoders[k.Index].Rows))];
            byte[][][] texts = new byte[Requests][][];
            for (int q = 0; q < Requests; q++)
            {
                texts[q] = new byte[rows * keys.Length][];
                for (int i = 0; i < texts[q].Length; i++)
                {
                    texts[q][i] = Encoding.UTF8.GetBytes(keys[i % keys.Length].Name + values[i % keys.Length].Next(ref random).ToString(CultureInfo.InvariantCulture));
                }
            }

            return texts;
        }
    }

    /// <summary>Sets the values of one of the requests that are gone round.</summary>
    internal void Fill(int index)
    {
        byte[][] texts = _requestTexts[index % Requests];
        _request.Clear();
        for (int f = 0; f < _requestKeys.Length; f++)
        {
            _request.Set(_requestKeys[f], texts[f]);
        }

        texts = _candidateTexts[index % Requests];
        for (int c = 0, at = 0; c < _candidates; c++)
        {
            int candidate = _request.AddCandidate();
            foreach (FieldKey key in _candidateKeys)
            {
                _request.SetCandidate(candidate, key, texts[at++]);
            }
        }
    }

    internal Span<Prediction> Score() => _scorer.Score(_request, _predictions);

    /// <summary>A whole request.</summary>
    internal Ranked Serve(int index)
    {
        Fill(index);
        Ranking.Top(Score(), new ByExpectedValue(_bids), _best);
        return _best[0];
    }
}
