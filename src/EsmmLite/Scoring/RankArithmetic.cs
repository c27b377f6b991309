using EsmmLite.Kernels;

namespace EsmmLite.Scoring;

/// <summary>What the operations of a rank score mean. A result that is not finite says that there is none.</summary>
internal static class RankArithmetic
{
    // Larger whole powers go through the logarithm: squaring would add up more rounding errors than it does.
    private const double LargestSquaredPower = 64;

    /// <summary>x^y: whole y up to 64 by squaring, so also of a negative x; any other e^(y ln x), which a negative x has not. x^0 is 1.</summary>
    public static double Power(double x, double y)
    {
        if (Math.Abs(y) <= LargestSquaredPower && Math.Floor(y) == y)
        {
            double power = 1;
            double square = x;
            for (int n = (int)Math.Abs(y); n > 0; n >>= 1)
            {
                power = (n & 1) == 1 ? power * square : power;
                square = n > 1 ? square * square : square;
            }

            return y < 0 ? 1 / power : power;
        }

        return x == 0 && y > 0 ? 0 : ExactMath.Exp(y * ExactMath.Log(x));
    }

    /// <summary>The number of [low, high] that is nearest to x.</summary>
    public static double Clamp(double x, double low, double high) => low <= high ? Math.Min(Math.Max(x, low), high) : double.NaN;

    /// <summary>low + (high − low) · x, with x brought into [0, 1] before: never falls as x grows.</summary>
    public static double Range(double x, double low, double high) =>
        low <= high ? Math.Min(low + ((high - low) * Math.Min(Math.Max(x, 0), 1)), high) : double.NaN;

    /// <summary>
    /// low + (high − low) · x / (x + middle) for x above 0, low below: half way up at the middle. Never falls as x grows, in the rounded
    /// results too: each operation of 1 − middle / (x + middle) is monotone, and so is its rounding.
    /// </summary>
    public static double Range(double x, double low, double high, double middle) =>
        middle > 0 ? Range(1 - (middle / (Math.Max(x, 0) + middle)), low, high) : double.NaN;
}
