using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>What a network's loss compares.</summary>
internal enum LossOf
{
    /// <summary>pCTR with the click.</summary>
    Click,

    /// <summary>The CVR tower's probability with click and conversion.</summary>
    Conversion,

    /// <summary>pCTR · pCVR with click and conversion.</summary>
    Product,
}

/// <summary>Trains a network with the engine's trainer, and keeps the weights of the epoch whose own loss on the validation impressions was least.</summary>
internal static class OwnLossTraining
{
    private const double Smallest = 1e-12;

    /// <summary>Trains.</summary>
    /// <param name="model">The network; it ends with the best weights.</param>
    /// <param name="options">How.</param>
    /// <param name="limits">The most epochs, and the patience.</param>
    /// <param name="parts">Objective and row sampling.</param>
    /// <param name="source">Impressions to train on.</param>
    /// <param name="validation">Impressions to stop by.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>The least validation loss.</returns>
    public static double Run(EsmmModel model, TrainingOptions options, (int Epochs, int Patience) limits, (Objective Objective, WeightedRows Rows, LossOf Loss) parts, IImpressionSource source, BenchRows validation, CancellationToken token)
    {
        using Trainer trainer = new(model, options, 1, parts.Objective, parts.Rows);
        return Run(trainer, limits, source, () => Loss(model, parts.Rows, parts.Loss, validation), token);
    }

    /// <summary>Trains, and stops by any loss.</summary>
    /// <param name="trainer">The trainer; its model ends with the best weights.</param>
    /// <param name="limits">The most epochs, and the patience.</param>
    /// <param name="source">Impressions to train on.</param>
    /// <param name="validationLoss">The loss of the model as it is.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>The least validation loss.</returns>
    public static double Run(Trainer trainer, (int Epochs, int Patience) limits, IImpressionSource source, Func<double> validationLoss, CancellationToken token)
    {
        EsmmModel model = trainer.Model;
        ImpressionBatch batch = model.Space.CreateBatch(trainer.Options.Batch);
        Weights best = new(model);
        double least = double.PositiveInfinity;
        int bestEpoch = 0;
        for (int epoch = 0; epoch < limits.Epochs && epoch - bestEpoch <= limits.Patience; epoch++)
        {
            trainer.Epoch = epoch;
            source.StartEpoch(epoch);
            while (source.Fill(batch))
            {
                token.ThrowIfCancellationRequested();
                trainer.Step(batch);
            }

            trainer.Settle();
            double loss = validationLoss();
            if (epoch == 0 || loss < least)
            {
                (least, bestEpoch) = (loss, epoch);
                best.Keep();
            }
        }

        best.Restore();
        return least;
    }

    /// <summary>Mean loss over the validation impressions, weighted as the row sampling weighs on average.</summary>
    private static double Loss(EsmmModel model, WeightedRows rows, LossOf of, BenchRows validation)
    {
        EsmmScorer scorer = new(model);
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        Prediction[] predictions = [];
        float[] weights = [];
        double sum = 0, weight = 0;
        foreach ((int _, ImpressionBatch batch) in validation.Batches())
        {
            Array.Resize(ref predictions, batch.Capacity);
            Array.Resize(ref weights, batch.Capacity);
            scorer.Score(batch, workspace, predictions);
            rows.Expect(batch, weights.AsSpan(0, batch.Count));
            for (int r = 0; r < batch.Count; r++)
            {
                double p = of switch { LossOf.Click => predictions[r].PCtr, LossOf.Conversion => predictions[r].PCvr, _ => predictions[r].PCtcvr };
                sum += weights[r] * CrossEntropy(p, batch.Labels(of == LossOf.Click ? 0 : 1)[r]);
                weight += weights[r];
            }
        }

        return weight > 0 ? sum / weight : double.PositiveInfinity;
    }

    /// <summary>−y ln p − (1 − y) ln(1 − p), for a probability that was rounded to a float.</summary>
    public static double CrossEntropy(double p, double y)
    {
        double within = Math.Clamp(p, Smallest, 1 - 3e-8);
        return (y == 0 ? 0 : -y * Kernels.ExactMath.Log(within)) - (y == 1 ? 0 : (1 - y) * Kernels.ExactMath.Log1p(-within));
    }

    /// <summary>Predictions of all rows.</summary>
    public static Prediction[] Score(EsmmModel model, BenchRows rows)
    {
        EsmmScorer scorer = new(model);
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        Prediction[] predictions = new Prediction[rows.Count];
        foreach ((int first, ImpressionBatch batch) in rows.Batches())
        {
            scorer.Score(batch, workspace, predictions.AsSpan(first, batch.Count));
        }

        return predictions;
    }

    /// <summary>A copy of a model's weights.</summary>
    private sealed class Weights(EsmmModel model)
    {
        private readonly float[][] _tables = [.. model.Bottom.Tables.Select(t => new float[t.Values.Length])];
        private readonly float[] _towers = new float[model.Towers.Parameters.Length];

        public void Keep()
        {
            for (int t = 0; t < _tables.Length; t++)
            {
                model.Bottom.Tables[t].Values.CopyTo(_tables[t]);
            }

            model.Towers.Parameters.CopyTo(_towers);
        }

        public void Restore()
        {
            for (int t = 0; t < _tables.Length; t++)
            {
                _tables[t].CopyTo(model.Bottom.Tables[t].Values);
            }

            _towers.CopyTo(model.Towers.Parameters);
        }
    }
}
