using EsmmLite.Layers;

namespace EsmmLite.Experiments.Tests.Predictions;

/// <summary>
/// How strongly ESMM's CVR tower is pulled towards the truth at an impression: with the CTR tower right, the expected slope of its loss by the CVR logit is
/// (1 − q) / (1 − pq) · p · (q − q*), where BASE's over clicked impressions is p · (q − q*). Both are weighted by p: neither fits the impressions that nobody clicks.
/// </summary>
public class SlopeWeightTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.04, 0.01, 0.02)]
    [InlineData(0.5, 0.3, 0.1)]
    [InlineData(0.001, 0.2, 0.9)]
    [InlineData(0.9, 0.05, 0.051)]
    public void TheExpectedSlopeIsWeightedByPCtr(double p, double q, double truth)
    {
        double a = Logit(p), b = Logit(q), expected = 0;
        foreach (bool converted in (bool[])[false, true])
        {
            SigmoidProduct.CtcvrSlopes(a, b, converted, out _, out double slope);
            expected += (converted ? p * truth : 1 - (p * truth)) * slope;
        }

        Assert.Equal((1 - q) / (1 - (p * q)) * p * (q - truth), expected, 1e-14);
    }

    [Fact]
    public void InAPopulationThatANetworkCannotFitBothFitTheClickedPart()
    {
        // One feature; conversion is a parabola in it, the CVR tower a line, the CTR tower right. No sample, no noise: losses of the whole population.
        double[] x = [.. Enumerable.Range(0, 201).Select(i => (i - 100) / 33.0)];
        double[] p = [.. x.Select(v => Sigmoid(-2 + (2.5 * v)))], truth = [.. x.Select(v => Sigmoid(-1.5 + (0.8 * v * v) - (0.5 * v)))], density = [.. x.Select(v => Math.Exp(-0.5 * v * v))];
        (double, double) clicked = Fit((i, q) => p[i] * (q - truth[i]));
        (double, double) esmm = Fit((i, q) => (1 - q) / (1 - (p[i] * q)) * p[i] * (q - truth[i]));
        (double, double) everywhere = Fit((i, q) => q - truth[i]);
        double lossClicked = Unclicked(clicked), lossEsmm = Unclicked(esmm), lossEverywhere = Unclicked(everywhere);
        output.WriteLine(FormattableString.Invariant($"log loss over unclicked impressions: BASE {lossClicked:F4}, ESMM {lossEsmm:F4}, a line fitted to all impressions {lossEverywhere:F4}, the truth {Unclicked(null):F4}"));

        // Fitting everything would help a lot; ESMM does not do it.
        Assert.True(lossEverywhere < lossClicked - 0.05);
        Assert.True(lossEsmm > lossEverywhere + (0.5 * (lossClicked - lossEverywhere)));

        (double, double) Fit(Func<int, double, double> slope)
        {
            (double w0, double w1) = (0, 0);
            for (int step = 0; step < 40_000; step++)
            {
                double g0 = 0, g1 = 0, sum = 0;
                for (int i = 0; i < x.Length; i++)
                {
                    double s = density[i] * slope(i, Sigmoid(w0 + (w1 * x[i])));
                    (g0, g1, sum) = (g0 + s, g1 + (s * x[i]), sum + density[i]);
                }

                (w0, w1) = (w0 - (2 * g0 / sum), w1 - (2 * g1 / sum));
            }

            return (w0, w1);
        }

        double Unclicked((double W0, double W1)? line)
        {
            double loss = 0, sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                double q = line is { } l ? Sigmoid(l.W0 + (l.W1 * x[i])) : truth[i], w = density[i] * (1 - p[i]);
                loss -= w * ((truth[i] * Math.Log(q)) + ((1 - truth[i]) * Math.Log(1 - q)));
                sum += w;
            }

            return loss / sum;
        }
    }

    private static double Logit(double p) => Math.Log(p / (1 - p));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
