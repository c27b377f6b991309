using EsmmLite.Experiments.Simulation;
using EsmmLite.Kernels;
using MathNet.Numerics.Distributions;

namespace EsmmLite.Experiments.Tests.Simulation;

public class ZipfSamplerTests
{
    [Theory]
    [InlineData(300, 1.05)]
    [InlineData(50, 0.3)]
    public void FrequenciesFollowZipfsLaw(int count, double exponent)
    {
        const int Draws = 400_000;
        ZipfSampler sampler = new(count, exponent);
        SplitMix random = new(11);
        long[] counts = new long[count];
        for (int i = 0; i < Draws; i++)
        {
            counts[sampler.Next(ref random)]++;
        }

        Zipf law = new(exponent, count);
        double statistic = 0;
        for (int rank = 0; rank < count; rank++)
        {
            double expected = Draws * law.Probability(rank + 1);
            statistic += (counts[rank] - expected) * (counts[rank] - expected) / expected;
        }

        Assert.InRange(ChiSquared.CDF(count - 1, statistic), 1e-4, 1 - 1e-4);
    }

    [Fact]
    public void OneRankIsAlwaysRankZero()
    {
        ZipfSampler sampler = new(1, 1.05);
        SplitMix random = new(12);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(0, sampler.Next(ref random));
        }
    }
}
