using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

// Four values at a time, by the same operations in the same order as one: the same bits.
public static partial class ExactMath
{
    /// <summary>1.5 · 2^52: the sum with a small integer has the integer in its low bits.</summary>
    private const double IntegerBits = 6755399441055744.0;

    /// <summary><see cref="Sigmoid(double)"/> of four numbers, none of them NaN.</summary>
    internal static Vector256<double> Sigmoid(Vector256<double> x)
    {
        Vector256<double> e = ExpOfNegative(-Vector256.Abs(x));
        Vector256<double> one = Vector256.Create(1.0);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<double>.Zero), e, one) / (one + e);
    }

    /// <summary><see cref="Exp"/> of four numbers that are 0 or less.</summary>
    private static Vector256<double> ExpOfNegative(Vector256<double> x)
    {
        x = Vector256.Max(x, Vector256.Create(-746.0));
        Vector256<double> k = Vector256.Round(x * Vector256.Create(InverseLn2));
        Vector256<double> r = Vector256.FusedMultiplyAdd(-k, Vector256.Create(Ln2High), x);
        r = Vector256.FusedMultiplyAdd(-k, Vector256.Create(Ln2Low), r);
        Vector256<double> half = Vector256.Floor(k * Vector256.Create(0.5));
        return ExpTaylor(r) * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ExpTaylor(Vector256<double> r)
    {
        Vector256<double> sum = Vector256.Create(1.0 / 6227020800.0);
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 479001600.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 39916800.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 3628800.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 362880.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 40320.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 5040.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 720.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 120.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 24.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0 / 6.0));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(0.5));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0));
        return Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1.0));
    }

    /// <summary>2^k for whole k from −1022 to 1023.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> PowerOfTwo(Vector256<double> k) => (((k + Vector256.Create(IntegerBits)).AsInt64() + Vector256.Create(1023L)) << 52).AsDouble();
}
