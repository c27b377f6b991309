using System.Globalization;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Model;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Demo;

/// <summary>How well a model's pCVR ranks all held-out impressions, clicked or not, measured against the truth.</summary>
internal static class HeldOutScores
{
    private const int BatchRows = 1024;

    /// <returns>The model's expected AUC, and that of the truth itself.</returns>
    public static (double Model, double Truth) Measure(EsmmModel model, string heldOut, CancellationToken token)
    {
        var scorer = new EsmmScorer(model);
        using var log = new DelimitedLog([heldOut]);
        using var rows = new EncodedRows(log, scorer.Space, DemoLog.TruePCvr);
        ImpressionBatch batch = scorer.Space.CreateBatch(BatchRows);
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        var predictions = new Prediction[BatchRows];
        var scores = new List<float>();
        var truth = new List<double>();
        while (FillBatch(rows, batch, truth))
        {
            token.ThrowIfCancellationRequested();
            scorer.Score(batch, workspace, predictions.AsSpan(0, batch.Count));
            scores.AddRange(predictions.Take(batch.Count).Select(prediction => prediction.PCvr));
        }

        double[] q = [.. truth];
        float[] best = [.. q.Select(value => (float)value)];
        return (ExpectedAuc.Compute(scores.ToArray(), q) ?? double.NaN, ExpectedAuc.Compute(best, q) ?? double.NaN);
    }

    private static bool FillBatch(EncodedRows rows, ImpressionBatch batch, List<double> truth)
    {
        int count = 0;
        while (count < batch.Capacity && rows.Read())
        {
            rows.Encode(batch, count++);
            truth.Add(double.Parse(rows.Extra(0), CultureInfo.InvariantCulture));
        }

        batch.Count = count;
        return count > 0;
    }
}
