using EsmmLite.Calibration;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Calibration;

public class LogitCurveTests
{
    [Fact]
    public void The_identity_changes_no_bit()
    {
        SplitMix random = new(1);
        for (int i = 0; i < 10_000; i++)
        {
            double x = (float)((random.NextDouble() - 0.5) * Math.ScaleB(1, (int)random.NextBelow(120) - 60));
            Assert.Equal(x, LogitCurve.Identity.Apply(x));
        }

        Assert.Equal(double.PositiveInfinity, LogitCurve.Identity.Apply(double.PositiveInfinity));
        Assert.Equal(double.NegativeInfinity, LogitCurve.Identity.Apply(double.NegativeInfinity));
    }

    [Fact]
    public void Between_knots_there_are_lines_and_outside_the_slope()
    {
        LogitCurve curve = new([-2, 0, 4], [-1, -1, 3], 0.5);
        foreach ((double x, double expected) in ((double, double)[])[(-6, -3), (-2, -1), (-1, -1), (0, -1), (1, 0), (3, 2), (4, 3), (6, 4)])
        {
            Assert.Equal(expected, curve.Apply(x));
        }

        LogitCurve flat = new([-2, 4], [-1, 3], 0);
        Assert.Equal(-1, flat.Apply(double.NegativeInfinity));
        Assert.Equal(3, flat.Apply(double.PositiveInfinity));
    }

    [Fact]
    public void It_never_falls_by_a_bit()
    {
        SplitMix random = new(2);
        for (int repeat = 0; repeat < 50; repeat++)
        {
            double[] x = [.. Enumerable.Range(0, 12).Select(_ => (random.NextDouble() * 8) - 4).Order()], y = [.. Enumerable.Range(0, 12).Select(_ => (random.NextDouble() * 0.01) - 5).Order()];
            LogitCurve curve = new(x, y, random.NextDouble());

            // Neighbouring doubles around every knot, and random places.
            IEnumerable<double> near = x.SelectMany(knot => Enumerable.Range(-30, 61).Select(step => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(knot) + step)));
            double[] places = [.. near.Concat(Enumerable.Range(0, 2000).Select(_ => (random.NextDouble() * 12) - 6)).Order()];
            for (int i = 1; i < places.Length; i++)
            {
                Assert.True(curve.Apply(places[i]) >= curve.Apply(places[i - 1]), $"falls at {places[i]:R}");
            }
        }
    }

    [Theory]
    [InlineData(new double[0], new double[0], 1)]
    [InlineData(new double[] { 0 }, new double[] { 0, 1 }, 1)]
    [InlineData(new double[] { 0, 0 }, new double[] { 0, 1 }, 1)]
    [InlineData(new double[] { 0, 1 }, new double[] { 0, -1 }, 1)]
    [InlineData(new double[] { 0 }, new double[] { 0 }, -1)]
    [InlineData(new double[] { 0 }, new double[] { 0 }, double.NaN)]
    [InlineData(new double[] { double.NaN }, new double[] { 0 }, 1)]
    [InlineData(new double[] { 0 }, new double[] { double.PositiveInfinity }, 1)]
    [InlineData(new double[] { 0 }, new double[] { 1e5 }, 1)]
    public void What_is_no_curve_is_refused(double[] logits, double[] values, double slope)
        => Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => new LogitCurve(logits, values, slope)).Kind);
}
