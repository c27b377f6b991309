using EsmmLite.Calibration;
using EsmmLite.Kernels;
using MathNet.Numerics.Optimization;

namespace EsmmLite.Tests.Calibration;

/// <summary>The fits against other ways to the same minimum.</summary>
public class FitTests
{
    [Fact]
    public void Pool_adjacent_violators_finds_what_the_min_max_formula_says()
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            // Few distinct logits, so that many rows tie.
            FitRows rows = Draw(seed, 60, distinct: seed % 2 == 0 ? 9 : 1000);
            (double Logit, double Weight, double Positive)[] points = [.. Enumerable.Range(0, rows.Count).GroupBy(r => rows.Logits[r]).OrderBy(g => g.Key)
                .Select(g => (g.Key, g.Sum(r => rows.Weights[r]), g.Sum(r => rows.Labels[r] ? rows.Weights[r] : 0)))];
            IReadOnlyList<(double Low, double High, double Rate)> blocks = IsotonicFit.Blocks(rows);
            for (int i = 0; i < points.Length; i++)
            {
                // The largest over a <= i of the least over b >= i of the mean of a..b (Robertson, Wright and Dykstra 1988).
                double expected = Enumerable.Range(0, i + 1).Max(a => Enumerable.Range(i, points.Length - i).Min(b => points[a..(b + 1)].Sum(p => p.Positive) / points[a..(b + 1)].Sum(p => p.Weight)));
                double actual = blocks.Single(b => points[i].Logit >= b.Low && points[i].Logit <= b.High).Rate;
                Assert.Equal(expected, actual, 1e-12);
            }
        }
    }

    [Fact]
    public void Tied_rows_give_one_value_in_whatever_order_they_come()
    {
        FitRows rows = Draw(3, 400, distinct: 7);
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(r => (r * 7919) % 400)];
        FitRows shuffled = new([.. order.Select(r => rows.Logits[r])], [.. order.Select(r => rows.Labels[r])], [.. order.Select(r => rows.Weights[r])]);
        IReadOnlyList<(double Low, double High, double Rate)> one = IsotonicFit.Blocks(rows), other = IsotonicFit.Blocks(shuffled);
        Assert.True(one.Count <= 7);
        Assert.Equal(one.Select(b => (b.Low, b.High)), other.Select(b => (b.Low, b.High)));
        Assert.All(one.Zip(other), pair => Assert.Equal(pair.First.Rate, pair.Second.Rate, 1e-14));

        // A tie of a positive and a negative is one point of rate 1/2, whichever comes first.
        FitRows tie = new([0, 0, 1, 1], [false, true, true, false], [1, 1, 1, 1]);
        Assert.Equal([(0.0, 1.0, 0.5)], IsotonicFit.Blocks(tie));
    }

    [Fact]
    public void An_isotonic_curve_keeps_the_sum_of_positives_and_has_finite_ends()
    {
        FitRows rows = Draw(5, 3000, distinct: 100_000);
        LogitCurve curve = IsotonicFit.Curve(rows);
        double predicted = Enumerable.Range(0, rows.Count).Sum(r => rows.Weights[r] * ExactMath.Sigmoid(curve.Apply(rows.Logits[r])));
        double observed = Enumerable.Range(0, rows.Count).Sum(r => rows.Labels[r] ? rows.Weights[r] : 0);
        Assert.InRange(predicted / observed, 0.999, 1.001);
        Assert.True(double.IsFinite(curve.Apply(double.NegativeInfinity)) && double.IsFinite(curve.Apply(double.PositiveInfinity)));
        Assert.True(curve.Logits.Length > 10);
    }

    [Fact]
    public void Platt_finds_the_minimum_that_MathNet_finds()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            FitRows rows = Draw(seed, 500, distinct: 100_000);
            (double slope, double intercept) = PlattFit.Line(rows);
            MinimizationResult? other = null;
            try
            {
                other = NelderMeadSimplex.Minimum(ObjectiveFunction.Value(v => Loss(rows, v[0], v[1])), MathNet.Numerics.LinearAlgebra.Vector<double>.Build.DenseOfArray([0.8, -0.3]), 1e-12, 10_000);
            }
            catch (MaximumIterationsException)
            {
                Assert.Fail("MathNet did not converge");
            }

            Assert.True(slope > 0);
            Assert.Equal(other!.MinimizingPoint[0], slope, 1e-5);
            Assert.Equal(other.MinimizingPoint[1], intercept, 1e-5);
            Assert.True(Loss(rows, slope, intercept) <= Loss(rows, other.MinimizingPoint[0], other.MinimizingPoint[1]) + 1e-10);
        }
    }

    [Theory]
    [InlineData(-3, 1e-4)]
    [InlineData(2, 3e-6)]
    [InlineData(20_000, 1)]
    [InlineData(-20_000, 500)]
    [InlineData(0, 2000)]
    public void Platt_fits_logits_that_lie_close_together_far_out_or_far_apart(double middle, double deviation)
    {
        // What the label follows is the logit in units of its own deviation.
        SplitMix random = new(5);
        double[] z = new double[4000];
        bool[] labels = new bool[z.Length];
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = random.NextGaussian();
            labels[i] = random.NextDouble() < ExactMath.Sigmoid((1.5 * z[i]) - 1);
        }

        double[] ones = [.. z.Select(_ => 1.0)];
        LogitCurve plain = PlattFit.Curve(new FitRows(z, labels, ones)), moved = PlattFit.Curve(new FitRows([.. z.Select(v => middle + (deviation * v))], labels, ones));
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(ExactMath.Sigmoid(plain.Apply(z[i])), ExactMath.Sigmoid(moved.Apply(middle + (deviation * z[i]))), 1e-5);
        }
    }

    [Fact]
    public void Platt_stays_finite_where_the_logits_separate_the_labels_and_keeps_the_order_where_they_contradict_them()
    {
        FitRows separated = new([-2, -1, 1, 2], [false, false, true, true], [1, 1, 1, 1]);
        (double slope, double intercept) = PlattFit.Line(separated);
        Assert.InRange(slope, 0.1, 10);
        Assert.Equal(0, intercept, 1e-9);

        // Turned around: slope 1, and a shift to the observed rate.
        FitRows turned = new([-2, -1, 1, 2], [true, true, false, false], [1, 1, 1, 1]);
        (slope, intercept) = PlattFit.Line(turned);
        Assert.Equal(1, slope);
        Assert.Equal(0, intercept, 1e-9);

        // One logit for all rows: the rate, from Platt's targets 3/4 and 1/3.
        FitRows constant = new([-3, -3, -3], [true, true, false], [1, 1, 1]);
        (slope, intercept) = PlattFit.Line(constant);
        Assert.Equal(1, slope);
        Assert.Equal(((2 * 0.75) + (1 / 3.0)) / 3, 1 / (1 + Math.Exp(-(intercept - 3))), 1e-9);
    }

    [Fact]
    public void Rows_that_are_no_numbers_are_refused()
    {
        Assert.Equal(EsmmErrorKind.Numeric, Assert.Throws<EsmmException>(() => IsotonicFit.Blocks(new FitRows([double.NaN], [true], [1]))).Kind);
        Assert.Equal(EsmmErrorKind.Numeric, Assert.Throws<EsmmException>(() => PlattFit.Line(new FitRows([1], [true], [0]))).Kind);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => PlattFit.Line(new FitRows([1], [], [1]))).Kind);
    }

    private static FitRows Draw(ulong seed, int rows, int distinct)
    {
        SplitMix random = new(seed + 1);
        double[] logits = new double[rows], weights = new double[rows];
        bool[] labels = new bool[rows];
        for (int r = 0; r < rows; r++)
        {
            logits[r] = (random.NextBelow((uint)distinct) / (double)distinct * 6) - 4;
            weights[r] = 0.25 * (1 + random.NextBelow(8));
            labels[r] = random.NextDouble() < 1 / (1 + Math.Exp(-((0.6 * logits[r]) + 0.4)));
        }

        return new FitRows(logits, labels, weights);
    }

    private static double Loss(FitRows rows, double slope, double intercept)
    {
        double positive = Enumerable.Range(0, rows.Count).Sum(r => rows.Labels[r] ? rows.Weights[r] : 0), negative = rows.Weights.Sum() - positive;
        return Enumerable.Range(0, rows.Count).Sum(r =>
        {
            double p = 1 / (1 + Math.Exp(-((slope * rows.Logits[r]) + intercept))), target = rows.Labels[r] ? (positive + 1) / (positive + 2) : 1 / (negative + 2);
            return -rows.Weights[r] * ((target * Math.Log(p)) + ((1 - target) * Math.Log(1 - p)));
        });
    }
}
