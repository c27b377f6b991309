using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Model;

namespace EsmmLite.Tests.Model;

/// <summary>Small models that hold something of every kind that a model file can hold.</summary>
internal static class ForgedModels
{
    /// <summary>A model whose schema, vocabulary and weights depend on a seed.</summary>
    internal static EsmmModel Create(ulong seed)
    {
        Field[] fields =
        [
            new VocabularyField { Name = "word", Dim = 3, Side = Side.Request, MaxEntries = 9 },
            new HashedField { Name = "hash", Buckets = 4 + (int)seed, Dim = 3, Separate = true },
            new NumericField { Name = "cut", Buckets = 3, Dim = 2 },
            new NumericField { Name = "amount", MissingIndicator = true, ClipLow = -1, ClipHigh = 1000, Log = true },
            new NumericField { Name = "plain", Standardise = false },
        ];
        FeatureLearner learner = new(SmallModels.Schema(fields, new Cross("word", "hash")) with { MissingValues = ["", "-1"] });
        for (int i = 0; i < 40; i++)
        {
            learner.Observe(0, "w" + (i % (3 + (int)seed)));
            learner.Observe(2, i.ToString(CultureInfo.InvariantCulture));
            learner.Observe(3, i.ToString(CultureInfo.InvariantCulture));
        }

        EsmmModel model = EsmmModel.Create(learner.Build(), new ModelOptions { CtrTower = [4], CvrTower = seed == 1 ? [] : [3, 2], Seed = seed });
        model.Info = new ModelInfo
        {
            ConfigJson = """{"training":{"batch":1024,"epochs":3,"learningRate":0.001}}""",
            TrainStep = 120,
            DataFingerprint = "00ff" + seed,
            MetricsJson = """{"impressions":1000,"ctr":{"population":"all impressions","auc":0.61,"logLoss":0.12,"pcoc":1.01}}""",
        };
        return model;
    }
}
