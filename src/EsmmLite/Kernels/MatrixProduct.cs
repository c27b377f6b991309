using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>A matrix as a span with two strides, in floats: element (r, k) lies at r · RowStride + k · StepStride.</summary>
/// <remarks>A transposed matrix is the same span with its strides exchanged.</remarks>
internal readonly ref struct StridedMatrix(ReadOnlySpan<float> values, int rowStride, int stepStride = 1)
{
    public ReadOnlySpan<float> Values { get; } = values;

    public int RowStride { get; } = rowStride;

    public int StepStride { get; } = stepStride;
}

/// <summary>
/// Matrix products over panels of 32 output columns: C[r, j] = begin + sum over k of A[r, k] · B[k, j], every element
/// summed in the order of k with one fused multiply-add a term, whatever the vector width, the block shape and the number of rows.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>Output columns of a panel: the unit in which weights are stored, [columns / 32][depth][32].</summary>
    internal const int PanelWidth = 32;

    /// <summary>The definition, one element at a time.</summary>
    /// <param name="a">[rows x depth], by strides.</param>
    /// <param name="panel">[depth x 32], rows of 32 columns <paramref name="panelStride"/> floats apart.</param>
    /// <param name="panelStride">Floats from one row of the panel to the next.</param>
    /// <param name="bias">[32], with <see cref="Begin.Bias"/> only.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="destination">[rows x 32], rows <paramref name="destinationStride"/> floats apart.</param>
    /// <param name="destinationStride">Floats from one row of the destination to the next.</param>
    /// <param name="begin">How each sum begins.</param>
    /// <param name="finish">What happens to it.</param>
    internal static void PanelDefinition(StridedMatrix a, ReadOnlySpan<float> panel, int panelStride, ReadOnlySpan<float> bias, int rows, int depth, Span<float> destination, int destinationStride, Begin begin, Finish finish)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < PanelWidth; j++)
            {
                ref float c = ref destination[r * destinationStride + j];
                float sum = begin switch { Begin.Bias => bias[j], Begin.Destination => c, _ => 0f };
                for (int k = 0; k < depth; k++)
                {
                    sum = float.FusedMultiplyAdd(a.Values[r * a.RowStride + k * a.StepStride], panel[k * panelStride + j], sum);
                }

                c = finish == Finish.Add ? c + sum : sum;
            }
        }
    }

    /// <inheritdoc cref="PanelDefinition"/>
    internal static void Panel(StridedMatrix a, ReadOnlySpan<float> panel, int panelStride, ReadOnlySpan<float> bias, int rows, int depth, Span<float> destination, int destinationStride, Begin begin, Finish finish)
    {
        if (rows == 0)
        {
            return;
        }

        CheckLengths(a, panel, panelStride, bias, rows, depth, destination, destinationStride, begin);
        if (Vector512.IsHardwareAccelerated)
        {
            Panel<Vector512<float>, Lanes512>(a, panel, panelStride, bias, rows, depth, destination, destinationStride, begin, finish);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Panel<Vector256<float>, Lanes256>(a, panel, panelStride, bias, rows, depth, destination, destinationStride, begin, finish);
        }
        else
        {
            Panel<Vector128<float>, Lanes128>(a, panel, panelStride, bias, rows, depth, destination, destinationStride, begin, finish);
        }
    }

    private static void Panel<V, L>(StridedMatrix a, ReadOnlySpan<float> panel, int panelStride, ReadOnlySpan<float> bias, int rows, int depth, Span<float> destination, int destinationStride, Begin begin, Finish finish)
        where V : struct
        where L : struct, ILanes<V>
    {
        for (int column = 0; column < PanelWidth; column += 2 * L.Count)
        {
            ref float b = ref MemoryMarshal.GetReference(panel[Math.Min(column, panel.Length)..]);
            ref float start = ref MemoryMarshal.GetReference(begin == Begin.Bias ? bias[column..] : default);
            int row = 0;
            while (row < rows)
            {
                ref float x = ref MemoryMarshal.GetReference(a.Values[Math.Min(row * a.RowStride, a.Values.Length)..]);
                ref float c = ref MemoryMarshal.GetReference(destination[(row * destinationStride + column)..]);
                int left = rows - row;
                if (left >= 12 && L.TileRows >= 12)
                {
                    RegisterTile<V, L>.Rows12(ref x, a.RowStride, a.StepStride, ref b, panelStride, depth, ref c, destinationStride, ref start, begin, finish);
                    row += 12;
                }
                else if (left >= 6)
                {
                    RegisterTile<V, L>.Rows6(ref x, a.RowStride, a.StepStride, ref b, panelStride, depth, ref c, destinationStride, ref start, begin, finish);
                    row += 6;
                }
                else if (left >= 3)
                {
                    RegisterTile<V, L>.Rows3(ref x, a.RowStride, a.StepStride, ref b, panelStride, depth, ref c, destinationStride, ref start, begin, finish);
                    row += 3;
                }
                else
                {
                    RegisterTile<V, L>.Rows1(ref x, a.StepStride, ref b, panelStride, depth, ref c, ref start, begin, finish);
                    row += 1;
                }
            }
        }
    }

    private static void CheckLengths(StridedMatrix a, ReadOnlySpan<float> panel, int panelStride, ReadOnlySpan<float> bias, int rows, int depth, Span<float> destination, int destinationStride, Begin begin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        ArgumentOutOfRangeException.ThrowIfNegative(a.RowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(a.StepStride);
        ArgumentOutOfRangeException.ThrowIfLessThan(panelStride, PanelWidth);
        ArgumentOutOfRangeException.ThrowIfLessThan(destinationStride, PanelWidth);
        if (depth > 0)
        {
            Check.AtLeast(a.Values.Length, (long)(rows - 1) * a.RowStride + (long)(depth - 1) * a.StepStride + 1, "a");
            Check.AtLeast(panel.Length, (long)(depth - 1) * panelStride + PanelWidth, nameof(panel));
        }

        Check.AtLeast(destination.Length, (long)(rows - 1) * destinationStride + PanelWidth, nameof(destination));
        if (begin == Begin.Bias)
        {
            Check.AtLeast(bias.Length, PanelWidth, nameof(bias));
            Check.NoOverlap(bias, destination, nameof(bias));
        }

        Check.NoOverlap(a.Values, destination, "a");
        Check.NoOverlap(panel, destination, nameof(panel));
    }
}
