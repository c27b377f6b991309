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

    /// <summary>The nearest brain float, to even in the middle; the relative error is at most 2^-8. Finite values near the largest float become infinite.</summary>
    internal static ushort Narrow(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
