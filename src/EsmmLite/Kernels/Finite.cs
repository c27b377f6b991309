using System.Runtime.InteropServices;

namespace EsmmLite.Kernels;

/// <summary>Finds what is not finite.</summary>
internal static class Finite
{
    /// <summary>Index of the first value that is infinite or not a number; −1 if all are finite.</summary>
    internal static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        const int Block = 64;
        int i = 0;
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        for (; i <= bits.Length - Block; i += Block)
        {
            // An exponent of all ones, and nothing else, carries into the top bit when the exponent's lowest bit is added.
            uint any = 0;
            foreach (uint word in bits.Slice(i, Block))
            {
                any |= (word & 0x7F800000u) + 0x00800000u;
            }

            if ((any & 0x80000000u) != 0)
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
