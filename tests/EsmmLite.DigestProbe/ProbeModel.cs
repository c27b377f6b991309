using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Tiny;
using EsmmLite.Training;

namespace EsmmLite.DigestProbe;

/// <summary>The engine's model of the same shape, seed and training as a TinyEsmm, on the same log.</summary>
public static class ProbeModel
{
    public static EsmmModel Create(TinyConfig config)
    {
        List<Field> fields = [];
        foreach (TinyField field in config.Fields)
        {
            Side side = field.Side == TinySide.Request ? Side.Request : Side.Candidate;
            fields.Add(field.Rows > 0
                ? new HashedField { Name = field.Name, Buckets = field.Rows, Dim = field.Dim, Side = side, Separate = field.Separate }
                : new NumericField { Name = field.Name, Standardise = false, Side = side, Separate = field.Separate });
        }

        Schema schema = new()
        {
            Fields = fields,
            Crosses = [.. config.Crosses.Select(c => new Cross(fields[c.First].Name, fields[c.Second].Name))],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        };
        return EsmmModel.Create(FeatureSpace.FromSchema(schema), new ModelOptions { CtrTower = config.Ctr, CvrTower = config.Cvr, EmbeddingInitialiser = EmbeddingInitialiser.Uniform, Seed = config.Seed });
    }

    public static TrainingOptions Options(TinyConfig config, int batch) => new()
    {
        Batch = batch,
        LearningRate = config.LearningRate,
        Beta1 = config.Beta1,
        Beta2 = config.Beta2,
        Epsilon = config.Epsilon,
        CtrWeight = config.CtrWeight,
        CtcvrWeight = config.CtcvrWeight,
    };

    /// <summary>Trains on the log in its order and returns the digest of weights and optimizer state.</summary>
    public static (string Weights, string State) Train(TinyConfig config, TinyLog log, int batch, int threads, int epochs)
    {
        EsmmModel model = Create(config);
        using Trainer trainer = new(model, Options(config, batch), threads);
        ImpressionBatch impressions = model.Space.CreateBatch(batch);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            for (int first = 0; first < log.Rows; first += batch)
            {
                Fill(log.Slice(first, Math.Min(batch, log.Rows - first)), impressions);
                trainer.Step(impressions);
            }
        }

        return (model.WeightsDigest(), trainer.StateDigest());
    }

    public static void Fill(TinyLog log, ImpressionBatch batch)
    {
        batch.Count = log.Rows;
        for (int r = 0; r < log.Rows; r++)
        {
            for (int slot = 0; slot < batch.IdSlots; slot++)
            {
                batch.Ids(slot)[r] = log.Ids[r][slot];
            }

            for (int slot = 0; slot < batch.NumberSlots; slot++)
            {
                batch.Numbers(slot)[r] = log.Numbers[r][slot];
            }

            batch.Labels(0)[r] = log.Click[r] ? (byte)1 : (byte)0;
            batch.Labels(1)[r] = log.Conversion[r] ? (byte)1 : (byte)0;
        }
    }
}
