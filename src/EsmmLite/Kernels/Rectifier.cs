using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>The rectifier, forward and backward, where no product has it at its end (<see cref="Join"/>).</summary>
internal static class Rectifier
{
    /// <summary>In place: values[i] = values[i] ≤ 0 ? +0 : values[i]. Not-a-number stays, so that it is found later.</summary>
    internal static void Forward(Span<float> values)
    {
        if (Vector512.IsHardwareAccelerated) Forward<Vector512<float>, Lanes512>(values);
        else if (Vector256.IsHardwareAccelerated) Forward<Vector256<float>, Lanes256>(values);
        else Forward<Vector128<float>, Lanes128>(values);
    }

    /// <summary>The same for rows of a width, <paramref name="stride"/> floats apart.</summary>
    internal static void Rows(Span<float> values, int stride, int rows, int width)
    {
        for (int r = 0; r < rows; r++)
        {
            Forward(values.Slice(r * stride, width));
        }
    }

    /// <summary>In place: slopes[i] = outputs[i] &gt; 0 ? slopes[i] : +0.</summary>
    internal static void Backward(ReadOnlySpan<float> outputs, Span<float> slopes)
    {
        Check.SameLength(outputs.Length, slopes.Length, nameof(outputs), nameof(slopes));
        if (Vector512.IsHardwareAccelerated) Backward<Vector512<float>, Lanes512>(outputs, slopes);
        else if (Vector256.IsHardwareAccelerated) Backward<Vector256<float>, Lanes256>(outputs, slopes);
        else Backward<Vector128<float>, Lanes128>(outputs, slopes);
    }

    /// <summary>The same for rows of a width, <paramref name="stride"/> floats apart.</summary>
    internal static void BackwardRows(ReadOnlySpan<float> outputs, Span<float> slopes, int stride, int rows, int width)
    {
        for (int r = 0; r < rows; r++)
        {
            Backward(outputs.Slice(r * stride, width), slopes.Slice(r * stride, width));
        }
    }

    private static void Forward<V, L>(Span<float> values)
        where V : struct
        where L : struct, ILanes<V>
    {
        int i = 0;
        for (; i <= values.Length - L.Count; i += L.Count)
        {
            ref float at = ref values[i];
            L.Store(L.Relu(L.Load(ref at)), ref at);
        }

        for (; i < values.Length; i++)
        {
            values[i] = values[i] <= 0f ? 0f : values[i];
        }
    }

    private static void Backward<V, L>(ReadOnlySpan<float> outputs, Span<float> slopes)
        where V : struct
        where L : struct, ILanes<V>
    {
        int i = 0;
        for (; i <= slopes.Length - L.Count; i += L.Count)
        {
            ref float at = ref slopes[i];
            L.Store(L.WherePositive(L.Load(ref MemoryMarshal.GetReference(outputs[i..])), L.Load(ref at)), ref at);
        }

        for (; i < slopes.Length; i++)
        {
            slopes[i] = outputs[i] > 0f ? slopes[i] : 0f;
        }
    }
}
