using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Tests.Simulation;

public class DrawnImpressionsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1000)]
    public void FrequentRowsAreAsFrequentAsTheirRanksAndStrewnOverTheTable(int rows)
    {
        SplitMix random = new(5), same = new(5);
        ZipfRows strewn = new(rows);
        ZipfSampler ranks = new(rows, 1.05);
        Dictionary<int, int> rowOfRank = [];
        for (int i = 0; i < 20_000; i++)
        {
            int rank = ranks.Next(ref same), row = strewn.Next(ref random);
            Assert.InRange(row, 0, rows - 1);
            Assert.Equal(row, rowOfRank.GetValueOrDefault(rank, row));
            rowOfRank[rank] = row;
        }

        Assert.Equal(rowOfRank.Count, rowOfRank.Values.Distinct().Count());
        Assert.True(rows < 1000 || Enumerable.Range(0, 10).All(rank => Math.Abs(rowOfRank[rank + 1] - rowOfRank[rank]) > 100));
    }

    [Fact]
    public void BatchesAreFullValidAndTheSameForTheSameSeed()
    {
        FeatureSpace space = FeatureSpace.FromSchema(new Schema
        {
            Fields = [new HashedField { Name = "a", Buckets = 50, Dim = 4 }, new NumericField { Name = "n", Standardise = false, MissingIndicator = true }, new HashedField { Name = "b", Buckets = 7, Dim = 2 }],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        });
        ImpressionBatch[] first = DrawnImpressions.Batches(space, 2000, 2, 3), again = DrawnImpressions.Batches(space, 2000, 2, 3);
        for (int b = 0; b < 2; b++)
        {
            Assert.Equal(2000, first[b].Count);
            Assert.Equal(first[b].Ids(1), again[b].Ids(1));
            Assert.All(first[b].Ids(0).ToArray(), id => Assert.InRange(id, 0, 49));
            Assert.Equal(7, first[b].Ids(1).ToArray().Distinct().Count());
            Assert.All([0, 1], slot => Assert.True(first[b].Numbers(slot).ToArray().Distinct().Count() > 1000));
            int clicks = first[b].Labels(0).ToArray().Sum(y => y), conversions = first[b].Labels(1).ToArray().Sum(z => z);
            Assert.InRange(clicks, 300, 500);
            Assert.InRange(conversions, 10, 80);
            Assert.All(Enumerable.Range(0, 2000), r => Assert.True(first[b].Labels(1)[r] <= first[b].Labels(0)[r]));
        }

        Assert.NotEqual(first[0].Ids(0).ToArray(), first[1].Ids(0).ToArray());
    }
}
