using System.Globalization;

namespace EsmmLite.Formats.Tests;

public class HoldoutTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void FractionIsKeptForRowsAndValues(double fraction)
    {
        const int N = 50_000;
        Holdout rows = Holdout.ByRow(fraction, 1);
        Holdout values = Holdout.ByColumn("srch_id", fraction, 1);
        int byRow = Enumerable.Range(0, N).Count(i => rows.IsValidation(i));
        int byValue = Enumerable.Range(0, N).Count(i => values.IsValidation(i.ToString(CultureInfo.InvariantCulture)));
        double tolerance = 5 * Math.Sqrt(fraction * (1 - fraction) * N);
        Assert.Equal(fraction * N, byRow, tolerance);
        Assert.Equal(fraction * N, byValue, tolerance);
    }

    [Fact]
    public void ItIsAFunctionOfSeedAndValue()
    {
        string[] values = [.. Enumerable.Range(0, 2000).Select(i => "user " + i), new string('é', 500)];
        bool[] first = [.. values.Select(v => Holdout.ByColumn("u", 0.5, 1).IsValidation(v))];
        Assert.Equal(first, values.Select(v => Holdout.ByColumn("u", 0.5, 1).IsValidation(v)));
        int differ = values.Where((v, i) => Holdout.ByColumn("u", 0.5, 2).IsValidation(v) != first[i]).Count();
        Assert.InRange(differ, 800, 1200);
    }

    [Fact]
    public void IntegersGoTogetherHoweverTheyAreWritten()
    {
        Holdout holdout = Holdout.ByColumn("srch_id", 0.5, 3);
        for (int i = 0; i < 1000; i++)
        {
            string text = i.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(holdout.IsValidation(text), holdout.IsValidation(text + ".0"));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void FractionsOutsideAreRefused(double fraction) => Assert.Throws<EsmmException>(() => Holdout.ByRow(fraction, 0));
}
