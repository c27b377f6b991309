using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>The one reduction along lanes: sum of x[k] · w[k] in 16 lanes, lane k mod 16, then a fixed tree.</summary>
internal static class FixedDot
{
    private const int LaneCount = 16;

    /// <summary>The definition.</summary>
    internal static float Definition(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        Check.SameLength(x.Length, w.Length, nameof(x), nameof(w));
        Span<float> lanes = stackalloc float[LaneCount];
        lanes.Clear();
        for (int k = 0; k < x.Length; k++)
        {
            lanes[k % LaneCount] = float.FusedMultiplyAdd(x[k], w[k], lanes[k % LaneCount]);
        }

        return Tree(lanes);
    }

    /// <inheritdoc cref="Definition"/>
    internal static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        Check.SameLength(x.Length, w.Length, nameof(x), nameof(w));
        float sum = 0f;
        Rows(x, x.Length, w, -0f, new Span<float>(ref sum)); // adding −0 changes nothing
        return sum;
    }

    /// <summary>The definition for each row: sums[r] = x[r] · w + bias.</summary>
    /// <param name="x">[rows x w's length], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="w">What every row is multiplied by.</param>
    /// <param name="bias">Added last.</param>
    /// <param name="sums">Destination. [rows]</param>
    internal static void Rows(ReadOnlySpan<float> x, int stride, ReadOnlySpan<float> w, float bias, Span<float> sums)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        Check.AtLeast(x.Length, sums.Length == 0 ? 0 : ((long)(sums.Length - 1) * stride) + w.Length, nameof(x));
        if (Vector512.IsHardwareAccelerated) Rows<Vector512<float>, Lanes512>(x, stride, w, bias, sums);
        else if (Vector256.IsHardwareAccelerated) Rows<Vector256<float>, Lanes256>(x, stride, w, bias, sums);
        else Rows<Vector128<float>, Lanes128>(x, stride, w, bias, sums);
    }

    private static void Rows<V, L>(ReadOnlySpan<float> x, int stride, ReadOnlySpan<float> w, float bias, Span<float> sums)
        where V : struct
        where L : struct, ILanes<V>
    {
        int whole = w.Length / LaneCount * LaneCount;
        Span<float> lanes = stackalloc float[LaneCount];
        ref float row = ref MemoryMarshal.GetReference(x);
        ref float w0 = ref MemoryMarshal.GetReference(w);
        for (int r = 0; r < sums.Length; r++)
        {
            for (int lane = 0; lane < LaneCount; lane += L.Count)
            {
                V sum = default;
                for (int k = lane; k < whole; k += LaneCount)
                {
                    sum = L.FusedMultiplyAdd(L.Load(ref Unsafe.Add(ref row, k)), L.Load(ref Unsafe.Add(ref w0, k)), sum);
                }

                L.Store(sum, ref lanes[lane]);
            }

            for (int k = whole; k < w.Length; k++)
            {
                lanes[k - whole] = float.FusedMultiplyAdd(Unsafe.Add(ref row, k), w[k], lanes[k - whole]);
            }

            sums[r] = FoldedTree(ref lanes[0]) + bias;
            row = ref Unsafe.Add(ref row, stride);
        }
    }

    /// <summary>The tree with its first two steps four lanes at a time.</summary>
    private static float FoldedTree(ref float lanes)
    {
        Vector128<float> low = Vector128.LoadUnsafe(ref lanes) + Vector128.LoadUnsafe(ref lanes, 8);
        Vector128<float> high = Vector128.LoadUnsafe(ref lanes, 4) + Vector128.LoadUnsafe(ref lanes, 12);
        Vector128<float> four = low + high;
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }

    private static float Tree(Span<float> lanes)
    {
        for (int half = LaneCount / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                lanes[i] += lanes[i + half];
            }
        }

        return lanes[0];
    }
}
