using EsmmLite.Evaluation;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Tests.Ranking;

public sealed class ExpectedAucTests
{
    [Fact]
    public void EqualsTheSumOverAllPairs()
    {
        SplitMix random = new(3);
        for (int n = 2; n < 40; n++)
        {
            float[] scores = new float[n];
            double[] truth = new double[n];
            for (int i = 0; i < n; i++)
            {
                (scores[i], truth[i]) = (random.NextBelow(8) / 8f, random.NextDouble());
            }

            double above = 0;
            double pairs = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    if (i != j)
                    {
                        double weight = truth[i] * (1 - truth[j]);
                        pairs += weight;
                        above += weight * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0);
                    }
                }
            }

            Assert.Equal(above / pairs, ExpectedAuc.Compute(scores, truth)!.Value, 1e-12);
        }
    }

    [Fact]
    public void WithCertainTruthItIsTheAuc()
    {
        SplitMix random = new(5);
        var exact = new AucAccumulator();
        float[] scores = new float[500];
        double[] truth = new double[500];
        for (int i = 0; i < scores.Length; i++)
        {
            (scores[i], truth[i]) = (random.NextBelow(100) / 100f, random.NextBelow(3) == 0 ? 1 : 0);
            exact.Add(scores[i], truth[i] == 1);
        }

        Assert.Equal(exact.Compute()!.Value, ExpectedAuc.Compute(scores, truth)!.Value, 1e-12);
    }

    [Fact]
    public void TheTruthIsTheCeiling()
    {
        SplitMix random = new(7);
        double[] truth = [.. Enumerable.Range(0, 300).Select(_ => random.NextDouble())];
        double ceiling = ExpectedAuc.Compute([.. truth.Select(q => (float)q)], truth)!.Value;
        Assert.InRange(ceiling, 0.5, 0.999);
        Assert.True(ceiling > ExpectedAuc.Compute([.. truth.Select(q => (float)(q + (random.NextDouble() * 0.3)))], truth));
        Assert.Equal(0.5, ExpectedAuc.Compute(new float[300], truth)!.Value, 1e-12);
    }

    [Fact]
    public void WithoutAPairItIsUndefined()
    {
        Assert.Null(ExpectedAuc.Compute([], []));
        Assert.Null(ExpectedAuc.Compute([1, 2], [0, 0]));
        Assert.Throws<EsmmException>(() => ExpectedAuc.Compute([float.NaN, 2], [0, 1]));
    }
}
