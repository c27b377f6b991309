using System.Globalization;
using EsmmLite.Experiments.Sweeping;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Tests.Sweeping;

/// <summary>What a value of a sweep is drawn from, and how often.</summary>
public class SweptValueTests
{
    private const int Draws = 20_000;

    [Fact]
    public void WholeNumbersComeEquallyOftenWithBothEnds()
    {
        Dictionary<string, int> counts = Count(SweptValue.Parse("training.batch=int:3..7"));
        Assert.Equal(["training.batch=3", "training.batch=4", "training.batch=5", "training.batch=6", "training.batch=7"], counts.Keys.Order(StringComparer.Ordinal));
        AssertEven(counts);
    }

    [Fact]
    public void ChoicesComeEquallyOftenAsTheyAreWritten()
    {
        Dictionary<string, int> counts = Count(SweptValue.Parse("towers.ctr= [8] |[16,8]|x"));
        Assert.Equal(["towers.ctr=[16,8]", "towers.ctr=[8]", "towers.ctr=x"], counts.Keys.Order(StringComparer.Ordinal));
        AssertEven(counts);
    }

    [Theory]
    [InlineData("k=log:1e-4..1e-1", 1e-4, 1e-1, true)]
    [InlineData("k=0.8..0.99", 0.8, 0.99, false)]
    [InlineData("k=-3..5", -3, 5, false)]
    public void NumbersAreUniformOnTheirScaleAndHaveThreeDigits(string text, double low, double high, bool log)
    {
        SweptValue value = SweptValue.Parse(text);
        SplitMix random = new(5);
        int[] parts = new int[4];
        for (int i = 0; i < Draws; i++)
        {
            string drawn = value.Draw(ref random)[2..];
            double number = double.Parse(drawn, CultureInfo.InvariantCulture);
            Assert.InRange(number, low, high);
            Assert.Equal(number, double.Parse(number.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
            double share = log ? (Math.Log(number) - Math.Log(low)) / (Math.Log(high) - Math.Log(low)) : (number - low) / (high - low);
            parts[Math.Min(3, (int)(4 * share))]++;
        }

        // Quarters: 5,000 each, with a standard deviation of 61; three digits move a border a little.
        Assert.All(parts, count => Assert.InRange(count, 4_600, 5_400));
    }

    [Fact]
    public void TheSeedDecides()
    {
        SweptValue value = SweptValue.Parse("k=0..1");
        string Some(ulong seed)
        {
            SplitMix random = new(seed);
            return string.Join(' ', Enumerable.Range(0, 5).Select(_ => value.Draw(ref random)));
        }

        Assert.Equal(Some(1), Some(1));
        Assert.NotEqual(Some(1), Some(2));
    }

    [Theory]
    [InlineData("k")]
    [InlineData("=1..2")]
    [InlineData("k=1")]
    [InlineData("k=1|")]
    [InlineData("k=2..1")]
    [InlineData("k=1..1")]
    [InlineData("k=log:0..1")]
    [InlineData("k=log:-1..1")]
    [InlineData("k=exp:1..2")]
    [InlineData("k=int:0.5..3")]
    [InlineData("k=1..1e999")]
    [InlineData("k=NaN..1")]
    [InlineData("k=a..b")]
    public void WhatIsNoRangeIsRefused(string text)
    {
        EsmmException fault = Assert.Throws<EsmmException>(() => SweptValue.Parse(text));
        Assert.Equal(EsmmErrorKind.Usage, fault.Kind);
        Assert.Contains(text, fault.What, StringComparison.Ordinal);
    }

    private static Dictionary<string, int> Count(SweptValue value)
    {
        SplitMix random = new(3);
        Dictionary<string, int> counts = [];
        for (int i = 0; i < Draws; i++)
        {
            string drawn = value.Draw(ref random);
            counts[drawn] = counts.GetValueOrDefault(drawn) + 1;
        }

        return counts;
    }

    // Six standard deviations of a binomial count.
    private static void AssertEven(Dictionary<string, int> counts)
    {
        double p = 1.0 / counts.Count, reach = 6 * Math.Sqrt(Draws * p * (1 - p));
        Assert.All(counts.Values, count => Assert.InRange(count, (Draws * p) - reach, (Draws * p) + reach));
    }
}
