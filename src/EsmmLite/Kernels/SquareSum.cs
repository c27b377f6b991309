using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Sums of products in double, in eight lanes and a fixed tree: for norms, where a float could overflow.</summary>
internal static class SquareSum
{
    private const int LaneCount = 8;

    /// <summary>The definition: sum of x[i] · y[i], lane i mod 8, then lanes 0+4, 1+5, ..., then 0+2, 1+3, then 0+1.</summary>
    internal static double Definition(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Check.SameLength(x.Length, y.Length, nameof(x), nameof(y));
        Span<double> lanes = stackalloc double[LaneCount];
        lanes.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            lanes[i % LaneCount] += (double)x[i] * y[i];
        }

        return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    }

    /// <inheritdoc cref="Definition"/>
    internal static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Check.SameLength(x.Length, y.Length, nameof(x), nameof(y));
        Vector256<double> low = default, high = default;
        for (int i = 0; i < x.Length; i += LaneCount)
        {
            Vector256<float> a = Eight(x, i), b = Eight(y, i);
            low += Vector256.WidenLower(a) * Vector256.WidenLower(b);
            high += Vector256.WidenUpper(a) * Vector256.WidenUpper(b);
        }

        return Tree(low, high);
    }

    /// <summary>Sum of squares, in the same order.</summary>
    internal static double Of(ReadOnlySpan<float> x) => Dot(x, x);

    /// <summary>Eight values from a place on. Behind the last there are zeros, which change no sum: none begins at −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Eight(ReadOnlySpan<float> x, int from) =>
        from <= x.Length - LaneCount ? Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)from) : Tail(x[from..]);

    /// <summary>The sum of the eight lanes.</summary>
    internal static double Tree(Vector256<double> low, Vector256<double> high)
    {
        Vector256<double> four = low + high;
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    private static Vector256<float> Tail(ReadOnlySpan<float> x)
    {
        Span<float> eight = stackalloc float[LaneCount];
        eight.Clear();
        x.CopyTo(eight);
        return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(eight));
    }
}
