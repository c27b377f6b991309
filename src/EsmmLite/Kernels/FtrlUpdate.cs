using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>The constants of one FTRL step.</summary>
/// <param name="InverseRate">1 / α, the learning rate.</param>
/// <param name="Beta">β: added to √n.</param>
/// <param name="L1">λ1: weights whose z stays within it are 0.</param>
/// <param name="L2">λ2.</param>
internal readonly record struct FtrlConstants(float InverseRate, float Beta, float L1, float L2);

/// <summary>One step of FTRL-Proximal over a run of weights.</summary>
/// <remarks>
/// n' = n + g², at most the largest float; σ = (√n' − √n) / α; z ← z + g − σ w; w ← −shrink(z, λ1) / ((β + √n') / α + λ2), where shrink moves z by λ1 towards 0.
/// Source: McMahan et al. 2013, Algorithm 1.
/// </remarks>
internal static class FtrlUpdate
{
    /// <summary>The definition, one weight at a time.</summary>
    internal static void Definition(ReadOnlySpan<float> gradients, Span<float> weights, Span<float> z, Span<float> n, in FtrlConstants c)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            One(gradients[i], ref weights[i], ref z[i], ref n[i], c);
        }
    }

    /// <inheritdoc cref="Definition"/>
    internal static void Step(ReadOnlySpan<float> gradients, Span<float> weights, Span<float> z, Span<float> n, in FtrlConstants c)
    {
        Check.SameLength(gradients.Length, weights.Length, nameof(gradients), nameof(weights));
        Check.SameLength(z.Length, weights.Length, nameof(z), nameof(weights));
        Check.SameLength(n.Length, weights.Length, nameof(n), nameof(weights));
        if (Vector512.IsHardwareAccelerated) Run<Vector512<float>, Lanes512>(gradients, weights, z, n, c);
        else if (Vector256.IsHardwareAccelerated) Run<Vector256<float>, Lanes256>(gradients, weights, z, n, c);
        else Run<Vector128<float>, Lanes128>(gradients, weights, z, n, c);
    }

    /// <summary>The z for which the weights are the closed form's: where FTRL begins when it finds weights that are not 0.</summary>
    internal static void Begin(ReadOnlySpan<float> weights, ReadOnlySpan<float> n, Span<float> z, in FtrlConstants c)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            float divisor = float.FusedMultiplyAdd(c.Beta + float.Sqrt(n[i]), c.InverseRate, c.L2);
            z[i] = weights[i] == 0f ? 0f : -float.FusedMultiplyAdd(weights[i], divisor, float.CopySign(c.L1, weights[i]));
        }
    }

    private static void Run<V, L>(ReadOnlySpan<float> gradients, Span<float> weights, Span<float> z, Span<float> n, in FtrlConstants c)
        where V : struct
        where L : struct, ILanes<V>
    {
        V inverse = L.Broadcast(c.InverseRate), beta = L.Broadcast(c.Beta), minusL1 = L.Broadcast(-c.L1), l2 = L.Broadcast(c.L2), minus = L.Broadcast(-1f), most = L.Broadcast(float.MaxValue);
        ref float g0 = ref MemoryMarshal.GetReference(gradients), w0 = ref MemoryMarshal.GetReference(weights);
        ref float z0 = ref MemoryMarshal.GetReference(z), n0 = ref MemoryMarshal.GetReference(n);
        int i = 0;
        for (; i <= weights.Length - L.Count; i += L.Count)
        {
            V g = L.Load(ref Unsafe.Add(ref g0, i)), w = L.Load(ref Unsafe.Add(ref w0, i)), before = L.Load(ref Unsafe.Add(ref n0, i));
            V after = L.Min(L.FusedMultiplyAdd(g, g, before), most), root = L.Sqrt(after);
            V sigma = L.Multiply(L.FusedMultiplyAdd(minus, L.Sqrt(before), root), inverse);
            V sum = L.FusedMultiplyAdd(L.Multiply(minus, sigma), w, L.Add(L.Load(ref Unsafe.Add(ref z0, i)), g));
            L.Store(after, ref Unsafe.Add(ref n0, i));
            L.Store(sum, ref Unsafe.Add(ref z0, i));

            // Of the two rectified distances to λ1, at most one is not 0.
            V above = L.Relu(L.Add(sum, minusL1)), below = L.Relu(L.Add(L.Multiply(minus, sum), minusL1));
            V divisor = L.FusedMultiplyAdd(L.Add(beta, root), inverse, l2);
            L.Store(L.Divide(L.FusedMultiplyAdd(minus, above, below), divisor), ref Unsafe.Add(ref w0, i));
        }

        for (; i < weights.Length; i++)
        {
            One(gradients[i], ref weights[i], ref z[i], ref n[i], c);
        }
    }

    private static void One(float g, ref float w, ref float z, ref float n, in FtrlConstants c)
    {
        float after = float.Min(float.FusedMultiplyAdd(g, g, n), float.MaxValue), root = float.Sqrt(after);
        float sigma = (root - float.Sqrt(n)) * c.InverseRate;
        n = after;
        z = float.FusedMultiplyAdd(-sigma, w, z + g);
        float above = z - c.L1 <= 0f ? 0f : z - c.L1, below = -z - c.L1 <= 0f ? 0f : -z - c.L1;
        w = (below - above) / float.FusedMultiplyAdd(c.Beta + root, c.InverseRate, c.L2);
    }
}
