using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>The constants of one Adam step, rounded once from double.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="OneMinusBeta1">1 − β1, subtracted in double.</param>
/// <param name="OneMinusBeta2">1 − β2, subtracted in double.</param>
/// <param name="StepSize">Learning rate / (1 − β1^t).</param>
/// <param name="SecondCorrection">1 / (1 − β2^t).</param>
/// <param name="Epsilon">Added to the root of the corrected second moment.</param>
internal readonly record struct AdamConstants(float Beta1, float Beta2, float OneMinusBeta1, float OneMinusBeta2, float StepSize, float SecondCorrection, float Epsilon);

/// <summary>One Adam step over a run of weights: moments, bias correction and weight in one pass.</summary>
/// <remarks>
/// m ← β1 m + (1 − β1) g; v ← β2 v + (1 − β2) g²; w ← w − step · m / (√(v · c) + ε).
/// Source: Kingma and Ba 2015, Algorithm 1. Moments below 2^-100 become 0: they would otherwise sink into subnormal numbers.
/// </remarks>
internal static class AdamUpdate
{
    private const float Smallest = 1f / (1L << 50) / (1L << 50);

    /// <summary>The definition, one weight at a time.</summary>
    internal static void Definition(ReadOnlySpan<float> gradients, Span<float> weights, Span<float> m, Span<float> v, in AdamConstants c)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            One(gradients[i], ref weights[i], ref m[i], ref v[i], c);
        }
    }

    /// <inheritdoc cref="Definition"/>
    internal static void Step(ReadOnlySpan<float> gradients, Span<float> weights, Span<float> m, Span<float> v, in AdamConstants c) =>
        Rows(gradients, default, weights.Length, weights, m, v, c);

    /// <summary>The step for some rows of a table; every other row stays as it is.</summary>
    /// <param name="gradients">[rows x dim], or [dim] if there are no rows.</param>
    /// <param name="rows">Rows of the table; none stands for row 0 alone.</param>
    /// <param name="dim">Length of a row.</param>
    /// <param name="weights">The table. [its rows x dim]</param>
    /// <param name="m">First moments, alike.</param>
    /// <param name="v">Second moments, alike.</param>
    /// <param name="c">The step's constants.</param>
    internal static void Rows(ReadOnlySpan<float> gradients, ReadOnlySpan<int> rows, int dim, Span<float> weights, Span<float> m, Span<float> v, in AdamConstants c)
    {
        Check.SameLength(gradients.Length, Math.Max(1, rows.Length) * dim, nameof(gradients), nameof(rows));
        Check.SameLength(m.Length, weights.Length, nameof(m), nameof(weights));
        Check.SameLength(v.Length, weights.Length, nameof(v), nameof(weights));
        if (Vector512.IsHardwareAccelerated) Rows<Vector512<float>, Lanes512>(gradients, rows, dim, weights, m, v, c);
        else if (Vector256.IsHardwareAccelerated) Rows<Vector256<float>, Lanes256>(gradients, rows, dim, weights, m, v, c);
        else Rows<Vector128<float>, Lanes128>(gradients, rows, dim, weights, m, v, c);
    }

    /// <summary>Scales moments, those below the smallest becoming 0.</summary>
    internal static void Decay(Span<float> moments, float factor)
    {
        foreach (ref float moment in moments)
        {
            float scaled = moment * factor;
            moment = float.Abs(scaled) < Smallest ? 0f : scaled;
        }
    }

    private static void Rows<V, L>(ReadOnlySpan<float> gradients, ReadOnlySpan<int> rows, int dim, Span<float> weights, Span<float> m, Span<float> v, in AdamConstants c)
        where V : struct
        where L : struct, ILanes<V>
    {
        V beta1 = L.Broadcast(c.Beta1), beta2 = L.Broadcast(c.Beta2), rest1 = L.Broadcast(c.OneMinusBeta1), rest2 = L.Broadcast(c.OneMinusBeta2);
        V step = L.Broadcast(-c.StepSize), correction = L.Broadcast(c.SecondCorrection), epsilon = L.Broadcast(c.Epsilon), smallest = L.Broadcast(Smallest);
        int count = Math.Max(1, rows.Length);
        for (int r = 0; r < count; r++)
        {
            if (r + Prefetch.RowsAhead < rows.Length)
            {
                nint ahead = (nint)rows[r + Prefetch.RowsAhead] * dim;
                Prefetch.Row(ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), ahead), dim);
                Prefetch.Row(ref Unsafe.Add(ref MemoryMarshal.GetReference(m), ahead), dim);
                Prefetch.Row(ref Unsafe.Add(ref MemoryMarshal.GetReference(v), ahead), dim);
            }

            int start = rows.IsEmpty ? 0 : rows[r] * dim;
            ref float g0 = ref MemoryMarshal.GetReference(gradients.Slice(r * dim, dim));
            ref float w0 = ref MemoryMarshal.GetReference(weights.Slice(start, dim));
            ref float m0 = ref MemoryMarshal.GetReference(m.Slice(start, dim));
            ref float v0 = ref MemoryMarshal.GetReference(v.Slice(start, dim));
            int i = 0;
            for (; i <= dim - L.Count; i += L.Count)
            {
                V g = L.Load(ref Unsafe.Add(ref g0, i));
                ref float mAt = ref Unsafe.Add(ref m0, i), vAt = ref Unsafe.Add(ref v0, i), wAt = ref Unsafe.Add(ref w0, i);
                V first = L.ZeroBelow(L.FusedMultiplyAdd(beta1, L.Load(ref mAt), L.Multiply(rest1, g)), smallest);
                V second = L.ZeroBelow(L.FusedMultiplyAdd(beta2, L.Load(ref vAt), L.Multiply(L.Multiply(rest2, g), g)), smallest);
                V move = L.Divide(first, L.Add(L.Sqrt(L.Multiply(second, correction)), epsilon));
                L.Store(first, ref mAt);
                L.Store(second, ref vAt);
                L.Store(L.FusedMultiplyAdd(step, move, L.Load(ref wAt)), ref wAt);
            }

            for (; i < dim; i++)
            {
                One(Unsafe.Add(ref g0, i), ref Unsafe.Add(ref w0, i), ref Unsafe.Add(ref m0, i), ref Unsafe.Add(ref v0, i), c);
            }
        }
    }

    private static void One(float g, ref float w, ref float m, ref float v, in AdamConstants c)
    {
        float first = float.FusedMultiplyAdd(c.Beta1, m, c.OneMinusBeta1 * g);
        float second = float.FusedMultiplyAdd(c.Beta2, v, c.OneMinusBeta2 * g * g);
        m = float.Abs(first) < Smallest ? 0f : first;
        v = float.Abs(second) < Smallest ? 0f : second;
        w = float.FusedMultiplyAdd(-c.StepSize, m / (float.Sqrt(v * c.SecondCorrection) + c.Epsilon), w);
    }
}
