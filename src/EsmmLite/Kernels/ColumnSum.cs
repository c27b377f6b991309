using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Sums of one panel's columns, in the order of rows: the gradient of a bias.</summary>
internal static class ColumnSum
{
    private const int Width = MatrixProduct.PanelWidth;

    /// <summary>The definition: sums[j] = (begin or 0) + rows[0, j] + rows[1, j] + ...</summary>
    /// <param name="values">[rows x 32], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="sums">Destination. [32]</param>
    /// <param name="accumulate">Whether the sums go on from what the destination holds.</param>
    internal static void Definition(ReadOnlySpan<float> values, int stride, int rows, Span<float> sums, bool accumulate)
    {
        for (int j = 0; j < Width; j++)
        {
            float sum = accumulate ? sums[j] : 0f;
            for (int r = 0; r < rows; r++)
            {
                sum += values[(r * stride) + j];
            }

            sums[j] = sum;
        }
    }

    /// <inheritdoc cref="Definition"/>
    internal static void Panel(ReadOnlySpan<float> values, int stride, int rows, Span<float> sums, bool accumulate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        Check.AtLeast(sums.Length, Width, nameof(sums));
        Check.AtLeast(values.Length, rows == 0 ? 0 : ((long)(rows - 1) * stride) + Width, nameof(values));
        Check.NoOverlap<float>(values, sums, nameof(values));
        if (Vector512.IsHardwareAccelerated) Panel<Vector512<float>, Lanes512>(values, stride, rows, sums, accumulate);
        else if (Vector256.IsHardwareAccelerated) Panel<Vector256<float>, Lanes256>(values, stride, rows, sums, accumulate);
        else Panel<Vector128<float>, Lanes128>(values, stride, rows, sums, accumulate);
    }

    private static void Panel<V, L>(ReadOnlySpan<float> values, int stride, int rows, Span<float> sums, bool accumulate)
        where V : struct
        where L : struct, ILanes<V>
    {
        for (int j = 0; j < Width; j += 2 * L.Count)
        {
            ref float at = ref Unsafe.Add(ref MemoryMarshal.GetReference(values), j);
            ref float to = ref sums[j];
            V left = accumulate ? L.Load(ref to) : default;
            V right = accumulate ? L.Load(ref Unsafe.Add(ref to, L.Count)) : default;
            for (int r = 0; r < rows; r++)
            {
                left = L.Add(left, L.Load(ref at));
                right = L.Add(right, L.Load(ref Unsafe.Add(ref at, L.Count)));
                at = ref Unsafe.Add(ref at, stride);
            }

            L.Store(left, ref to);
            L.Store(right, ref Unsafe.Add(ref to, L.Count));
        }
    }
}
