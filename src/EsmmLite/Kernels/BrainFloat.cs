using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>bfloat16: the upper half of a float, 8 bits of precision and the whole range of exponents.</summary>
internal static class BrainFloat
{
    /// <summary>A float's value, or the float that a brain float stands for, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Widen<T>(T value)
        where T : unmanaged
        => typeof(T) == typeof(ushort) ? BitConverter.UInt32BitsToSingle((uint)(ushort)(object)value << 16) : (float)(object)value;

    /// <summary>destination[i] = the float that source[i] stands for.</summary>
    internal static void Widen(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        Check.AtLeast(destination.Length, source.Length, nameof(destination));
        if (Vector512.IsHardwareAccelerated) Widen<Vector512<float>, Lanes512>(source, destination);
        else if (Vector256.IsHardwareAccelerated) Widen<Vector256<float>, Lanes256>(source, destination);
        else Widen<Vector128<float>, Lanes128>(source, destination);
    }

    /// <summary>The nearest brain float, to even in the middle. Finite values near the largest float become infinite; not-a-number stays.</summary>
    /// <remarks>
    /// The relative error is at most 1/257, just under 2^-8: that of 1 + 2^-8, half-way between 1 and the next brain float 1 + 2^-7.
    /// Below the smallest normal float, 2^-126, the absolute error is at most 2^-134 instead.
    /// </remarks>
    internal static ushort Narrow(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
        {
            // Rounding could carry it into infinity or even zero.
            return (ushort)((bits >> 16) | 0x40);
        }

        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>destination[i] = the brain float nearest to source[i].</summary>
    /// <returns>Index of the first value that is not finite afterwards, where it stopped; −1 if all are.</returns>
    internal static int Narrow(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        Check.AtLeast(destination.Length, source.Length, nameof(destination));
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = Narrow(source[i]);
            if (!float.IsFinite(Widen(destination[i])))
            {
                return i;
            }
        }

        return -1;
    }

    private static void Widen<V, L>(ReadOnlySpan<ushort> source, Span<float> destination)
        where V : struct
        where L : struct, ILanes<V>
    {
        ref ushort from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= source.Length - L.Count; i += L.Count)
        {
            L.Store(L.LoadBrain(ref Unsafe.Add(ref from, i)), ref Unsafe.Add(ref to, i));
        }

        for (; i < source.Length; i++)
        {
            Unsafe.Add(ref to, i) = Widen(Unsafe.Add(ref from, i));
        }
    }
}
