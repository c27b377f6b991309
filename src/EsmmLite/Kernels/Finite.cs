using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Finds what is not finite.</summary>
internal static class Finite
{
    /// <summary>Gradients of this size and more, 2^63, have squares that leave no room in the second moment of Adam.</summary>
    internal const float LargestGradient = 9.223372e18f;

    /// <summary>Index of the first value that is infinite or not a number; −1 if all are finite.</summary>
    internal static int FirstNonFinite(ReadOnlySpan<float> values) => FirstNotBelow(values, float.PositiveInfinity);

    /// <summary>Index of the first value that is not a number, or not below <see cref="LargestGradient"/> in magnitude; −1 if there is none.</summary>
    internal static int FirstUnusableGradient(ReadOnlySpan<float> values) => FirstNotBelow(values, LargestGradient);

    /// <summary>Index of the first value of which |value| &lt; limit is not true.</summary>
    private static int FirstNotBelow(ReadOnlySpan<float> values, float limit)
    {
        int i = Vector512.IsHardwareAccelerated ? Skip<Vector512<float>, Lanes512>(values, limit)
            : Vector256.IsHardwareAccelerated ? Skip<Vector256<float>, Lanes256>(values, limit)
            : Skip<Vector128<float>, Lanes128>(values, limit);
        for (; i < values.Length; i++)
        {
            if (!(float.Abs(values[i]) < limit))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A number of leading values all of which are below the limit.</summary>
    private static int Skip<V, L>(ReadOnlySpan<float> values, float limit)
        where V : struct
        where L : struct, ILanes<V>
    {
        ref float at = ref MemoryMarshal.GetReference(values);
        V limits = L.Broadcast(limit);
        int i = 0;
        while (i <= values.Length - L.Count && L.AllMagnitudesBelow(L.Load(ref Unsafe.Add(ref at, i)), limits))
        {
            i += L.Count;
        }

        return i;
    }
}
