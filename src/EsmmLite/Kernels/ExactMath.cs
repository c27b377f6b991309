using System.Runtime.CompilerServices;

namespace EsmmLite.Kernels;

/// <summary>
/// Exponential, logarithm and what the losses need of them, in scalar double, with the same bits on every machine.
/// </summary>
/// <remarks>
/// <para>Only + − × ÷, fused multiply-add, rounding to an integer and bit operations are used: IEEE 754 fixes the result of each, so
/// the result of all. The library functions of the runtime (<c>Math.Exp</c> and its kin) change bits with the C library and the CPU.</para>
/// <para>Errors below are in units in the last place (ulp) of the result, measured in the tests against 320-bit arithmetic.</para>
/// </remarks>
public static partial class ExactMath
{
    // ln 2 in two parts. The high part has 42 significant bits, so that k · Ln2High is exact for every |k| < 2^11.
    private const double Ln2High = 0.6931471805598903;
    private const double Ln2Low = 5.497923018708371e-14;
    private const double InverseLn2 = 1.4426950408889634;

    private const double TwoTo54 = 18014398509481984.0;
    private const double SmallestNormal = 2.2250738585072014E-308;
    private const double HalfRoot2 = 0.7071067811865476;

    /// <summary>e^x, within 1 ulp; 0 below −745.13, infinity above 709.78, NaN for NaN.</summary>
    /// <param name="x">Any double.</param>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return double.NaN;
        }

        // Beyond these bounds the result is 0 or infinity, and the scale below still splits into two powers of two.
        x = Math.Min(Math.Max(x, -746.0), 710.0);

        // x = k ln 2 + r with |r| ≤ ln 2 / 2. The first multiply-add is exact.
        double k = Math.Round(x * InverseLn2);
        double r = Math.FusedMultiplyAdd(-k, Ln2High, x);
        r = Math.FusedMultiplyAdd(-k, Ln2Low, r);

        // Two steps of scaling, because 2^k alone may be infinite or subnormal where the result is not; only the second one can round.
        int half = (int)k >> 1;
        return ExpTaylor(r) * PowerOfTwo(half) * PowerOfTwo((int)k - half);
    }

    /// <summary>ln x, within 1 ulp; −infinity at 0, NaN below 0.</summary>
    /// <param name="x">Any double.</param>
    public static double Log(double x)
    {
        if (!(x > 0.0) || double.IsInfinity(x))
        {
            return x == 0.0 ? double.NegativeInfinity : x > 0.0 ? x : double.NaN;
        }

        int k = SplitOffPowerOfTwo(ref x);
        return LogNearOne(x - 1.0, 0.0, k);
    }

    /// <summary>ln(1 + x), within 1 ulp also where x is tiny; −infinity at −1, NaN below −1.</summary>
    /// <param name="x">Any double.</param>
    public static double Log1p(double x)
    {
        if (Math.Abs(x) < 1.0 / TwoTo54)
        {
            return x;
        }

        if (x > -0.29 && x < 0.41)
        {
            return LogNearOne(x, 0.0, 0);
        }

        if (!(x > -1.0) || double.IsInfinity(x))
        {
            return Log(1.0 + x);
        }

        // 1 + x = sum + rest exactly, and ln(sum + rest) = ln(sum) + rest / sum to far below an ulp.
        double sum = 1.0 + x;
        double rest = x > 1.0 ? 1.0 - (sum - x) : x - (sum - 1.0);
        double correction = rest / sum;
        int k = SplitOffPowerOfTwo(ref sum);
        return LogNearOne(sum - 1.0, correction, k);
    }

    /// <summary>The logistic function σ(x) = 1 / (1 + e^−x), to a relative error of a few 2^-53 at both ends.</summary>
    /// <param name="x">A logit.</param>
    public static double Sigmoid(double x)
    {
        // e^−|x| never overflows, and neither branch subtracts.
        double e = Exp(-Math.Abs(x));
        return (x < 0.0 ? e : 1.0) / (1.0 + e);
    }

    /// <summary>ln(1 + e^x), the loss −ln σ(−x), to a relative error of a few 2^-53 at both ends.</summary>
    /// <param name="x">A logit.</param>
    public static double Softplus(double x)
    {
        double tail = Log1p(Exp(-Math.Abs(x)));
        return x > 0.0 ? x + tail : tail;
    }

    /// <summary>e^r for |r| ≤ ln 2 / 2: the Taylor sum to r^13 / 13!, in Horner's order; what is left out is below 2^-57.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ExpTaylor(double r)
    {
        double sum = 1.0 / 6227020800.0;
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 479001600.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 39916800.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 3628800.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 362880.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 40320.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 5040.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 720.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 120.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 24.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0 / 6.0);
        sum = Math.FusedMultiplyAdd(sum, r, 0.5);
        sum = Math.FusedMultiplyAdd(sum, r, 1.0);
        return Math.FusedMultiplyAdd(sum, r, 1.0);
    }

    /// <summary>k ln 2 + ln(1 + f) + correction, for f in [√½ − 1, √2 − 1] and a tiny correction.</summary>
    /// <remarks>
    /// ln(1 + f) = 2 artanh(s) = 2 (s + s³/3 + s⁵/5 + ...) with s = f / (2 + f), |s| ≤ 0.172. The leading term 2s and k ln 2 are
    /// carried with their rounding errors, so that in effect only the last addition rounds.
    /// </remarks>
    private static double LogNearOne(double f, double correction, int k)
    {
        double divisor = 2.0 + f;
        double divisorRest = f - (divisor - 2.0);
        double s = f / divisor;
        double sRest = (Math.FusedMultiplyAdd(-s, divisor, f) - (s * divisorRest)) / divisor;

        double z = s * s;
        double tail = 1.0 / 23.0;
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 21.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 19.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 17.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 15.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 13.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 11.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 9.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 7.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 5.0);
        tail = Math.FusedMultiplyAdd(tail, z, 1.0 / 3.0);
        double small = Math.FusedMultiplyAdd(2.0 * s * z, tail, 2.0 * sRest);
        small = Math.FusedMultiplyAdd(k, Ln2Low, small) + correction;

        // |k ln 2| is above |2s| unless k is 0, so the error of this sum comes out exactly.
        double high = k * Ln2High;
        double sum = high + (2.0 * s);
        double sumRest = k == 0 ? 0.0 : (2.0 * s) - (sum - high);
        return sum + (sumRest + small);
    }

    /// <summary>Writes a positive finite x as 2^k · m with m in [√½, √2): x becomes m, k is returned.</summary>
    private static int SplitOffPowerOfTwo(ref double x)
    {
        int k = 0;
        if (x < SmallestNormal)
        {
            x *= TwoTo54;
            k = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(x);
        k += (int)(bits >> 52) - 1022;
        x = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FE0_0000_0000_0000);
        if (x < HalfRoot2)
        {
            x *= 2.0;
            k--;
        }

        return k;
    }

    /// <summary>2^k for −1022 ≤ k ≤ 1023, put together from its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double PowerOfTwo(int k) => BitConverter.Int64BitsToDouble((long)(k + 1023) << 52);
}
