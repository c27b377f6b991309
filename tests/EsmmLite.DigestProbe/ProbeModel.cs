using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Tiny;
using EsmmLite.Training;

namespace EsmmLite.DigestProbe;

/// <summary>The engine's model of the same shape, seed and training as a TinyEsmm, on the same log.</summary>
public static class ProbeModel
{
    /// <summary>
    /// A model of separate fields only, of few rows and of more than a batch has, one a single row, with crosses on either side and
    /// between them; a first layer of two ranges of 256 outputs, and one of three.
    /// </summary>
    public static TinyConfig SeparateConfig() => new(
        [
            new TinyField("item", TinySide.Candidate, 300, 5, Separate: true),
            new TinyField("hour", TinySide.Request, 24, 3, Separate: true),
            new TinyField("price", TinySide.Candidate, 0, 1, Separate: true),
            new TinyField("user", TinySide.Request, 40, 5, Separate: true),
            new TinyField("country", TinySide.Request, 1, 5, Separate: true),
            new TinyField("shop", TinySide.Candidate, 12, 5, Separate: true),
        ],
        crosses: [(3, 0), (4, 3), (5, 0), (5, 4)],
        ctr: [270, 6],
        cvr: [513]);

    /// <summary>A sample log; of the second batch every impression lacks the second field, and of the third all.</summary>
    public static TinyLog SeparateLog(TinyConfig config, int rows, int batch)
    {
        TinyLog log = TinyLog.Sample(config, rows, seed: 7);
        for (int r = batch; r < Math.Min(3 * batch, rows); r++)
        {
            for (int slot = 0; slot < log.Ids[r].Length; slot++)
            {
                log.Ids[r][slot] = slot == 1 || r >= 2 * batch ? -1 : log.Ids[r][slot];
            }
        }

        return log;
    }

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
