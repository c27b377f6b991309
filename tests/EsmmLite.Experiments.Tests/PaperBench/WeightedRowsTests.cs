using EsmmLite.Experiments.PaperBench;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;

namespace EsmmLite.Experiments.Tests.PaperBench;

/// <summary>Which rows each method sees, with what weight.</summary>
public class WeightedRowsTests
{
    private const int Rows = 20_000;

    [Fact]
    public void OversamplingCountsConversionsAsOftenAsItsFactor()
    {
        ImpressionBatch batch = Batch(out _);
        float[] weights = new float[Rows];
        new ClickedCopies(5).Weigh(batch, 0, weights);
        for (int r = 0; r < Rows; r++)
        {
            Assert.Equal(batch.Labels(0)[r] == 0 ? 0 : batch.Labels(1)[r] != 0 ? 5 : 1, weights[r]);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void AmanTakesAllClickedAndAShareOfTheOthers(double rate)
    {
        ImpressionBatch batch = Batch(out _);
        SampledNegatives sampling = new(rate, 3);
        float[] first = new float[Rows], second = new float[Rows];
        sampling.Weigh(batch, 0, first);
        sampling.Weigh(batch, 0, second);
        int unclicked = 0, kept = 0;
        for (int r = 0; r < Rows; r++)
        {
            Assert.True(first[r] is 0 or 1);
            if (batch.Labels(0)[r] != 0)
            {
                Assert.Equal(1, first[r]);
                continue;
            }

            unclicked++;
            kept += (int)first[r];
        }

        Assert.InRange(kept - (rate * unclicked), -4.5 * Math.Sqrt(unclicked * rate * (1 - rate)) - 1e-9, 4.5 * Math.Sqrt(unclicked * rate * (1 - rate)) + 1e-9);
        Assert.Equal(rate < 1, !first.SequenceEqual(second));
    }

    [Fact]
    public void UnbiasKeepsInProportionToOneOverPCtr()
    {
        ImpressionBatch batch = Batch(out FeatureSpace space);
        EsmmScorer scorer = new(EsmmModel.Create(space, new ModelOptions { CtrTower = [], CvrTower = [], EmbeddingInitialiser = EmbeddingInitialiser.Uniform }));
        Prediction[] predictions = new Prediction[Rows];
        scorer.Score(batch, scorer.CreateWorkspace(), predictions);
        const double Threshold = 0.45;
        float[] weights = new float[Rows], total = new float[Rows];
        PropensityRejection sampling = new(scorer, Threshold, 5);
        const int Draws = 200;
        for (int d = 0; d < Draws; d++)
        {
            sampling.Weigh(batch, 0, weights);
            for (int r = 0; r < Rows; r++)
            {
                total[r] += weights[r];
            }
        }

        // Rows of one value have one pCTR: many draws of each.
        foreach (IGrouping<int, int> value in Enumerable.Range(0, Rows).Where(r => batch.Labels(0)[r] != 0).GroupBy(r => batch.Ids(0)[r]))
        {
            double p = Math.Min(1, Threshold / predictions[value.First()].PCtr), n = (double)value.Count() * Draws;
            Assert.InRange((value.Sum(r => (double)total[r]) / n) - p, -5 * Math.Sqrt(p * (1 - p) / n) - 1e-9, 5 * Math.Sqrt(p * (1 - p) / n) + 1e-9);
        }

        Assert.All(Enumerable.Range(0, Rows).Where(r => batch.Labels(0)[r] == 0), r => Assert.Equal(0, total[r]));
    }

    private static ImpressionBatch Batch(out FeatureSpace space)
    {
        Schema schema = new() { Fields = [new VocabularyField { Name = "v", Dim = 4 }], Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }] };
        FeatureLearner learner = new(schema);
        for (int v = 0; v < 10; v++)
        {
            learner.Observe(0, "v" + v);
        }

        space = learner.Build();
        ImpressionBatch batch = space.CreateBatch(Rows);
        batch.Count = Rows;
        for (int r = 0; r < Rows; r++)
        {
            space.Encode(0, "v" + (r * 7 % 10), batch, r);
            batch.Labels(0)[r] = (byte)(r % 4 == 0 ? 1 : 0);
            batch.Labels(1)[r] = (byte)(r % 12 == 0 ? 1 : 0);
        }

        return batch;
    }
}
