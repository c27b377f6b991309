using System.Runtime.InteropServices;

namespace EsmmLite.Kernels;

/// <summary>Finds what is not finite.</summary>
internal static class Finite
{
    private const uint Exponent = 0x7F800000u;

    /// <summary>Gradients of this size and more, 2^63, have squares that leave no room in the second moment of Adam.</summary>
    internal const float LargestGradient = 9.223372e18f;

    /// <summary>Index of the first value that is infinite or not a number; −1 if all are finite.</summary>
    internal static int FirstNonFinite(ReadOnlySpan<float> values) => FirstFrom(values, Exponent);

    /// <summary>Index of the first value that is not a number, or not below <see cref="LargestGradient"/> in magnitude; −1 if there is none.</summary>
    internal static int FirstUnusableGradient(ReadOnlySpan<float> values) => FirstFrom(values, BitConverter.SingleToUInt32Bits(LargestGradient));

    /// <param name="values">Values to look at.</param>
    /// <param name="limit">Bits of the power of two from which on a magnitude counts; of infinity, for what is not finite.</param>
    private static int FirstFrom(ReadOnlySpan<float> values, uint limit)
    {
        const int Block = 64;
        int i = 0;
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        for (; i <= bits.Length - Block; i += Block)
        {
            // Only exponents from the limit's on carry into the top bit.
            uint any = 0;
            foreach (uint word in bits.Slice(i, Block))
            {
                any |= (word & Exponent) + (0x80000000u - limit);
            }

            if ((any & 0x80000000u) != 0)
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if ((bits[i] & Exponent) >= limit)
            {
                return i;
            }
        }

        return -1;
    }
}
