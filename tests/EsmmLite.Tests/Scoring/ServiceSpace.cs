using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Scoring;

/// <summary>A model with a field of every kind on both sides, learned from numbers around 50.</summary>
internal static class ServiceSpace
{
    internal static EsmmModel Create(ulong seed = 1)
    {
        Field[] fields = [.. Fields("r", Side.Request), .. Fields("c", Side.Candidate)];
        Schema schema = SmallModels.Schema(fields, new Cross("r hashed", "c hashed"), new Cross("r text", "c whole")) with { MissingValues = ["", "NA", "-1"] };
        FeatureLearner learner = new(schema);
        SplitMix random = new(5);
        for (int i = 0; i < 500; i++)
        {
            for (int f = 0; f < fields.Length; f++)
            {
                learner.Observe(f, random.NextBelow(100).ToString(CultureInfo.InvariantCulture));
            }
        }

        return EsmmModel.Create(learner.Build(), new ModelOptions { CtrTower = [16, 8], CvrTower = [16, 8], Seed = seed });
    }

    private static Field[] Fields(string name, Side side) =>
    [
        new HashedField { Name = name + " hashed", Buckets = 1000, Dim = 4, Side = side },
        new HashedField { Name = name + " whole", Buckets = 1000, Dim = 4, Integer = true, Missing = MissingRule.Value, Side = side },
        new VocabularyField { Name = name + " text", Dim = 4, Side = side },
        new VocabularyField { Name = name + " known", Dim = 4, Integer = true, Missing = MissingRule.Zero, Side = side },
        new NumericField { Name = name + " bucket", Buckets = 8, Dim = 4, Side = side },
        new NumericField { Name = name + " number", Log = true, ClipHigh = 1000, MissingIndicator = true, Side = side },
    ];
}
