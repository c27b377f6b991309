using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace EsmmLite.Kernels;

/// <summary>Hints that memory will be needed soon. They change nothing but time.</summary>
internal static class Prefetch
{
    private const int LineBytes = 64;

    /// <summary>How many rows ahead of their use rows of a table are asked for.</summary>
    internal const int RowsAhead = 4;

    /// <summary>Asks for the cache lines of a row; the row itself is not touched, so it may even lie outside the span's memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Row<T>(ref T row, int dim)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            byte* at = (byte*)Unsafe.AsPointer(ref row);
            for (int i = 0; i < dim * sizeof(T); i += LineBytes)
            {
                Sse.Prefetch0(at + i);
            }
        }
    }
}
