using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>One Adagrad step: the sum of squares and the weight in one pass.</summary>
/// <remarks>s ← s + g², at most the largest float; w ← w − rate · g / (√s + ε). Source: Duchi, Hazan and Singer 2011; ε where torch has it.</remarks>
internal static class AdagradUpdate
{
    /// <summary>The definition, one weight at a time.</summary>
    internal static void Definition(ReadOnlySpan<float> gradients, Span<float> weights, Span<float> sums, float rate, float epsilon)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            One(gradients[i], ref weights[i], ref sums[i], rate, epsilon);
        }
    }

    /// <inheritdoc cref="Definition"/>
    internal static void Step(ReadOnlySpan<float> gradients, Span<float> weights, Span<float> sums, float rate, float epsilon)
    {
        Check.SameLength(gradients.Length, weights.Length, nameof(gradients), nameof(weights));
        Check.SameLength(sums.Length, weights.Length, nameof(sums), nameof(weights));
        if (Vector512.IsHardwareAccelerated) Run<Vector512<float>, Lanes512>(gradients, weights, sums, rate, epsilon);
        else if (Vector256.IsHardwareAccelerated) Run<Vector256<float>, Lanes256>(gradients, weights, sums, rate, epsilon);
        else Run<Vector128<float>, Lanes128>(gradients, weights, sums, rate, epsilon);
    }

    /// <summary>The step of a whole row that has one sum: s ← s + mean of g² (16 lanes); w ← w − rate / (√s + ε) · g.</summary>
    internal static void Row(ReadOnlySpan<float> gradient, Span<float> weights, ref float sum, float rate, float epsilon)
    {
        sum = float.Min(sum + (FixedDot.Dot(gradient, gradient) / gradient.Length), float.MaxValue);
        System.Numerics.Tensors.TensorPrimitives.FusedMultiplyAdd(gradient, -rate / (float.Sqrt(sum) + epsilon), weights, weights);
    }

    private static void Run<V, L>(ReadOnlySpan<float> gradients, Span<float> weights, Span<float> sums, float rate, float epsilon)
        where V : struct
        where L : struct, ILanes<V>
    {
        V step = L.Broadcast(-rate), small = L.Broadcast(epsilon), most = L.Broadcast(float.MaxValue);
        ref float g0 = ref MemoryMarshal.GetReference(gradients), w0 = ref MemoryMarshal.GetReference(weights), s0 = ref MemoryMarshal.GetReference(sums);
        int i = 0;
        for (; i <= weights.Length - L.Count; i += L.Count)
        {
            V g = L.Load(ref Unsafe.Add(ref g0, i)), s = L.Min(L.FusedMultiplyAdd(g, g, L.Load(ref Unsafe.Add(ref s0, i))), most);
            L.Store(s, ref Unsafe.Add(ref s0, i));
            L.Store(L.FusedMultiplyAdd(step, L.Divide(g, L.Add(L.Sqrt(s), small)), L.Load(ref Unsafe.Add(ref w0, i))), ref Unsafe.Add(ref w0, i));
        }

        for (; i < weights.Length; i++)
        {
            One(gradients[i], ref weights[i], ref sums[i], rate, epsilon);
        }
    }

    private static void One(float g, ref float w, ref float s, float rate, float epsilon)
    {
        s = float.Min(float.FusedMultiplyAdd(g, g, s), float.MaxValue);
        w = float.FusedMultiplyAdd(-rate, g / (float.Sqrt(s) + epsilon), w);
    }
}
