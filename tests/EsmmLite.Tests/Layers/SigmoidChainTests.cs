using EsmmLite.Kernels;
using EsmmLite.Layers;

namespace EsmmLite.Tests.Layers;

/// <summary>Products of sigmoids and the two paths of ESM², against plain formulas where those are exact enough, and at the ends.</summary>
public class SigmoidChainTests
{
    [Fact]
    public void Two_stages_are_the_sigmoid_product()
    {
        double[] slopes = new double[2];
        foreach (double a in (double[])[-40, -8, -0.5, 0, 0.25, 3, 20, 45])
        {
            foreach (double b in (double[])[-40, -8, -0.5, 0, 0.25, 3, 20, 45])
            {
                foreach (bool c in (bool[])[true, false])
                {
                    SigmoidProduct.CtcvrSlopes(a, b, c, out double dA, out double dB);
                    SigmoidChain.Slopes([a, b], c, slopes);
                    Near(SigmoidProduct.CtcvrLoss(a, b, c), SigmoidChain.Loss([a, b], c));
                    Near(dA, slopes[0]);
                    Near(dB, slopes[1]);
                }
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Loss_and_slopes_are_the_formula_s(int stages)
    {
        SplitMix random = new((ulong)stages);
        double[] slopes = new double[stages];
        for (int trial = 0; trial < 300; trial++)
        {
            double[] logits = [.. Enumerable.Range(0, stages).Select(_ => (8 * random.NextDouble()) - 3)];
            double t = logits.Aggregate(1.0, (product, a) => product / (1 + Math.Exp(-a)));
            Assert.Equal(-Math.Log(t), SigmoidChain.Loss(logits, true), 1e-12);
            Assert.Equal(-Math.Log(1 - t), SigmoidChain.Loss(logits, false), 1e-12);
            foreach (bool c in (bool[])[true, false])
            {
                SigmoidChain.Slopes(logits, c, slopes);
                for (int i = 0; i < stages; i++)
                {
                    Assert.Equal((t - (c ? 1 : 0)) / (1 - t) / (1 + Math.Exp(logits[i])), slopes[i], 1e-11);
                }
            }
        }
    }

    [Fact]
    public void At_the_ends_everything_is_finite_and_no_slope_exceeds_1()
    {
        double[] slopes = new double[3], ends = [-1000, -750, -40, 0, 40, 750, 1000];
        foreach (double a in ends)
        {
            foreach (double b in ends)
            {
                foreach (double c in ends)
                {
                    foreach (bool reached in (bool[])[true, false])
                    {
                        SigmoidChain.Slopes([a, b, c], reached, slopes);
                        Assert.True(double.IsFinite(SigmoidChain.Loss([a, b, c], reached)));
                        Assert.All(slopes, s => Assert.InRange(s, reached ? -1 : 0, reached ? 0 : 1));
                    }
                }
            }
        }

        // Three equal logits so large that 1 − t is far below the smallest double: a third of the slope each.
        SigmoidChain.Slopes([900, 900, 900], false, slopes);
        Assert.Equal([1.0 / 3, 1.0 / 3, 1.0 / 3], slopes);
        Assert.Equal(900 - Math.Log(3), SigmoidChain.Loss([900, 900, 900], false), 1e-10);
    }

    [Fact]
    public void Two_paths_are_their_formula()
    {
        SplitMix random = new(4);
        double[] slopes = new double[4];
        for (int trial = 0; trial < 300; trial++)
        {
            double[] x = [.. Enumerable.Range(0, 4).Select(_ => (10 * random.NextDouble()) - 5)];
            double T(double[] v)
            {
                double[] y = [.. v.Select(a => 1 / (1 + Math.Exp(-a)))];
                return y[0] * ((y[1] * y[2]) + ((1 - y[1]) * y[3]));
            }

            foreach (bool c in (bool[])[true, false])
            {
                double Loss(double[] v) => c ? -Math.Log(T(v)) : -Math.Log(1 - T(v));
                Assert.Equal(Loss(x), TwoPaths.ProductLoss(x[0], x[1], x[2], x[3], c), 1e-11);
                TwoPaths.ProductSlopes(x[0], x[1], x[2], x[3], c, slopes);
                for (int i = 0; i < 4; i++)
                {
                    double[] above = [.. x], below = [.. x];
                    (above[i], below[i]) = (x[i] + 1e-5, x[i] - 1e-5);
                    Assert.Equal((Loss(above) - Loss(below)) / 2e-5, slopes[i], 1e-8);
                }
            }
        }

        foreach (double a in (double[])[-1000, 1000])
        {
            foreach (double b in (double[])[-1000, 1000])
            {
                foreach (bool c in (bool[])[true, false])
                {
                    TwoPaths.ProductSlopes(a, b, a, b, c, slopes);
                    Assert.All(slopes, s => Assert.InRange(s, -1, 1));
                    Assert.True(double.IsFinite(TwoPaths.ProductLoss(a, b, a, b, c)));
                }
            }
        }
    }

    private static void Near(double expected, double actual) => Assert.InRange(actual, expected - (4e-15 * Math.Abs(expected)), expected + (4e-15 * Math.Abs(expected)));
}
