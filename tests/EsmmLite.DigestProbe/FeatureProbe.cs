using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.DigestProbe;

/// <summary>A model of every kind of field, trained on texts: private fields, a shared table, weighted lists, a sequence, crosses of values.</summary>
public static class FeatureProbe
{
    private static readonly HashedField Item = new() { Name = "item", Buckets = 60, Dim = 5 };

    /// <summary>Trains on drawn impressions, attending by dot products or by an activation unit, and returns the digest of weights and optimizer state.</summary>
    public static string Train(int rows, int batch, int threads, AttentionKind attention)
    {
        ModelOptions options = new() { CtrTower = [20, 6], CvrTower = [9], EmbeddingInitialiser = EmbeddingInitialiser.Uniform, Attention = new AttentionOptions { Kind = attention, Hidden = [35, 6] } };
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(Schema()), options);
        using Trainer trainer = new(model, new TrainingOptions { Batch = batch, LearningRate = 0.02 }, threads);
        ImpressionBatch impressions = model.Space.CreateBatch(batch);
        SplitMix random = new(11);
        for (int first = 0; first < rows; first += batch)
        {
            impressions.Count = 0;
            for (int r = 0; r < Math.Min(batch, rows - first); r++)
            {
                Draw(model.Space, impressions, ref random);
            }

            trainer.Step(impressions);
        }

        return trainer.StateDigest();
    }

    private static Schema Schema() => new()
    {
        Fields =
        [
            Item, new HashedField { Name = "user", Buckets = 40, Dim = 5, Side = Side.Request, Tasks = ["ctr"] }, new HashedField { Name = "shop", Buckets = 20, Dim = 3, Tasks = ["cvr"] },
            Item with { Name = "last", Side = Side.Request, Shares = "item", List = new ListOptions { MaxValues = 7, Keep = ListEnd.Last } },
            new HashedField { Name = "tags", Buckets = 30, Dim = 18, List = new ListOptions { MaxValues = 5, WeightSeparator = ":", Pooling = Pooling.SquareRoot } },
            new HashedField { Name = "words", Buckets = 30, Dim = 2, Side = Side.Request, List = new ListOptions { MaxValues = 4 } },
            new CrossedField { Name = "user x item", Of = ["user", "item"], Buckets = 90, Dim = 4 },
        ],
        Crosses = [new("item", "user")],
        Sequences = [new Sequence { Name = "history", Actions = ["last"], Candidate = ["item"] }],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
    };

    private static void Draw(FeatureSpace space, ImpressionBatch batch, ref SplitMix random)
    {
        int row = space.AddImpression(batch);
        for (int field = 0; field < space.Encoders.Count; field++)
        {
            if (space.IsDerived(field) || random.NextBelow(9) == 0)
            {
                continue;
            }

            ListOptions? list = space.Schema.Fields[field].List;
            string[] values = new string[list is null ? 1 : (int)random.NextBelow(9)];
            for (int k = 0; k < values.Length; k++)
            {
                values[k] = random.NextBelow(50).ToString(CultureInfo.InvariantCulture) + (list?.WeightSeparator is null ? "" : ":0." + random.NextBelow(10).ToString(CultureInfo.InvariantCulture));
            }

            space.Encode(field, string.Join('|', values), batch, row);
        }

        bool click = random.NextBelow(3) == 0;
        batch.Labels(0)[row] = click ? (byte)1 : (byte)0;
        batch.Labels(1)[row] = click && random.NextBelow(3) == 0 ? (byte)1 : (byte)0;
    }
}
