using System.Runtime.CompilerServices;

namespace EsmmLite.Kernels;

/// <summary>bfloat16: the upper half of a float, 8 bits of precision and the whole range of exponents.</summary>
internal static class BrainFloat
{
    /// <summary>A float's value, or the float that a brain float stands for, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Widen<T>(T value)
        where T : unmanaged
        => typeof(T) == typeof(ushort) ? BitConverter.UInt32BitsToSingle((uint)(ushort)(object)value << 16) : (float)(object)value;

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
}
