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
        Span<float> lanes = stackalloc float[LaneCount];
        if (Vector512.IsHardwareAccelerated) Lanes<Vector512<float>, Lanes512>(x, w, lanes);
        else if (Vector256.IsHardwareAccelerated) Lanes<Vector256<float>, Lanes256>(x, w, lanes);
        else Lanes<Vector128<float>, Lanes128>(x, w, lanes);
        for (int k = x.Length / LaneCount * LaneCount; k < x.Length; k++)
        {
            lanes[k % LaneCount] = float.FusedMultiplyAdd(x[k], w[k], lanes[k % LaneCount]);
        }

        return Tree(lanes);
    }

    private static void Lanes<V, L>(ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> lanes)
        where V : struct
        where L : struct, ILanes<V>
    {
        int whole = x.Length / LaneCount * LaneCount;
        for (int lane = 0; lane < LaneCount; lane += L.Count)
        {
            V sum = default;
            for (int k = lane; k < whole; k += LaneCount)
            {
                sum = L.FusedMultiplyAdd(L.Load(ref MemoryMarshal.GetReference(x[k..])), L.Load(ref MemoryMarshal.GetReference(w[k..])), sum);
            }

            L.Store(sum, ref lanes[lane]);
        }
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
