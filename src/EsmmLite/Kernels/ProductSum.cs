using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Neighbouring columns of a matrix.</summary>
/// <param name="First">The first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ColumnRange(int First, int Count);

/// <summary>
/// A sum of matrix products over panels of 32 output columns, C = (start + A₁ B₁) + A₂ B₂ + ..., where the products take turns in the
/// columns of A and the rows of B: each product's sums begin from zero and are added, rounded once more, in the order given. A panel
/// goes through all of them before the next one begins, so that its sums stay in the first-level cache.
/// </summary>
internal static class ProductSum
{
    /// <summary>The definition, by products one after another.</summary>
    /// <param name="a">[rows x depth], by strides.</param>
    /// <param name="b">[depth x 32] a panel.</param>
    /// <param name="ranges">Columns of A, and rows of B, of each product; one or more.</param>
    /// <param name="start">What the first product is added to.</param>
    /// <param name="rectify">Whether the result goes through the rectifier.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="destination">[rows x 32 a panel], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">Floats from one row of the destination to the next.</param>
    internal static void Definition<T>(StridedMatrix a, Panels<T> b, ReadOnlySpan<ColumnRange> ranges, Start start, bool rectify, int rows, Span<float> destination, int stride)
        where T : unmanaged
    {
        for (int i = 0; i < ranges.Length; i++)
        {
            Join join = rectify && i == ranges.Length - 1 ? Join.AfterRectified : Join.After;
            MatrixProduct.Definition(Columns(a, ranges[i]), Rows(b, ranges[i]), i == 0 ? start : new Start(destination, stride, MatrixProduct.PanelWidth), join, rows, ranges[i].Count, destination, stride);
        }
    }

    /// <inheritdoc cref="Definition"/>
    internal static void Multiply<T>(StridedMatrix a, Panels<T> b, ReadOnlySpan<ColumnRange> ranges, Start start, bool rectify, int rows, Span<float> destination, int stride)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfZero(ranges.Length, nameof(ranges));
        if (rows == 0 || b.Count == 0)
        {
            return;
        }

        if (rows <= MatrixProduct.WideRows)
        {
            // So few rows have all panels of a product before the next product begins: then weights stream in.
            for (int i = 0; i < ranges.Length; i++)
            {
                Join join = rectify && i == ranges.Length - 1 ? Join.AfterRectified : Join.After;
                MatrixProduct.Multiply(Columns(a, ranges[i]), Rows(b, ranges[i]), i == 0 ? start : new Start(destination, stride, MatrixProduct.PanelWidth), join, rows, ranges[i].Count, destination, stride);
            }

            return;
        }

        foreach (ColumnRange range in ranges)
        {
            MatrixProduct.CheckLengths(Columns(a, range), Rows(b, range), start, Join.After, rows, range.Count, destination, stride);
        }

        if (Vector512.IsHardwareAccelerated) Multiply<Vector512<float>, Lanes512, T>(a, b, ranges, start, rectify, rows, destination, stride);
        else if (Vector256.IsHardwareAccelerated) Multiply<Vector256<float>, Lanes256, T>(a, b, ranges, start, rectify, rows, destination, stride);
        else Multiply<Vector128<float>, Lanes128, T>(a, b, ranges, start, rectify, rows, destination, stride);
    }

    private static void Multiply<V, L, T>(StridedMatrix a, Panels<T> b, ReadOnlySpan<ColumnRange> ranges, Start start, bool rectify, int rows, Span<float> destination, int stride)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
    {
        for (int p = 0; p < b.Count; p++)
        {
            for (int half = 0; half < MatrixProduct.PanelWidth / 2 / L.Count; half++)
            {
                int column = MatrixProduct.FirstColumn<V, L, T>(half);
                ref T values = ref Unsafe.Add(ref MemoryMarshal.GetReference(b.Values), (p * b.Distance) + MatrixProduct.Place<T>(column));
                ref float to = ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), (p * MatrixProduct.PanelWidth) + column);
                ref float from = ref Unsafe.Add(ref MemoryMarshal.GetReference(start.Values), (p * start.PanelStride) + column);
                nint fromRow = start.RowStride;
                for (int i = 0; i < ranges.Length; i++)
                {
                    ref float x = ref Unsafe.Add(ref MemoryMarshal.GetReference(a.Values), ranges[i].First * a.StepStride);
                    ref T w = ref Unsafe.Add(ref values, ranges[i].First * b.RowStride);
                    if (rectify && i == ranges.Length - 1)
                    {
                        MatrixProduct.Column<V, L, T, JoinAfterRectified>(ref x, a, ref w, b.RowStride, ranges[i].Count, ref to, stride, ref from, fromRow, rows);
                    }
                    else
                    {
                        MatrixProduct.Column<V, L, T, JoinAfter>(ref x, a, ref w, b.RowStride, ranges[i].Count, ref to, stride, ref from, fromRow, rows);
                    }

                    from = ref to;
                    fromRow = stride;
                }
            }
        }
    }

    private static StridedMatrix Columns(StridedMatrix a, ColumnRange range) => new(a.Values[(range.First * a.StepStride)..], a.RowStride, a.StepStride);

    private static Panels<T> Rows<T>(Panels<T> b, ColumnRange range)
        where T : unmanaged
        => new(b.Values[(range.First * b.RowStride)..], b.Count, b.Distance, b.RowStride);
}
