using EsmmLite.Kernels;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace EsmmLite.Tests.Kernels;

public class SplitMixTests
{
    [Fact]
    public void ReproducesTheKnownSequence()
    {
        SplitMix random = new(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.All(expected, value => Assert.Equal(value, random.NextUInt64()));
    }

    [Fact]
    public void StreamsOfASeedAndSeedsOfAStreamDiffer()
    {
        HashSet<ulong> firsts = [];
        for (ulong seed = 0; seed < 100; seed++)
        {
            for (ulong stream = 0; stream < 100; stream++)
            {
                Assert.True(firsts.Add(SplitMix.Stream(seed, stream).NextUInt64()));
            }
        }
    }

    [Fact]
    public void NeighbouringStreamsAreUncorrelated()
    {
        const int Count = 50_000;
        SplitMix first = SplitMix.Stream(1, 0);
        SplitMix second = SplitMix.Stream(1, 1);
        double correlation = Correlation.Pearson(Draw(Count, () => first.NextDouble()), Draw(Count, () => second.NextDouble()));
        Assert.True(Math.Abs(correlation) < 4 / Math.Sqrt(Count));
    }

    [Fact]
    public void DoublesAndSinglesFillTheUnitIntervalEvenly()
    {
        SplitMix random = new(5);
        AssertUniform(Draw(200_000, () => random.NextDouble()), 100);
        AssertUniform(Draw(200_000, () => random.NextSingle()), 100);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(7u)]
    [InlineData(1000u)]
    public void IntegersBelowNAreUniform(uint n)
    {
        SplitMix random = new(6);
        long[] counts = new long[n];
        for (int i = 0; i < 300_000; i++)
        {
            counts[random.NextBelow(n)]++;
        }

        if (n > 1)
        {
            AssertChiSquare(counts, 300_000.0 / n);
        }
    }

    [Fact]
    public void IntegersBelowALargeNRejectTheFavouredDraws()
    {
        // Plain multiplication by 3/4 · 2^32 would give every third result twice the probability of the others.
        SplitMix random = new(7);
        long[] counts = new long[3];
        for (int i = 0; i < 300_000; i++)
        {
            counts[random.NextBelow(3u << 30) % 3]++;
        }

        AssertChiSquare(counts, 100_000);
        Assert.Throws<EsmmException>(() => new SplitMix(1).NextBelow(0));
    }

    [Fact]
    public void GaussianHasTheNormalDistribution()
    {
        SplitMix random = new(8);
        const int Count = 200_000;
        double[] values = Draw(Count, () => random.NextGaussian());
        DescriptiveStatistics moments = new(values);
        Assert.True(Math.Abs(moments.Mean) < 4 / Math.Sqrt(Count));
        Assert.True(Math.Abs(moments.Variance - 1) < 4 * Math.Sqrt(2.0 / Count));
        Assert.True(Math.Abs(moments.Skewness) < 4 * Math.Sqrt(6.0 / Count));
        Assert.True(Math.Abs(moments.Kurtosis) < 4 * Math.Sqrt(24.0 / Count));
        AssertUniform([.. values.Select(value => Normal.CDF(0, 1, value))], 100);
    }

    [Fact]
    public void ShuffleGivesEveryOrderTheSameChance()
    {
        SplitMix random = new(9);
        Dictionary<string, long> orders = [];
        for (int i = 0; i < 120_000; i++)
        {
            int[] values = [0, 1, 2, 3];
            random.Shuffle(values);
            string order = string.Join(',', values);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, orders.Count);
        AssertChiSquare([.. orders.Values], 5_000);
    }

    private static double[] Draw(int count, Func<double> next)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = next();
        }

        return values;
    }

    private static void AssertUniform(double[] values, int bins)
    {
        long[] counts = new long[bins];
        foreach (double value in values)
        {
            Assert.True(value is >= 0 and < 1);
            counts[(int)(value * bins)]++;
        }

        AssertChiSquare(counts, (double)values.Length / bins);
    }

    /// <summary>Pearson's test: the seeds are fixed, so a threshold of 1e-4 on each side never fails by chance alone.</summary>
    private static void AssertChiSquare(long[] counts, double expected)
    {
        double statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        double below = ChiSquared.CDF(counts.Length - 1, statistic);
        Assert.InRange(below, 1e-4, 1 - 1e-4);
    }
}
