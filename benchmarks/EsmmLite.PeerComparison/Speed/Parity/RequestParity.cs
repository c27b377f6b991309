using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.PeerComparison.Speed.Engines.Esmm;
using EsmmLite.PeerComparison.Speed.Tasks;
using EsmmLite.Scoring;

namespace EsmmLite.PeerComparison.Speed.Parity;

/// <summary>The ways of ranking a request, beside the batch that the peers score for it.</summary>
internal static class RequestParity
{
    /// <summary>Largest differences of any probability: of the request path, and with encoded candidates.</summary>
    public static (double Request, double Encoded) Distances(EsmmModel model, TaskCase task)
    {
        EsmmScorer scorer = new(model);
        string[][] texts = Workload.Request(scorer.Space.Schema, task, seed: 0);
        ImpressionBatch batch = Workload.ForScoring(scorer.Space, task)[0];
        Prediction[] rows = new Prediction[task.Batch], filled = new Prediction[task.Batch], encoded = new Prediction[task.Batch];
        scorer.Score(batch, scorer.CreateWorkspace(), rows);
        scorer.Score(EsmmRequest.Fill(scorer, texts, task.Batch), filled);
        EsmmEncodedRequest.Rank(scorer, scorer.CreateRequest(task.Batch), EsmmEncodedRequest.Own(scorer, texts), EsmmEncodedRequest.Encode(scorer, texts, task.Batch), encoded);
        return (Distance(rows, filled), Distance(rows, encoded));
    }

    private static double Distance(Prediction[] x, Prediction[] y) =>
        x.Zip(y, (a, b) => Math.Max(Math.Abs((double)a.PCtr - b.PCtr), Math.Max(Math.Abs((double)a.PCvr - b.PCvr), Math.Abs((double)a.PCtcvr - b.PCtcvr)))).Max();
}
