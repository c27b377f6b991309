using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Model;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>A model with one embedding table of dim 16, and batches of rows of it.</summary>
internal static class OneTable
{
    internal const int Dim = 16;

    internal static EsmmModel Create(int rows) => EsmmModel.Create(
        FeatureSpace.FromSchema(new Schema
        {
            Fields = [new HashedField { Name = "id", Buckets = rows, Dim = Dim }],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        }),
        new ModelOptions { CtrTower = [], CvrTower = [] });

    /// <summary>Rows drawn evenly, the hardest case for the caches.</summary>
    internal static ImpressionBatch[] Batches(FeatureSpace space, int rows, int count)
    {
        SplitMix random = new(1);
        ImpressionBatch[] batches = new ImpressionBatch[count];
        for (int b = 0; b < count; b++)
        {
            batches[b] = space.CreateBatch(rows);
            batches[b].Count = rows;
            foreach (ref int id in batches[b].Ids(0))
            {
                id = (int)random.NextBelow((uint)space.Encoders[0].Rows);
            }
        }

        return batches;
    }
}
