using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Formats.Tests.Onnx;

/// <summary>Models of random schemas and weights, and random batches for them.</summary>
internal static class RandomModels
{
    /// <summary>Embedded fields and numbers of both sides in mixed order, some separate; crosses; towers of any depth.</summary>
    internal static EsmmModel Create(int seed)
    {
        Random random = new(seed);
        int[] dims = [3, 8];
        List<Field> fields = [];
        int count = 1 + random.Next(9);
        for (int f = 0; f < count; f++)
        {
            Side side = random.Next(2) == 0 ? Side.Request : Side.Candidate;
            bool separate = random.Next(3) == 0;
            fields.Add(random.Next(3) == 0
                ? new NumericField { Name = "n" + f, Standardise = false, MissingIndicator = random.Next(2) == 0, Side = side, Separate = separate }
                : new HashedField { Name = "f" + f, Buckets = 1 + random.Next(40), Dim = dims[random.Next(2)], Side = side, Separate = separate });
        }

        HashedField[] hashed = [.. fields.OfType<HashedField>()];
        Cross[] crosses = [.. hashed.SelectMany((a, i) => hashed.Skip(i + 1).Where(b => b.Dim == a.Dim).Select(b => random.Next(2) == 0 ? new Cross(a.Name, b.Name) : new Cross(b.Name, a.Name)))];
        random.Shuffle(crosses);
        return Create([.. fields], [.. crosses.Take(random.Next(4))], Tower(random), Tower(random), seed);
    }

    internal static EsmmModel Create(Field[] fields, Cross[] crosses, int[] ctr, int[] cvr, int seed)
    {
        Schema schema = new() { Fields = fields, Crosses = crosses, Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }] };
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(schema), new ModelOptions { CtrTower = ctr, CvrTower = cvr, Seed = (ulong)seed });
        SetBiases(model, seed);
        return model;
    }

    /// <summary>Biases begin at 0, which would hide one that is left out.</summary>
    internal static void SetBiases(EsmmModel model, int seed)
    {
        Random random = new(seed + 1000);
        foreach (TowerTensor bias in model.Towers.Tensors.Where(t => !t.IsKernel))
        {
            for (int i = 0; i < bias.Count; i++)
            {
                model.Towers.Parameters[bias.IndexOf(i)] = random.NextSingle() - 0.5f;
            }
        }
    }

    /// <summary>Random ids, a fifth of them missing, and random numbers.</summary>
    internal static ImpressionBatch Batch(FeatureSpace space, int rows, int seed)
    {
        Random random = new(seed);
        ImpressionBatch batch = space.CreateBatch(rows);
        batch.Count = rows;
        for (int r = 0; r < rows; r++)
        {
            for (int f = 0; f < space.Encoders.Count; f++)
            {
                int slot = space.SlotOf(f);
                if (space.Encoders[f].Dim > 0)
                {
                    batch.Ids(slot)[r] = random.Next(5) == 0 ? ImpressionBatch.MissingId : random.Next(space.Encoders[f].Rows);
                }

                for (int k = 0; k < space.Encoders[f].NumberWidth; k++)
                {
                    batch.Numbers(slot + k)[r] = (random.NextSingle() * 2) - 1;
                }
            }
        }

        return batch;
    }

    private static int[] Tower(Random random) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => 1 + random.Next(40))];
}
