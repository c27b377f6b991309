using EsmmLite.Evaluation;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Kernels;
using MathNet.Numerics.Statistics;

namespace EsmmLite.Experiments.Tests.PaperBench;

/// <summary>DeLong's standard error against drawing the data again and again.</summary>
public class PairedAucTests(ITestOutputHelper output)
{
    [Fact]
    public void TheErrorIsTheSpreadOfTheDifferenceOverSamples()
    {
        const int Samples = 600, Rows = 500;
        SplitMix random = new(11);
        double[] differences = new double[Samples], errors = new double[Samples];
        for (int s = 0; s < Samples; s++)
        {
            float[] a = new float[Rows], b = new float[Rows];
            byte[] labels = new byte[Rows];
            for (int r = 0; r < Rows; r++)
            {
                double x = random.NextGaussian();
                labels[r] = random.NextDouble() < 1 / (1 + Math.Exp(1.5 - x)) ? (byte)1 : (byte)0;

                // Two noisy views that have some noise in common; coarse, so that there are ties.
                double common = random.NextGaussian();
                a[r] = (float)Math.Max(0, Math.Round((x + (0.5 * common) + (0.5 * random.NextGaussian()) + 8) * 4));
                b[r] = (float)Math.Max(0, Math.Round((x + (0.5 * common) + random.NextGaussian() + 8) * 4));
            }

            differences[s] = Auc(a, labels) - Auc(b, labels);
            errors[s] = PairedAuc.StandardError(a, b, labels)!.Value;
        }

        double spread = differences.StandardDeviation();
        output.WriteLine(FormattableString.Invariant($"spread of the difference {spread:F5}, mean of the errors {errors.Average():F5}"));
        Assert.InRange(errors.Average() / spread, 0.9, 1.1);
    }

    [Fact]
    public void EqualScoresDifferByNothingAndTooFewSayNothing()
    {
        Assert.Equal(0, PairedAuc.StandardError([1, 2, 3, 4], [1, 2, 3, 4], [0, 1, 0, 1]));
        Assert.Null(PairedAuc.StandardError([1, 2, 3], [3, 2, 1], [0, 0, 1]));
    }

    private static double Auc(float[] scores, byte[] labels)
    {
        AucAccumulator auc = new();
        for (int r = 0; r < scores.Length; r++)
        {
            auc.Add(scores[r], labels[r] != 0);
        }

        return auc.Compute()!.Value;
    }
}
