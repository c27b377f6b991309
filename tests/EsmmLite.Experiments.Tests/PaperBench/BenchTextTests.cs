using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Experiments.Tests.PaperBench;

/// <summary>A reader compares a number with its spread: both have the same decimals, and nothing small is shown as nothing.</summary>
public class BenchTextTests
{
    [Theory]
    [InlineData(0.61234, 0.01004, "0.6123 ± 0.0100")]
    [InlineData(13.98, 1.5383, "13.98 ± 1.54")]
    [InlineData(7.1306, 0.4904, "7.1306 ± 0.4904")]
    [InlineData(0.45, 0.00002, "0.4500 ± 2E-05")]
    [InlineData(0, 0, "0.0000 ± 0.0000")]
    [InlineData(double.NaN, double.NaN, "n/a ± n/a")]
    public void AMean(double mean, double deviation, string text) => Assert.Equal(text, BenchText.Of(new BenchMean(mean, deviation, 5)));

    [Theory]
    [InlineData(0.0441, 0.0277, "+0.0441 ± 0.0277")]
    [InlineData(-0.0282, 0.0283, "(-0.0282 ± 0.0283)")]
    [InlineData(-12.3561, 1.8517, "-12.36 ± 1.85")]
    [InlineData(0, null, "(0.0000)")]
    public void ADifference(double mean, double? half, string text) => Assert.Equal(text, BenchText.Of(new BenchDifference(mean, half, 5)));
}
