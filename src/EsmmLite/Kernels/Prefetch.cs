using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace EsmmLite.Kernels;

/// <summary>Hints that memory will be needed soon. They change nothing but time.</summary>
internal static class Prefetch
{
    private const int LineFloats = 16;

    /// <summary>How many rows ahead of their use rows of a table are asked for.</summary>
    internal const int RowsAhead = 4;

    /// <summary>Asks for the cache lines of a row; the row itself is not touched, so it may even lie outside the span's memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Row(ref float row, int dim)
    {
        if (Sse.IsSupported)
        {
            byte* at = (byte*)Unsafe.AsPointer(ref row);
            for (int i = 0; i < dim; i += LineFloats)
            {
                Sse.Prefetch0(at + (i * sizeof(float)));
            }
        }
    }
}
