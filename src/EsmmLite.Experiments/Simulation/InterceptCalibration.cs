using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>Finds the intercept that gives a set of logits a wanted mean probability.</summary>
internal static class InterceptCalibration
{
    // From ±60 the interval shrinks to 60 · 2^-49, far below what the sample can tell.
    private const int Halvings = 50;

    /// <summary>Solves Σ w σ(c + s) = target · Σ w for c by bisection: a fixed number of steps, so a fixed result.</summary>
    /// <param name="scores">The logits s without intercept.</param>
    /// <param name="weights">The weights w, not negative.</param>
    /// <param name="target">The wanted weighted mean, in (0, 1).</param>
    public static double Solve(ReadOnlySpan<double> scores, ReadOnlySpan<double> weights, double target)
    {
        double low = -60.0;
        double high = 60.0;
        for (int step = 0; step < Halvings; step++)
        {
            double middle = 0.5 * (low + high);
            double sum = 0.0;
            double weightSum = 0.0;
            for (int i = 0; i < scores.Length; i++)
            {
                sum = Math.FusedMultiplyAdd(weights[i], ExactMath.Sigmoid(middle + scores[i]), sum);
                weightSum += weights[i];
            }

            if (sum < target * weightSum)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return 0.5 * (low + high);
    }
}
