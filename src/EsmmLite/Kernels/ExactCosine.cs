namespace EsmmLite.Kernels;

/// <summary>The cosine of a half turn, for schedules: the same bits on every machine, like <see cref="ExactMath"/>.</summary>
internal static class ExactCosine
{
    /// <summary>cos(π t) for t from 0 to 1, within 2 ulp of 1.</summary>
    internal static double OfHalfTurn(double t)
    {
        // cos(π (1 − t)) = −cos(π t), and 1 − t is exact from ½ on.
        if (t > 0.5)
        {
            return -OfHalfTurn(1.0 - t);
        }

        return t <= 0.25 ? Cosine(Math.PI * t) : Sine(Math.PI * (0.5 - t));
    }

    /// <summary>1 − x²/2! + x⁴/4! − ..., for |x| ≤ π/4: what is left out is below 2^-57.</summary>
    private static double Cosine(double x)
    {
        double z = x * x, sum = 1.0 / 20922789888000.0;
        sum = Math.FusedMultiplyAdd(sum, z, -1.0 / 87178291200.0);
        sum = Math.FusedMultiplyAdd(sum, z, 1.0 / 479001600.0);
        sum = Math.FusedMultiplyAdd(sum, z, -1.0 / 3628800.0);
        sum = Math.FusedMultiplyAdd(sum, z, 1.0 / 40320.0);
        sum = Math.FusedMultiplyAdd(sum, z, -1.0 / 720.0);
        sum = Math.FusedMultiplyAdd(sum, z, 1.0 / 24.0);
        sum = Math.FusedMultiplyAdd(sum, z, -0.5);
        return Math.FusedMultiplyAdd(sum, z, 1.0);
    }

    /// <summary>x − x³/3! + x⁵/5! − ..., for |x| ≤ π/4.</summary>
    private static double Sine(double x)
    {
        double z = x * x, sum = -1.0 / 1307674368000.0;
        sum = Math.FusedMultiplyAdd(sum, z, 1.0 / 6227020800.0);
        sum = Math.FusedMultiplyAdd(sum, z, -1.0 / 39916800.0);
        sum = Math.FusedMultiplyAdd(sum, z, 1.0 / 362880.0);
        sum = Math.FusedMultiplyAdd(sum, z, -1.0 / 5040.0);
        sum = Math.FusedMultiplyAdd(sum, z, 1.0 / 120.0);
        sum = Math.FusedMultiplyAdd(sum, z, -1.0 / 6.0);
        return Math.FusedMultiplyAdd(sum * z, x, x);
    }
}
