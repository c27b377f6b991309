using System.Runtime.CompilerServices;
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

/// <summary>Panels of 32 columns, [depth][32] each; panel p begins at p · Distance. Where a column stands in a row: <see cref="MatrixProduct.Place{T}"/>.</summary>
/// <typeparam name="T">float, or ushort for brain floats.</typeparam>
internal readonly ref struct Panels<T>(ReadOnlySpan<T> values, int count, int distance, int rowStride = MatrixProduct.PanelWidth)
{
    public ReadOnlySpan<T> Values { get; } = values;

    public int Count { get; } = count;

    /// <summary>From one panel to the next.</summary>
    public int Distance { get; } = distance;

    /// <summary>From one row of a panel to the next.</summary>
    public int RowStride { get; } = rowStride;
}

/// <summary>Values that a product joins: element (r, j) of panel p lies at r · RowStride + p · PanelStride + j.</summary>
internal readonly ref struct Start(ReadOnlySpan<float> values, int rowStride, int panelStride)
{
    public ReadOnlySpan<float> Values { get; } = values;

    /// <summary>From one row to the next; 0 where all rows share them, as a bias.</summary>
    public int RowStride { get; } = rowStride;

    public int PanelStride { get; } = panelStride;
}

/// <summary>
/// Matrix products over panels of 32 output columns: C[r, j] = sum over k of A[r, k] · B[k, j], every element
/// summed in the order of k with one fused multiply-add a term, whatever the vector width, the tile's shape and the number of rows.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>Output columns of a panel: the unit in which weights are stored, [columns / 32][depth][32].</summary>
    internal const int PanelWidth = 32;

    /// <summary>Up to this many rows, several panels are worked on together.</summary>
    internal const int WideRows = 2;

    /// <summary>
    /// Where a column stands in the row of a panel. Floats stand in order. Of brain floats, columns j and j + 16 stand side by side in
    /// 32 bits: a shift makes a float of one and a mask of the other, while widening them in order takes a shuffle each.
    /// </summary>
    internal static int Place<T>(int column) => typeof(T) == typeof(ushort) ? (2 * (column % (PanelWidth / 2))) + (column / (PanelWidth / 2)) : column;

    /// <summary>The first column of a tile of two vectors: of neighbours or, with brain floats, one of each half of the panel.</summary>
    internal static int FirstColumn<V, L, T>(int tile)
        where V : struct
        where L : struct, ILanes<V>
        => tile * L.Count * (typeof(T) == typeof(ushort) ? 1 : 2);

    /// <summary>How many panels a product of some rows is best asked for at once, if it is one of several into the same destination.</summary>
    internal static int PanelsTogether(int rows) => rows <= WideRows ? 32 : 1;

    /// <summary>The definition, one element at a time.</summary>
    /// <param name="a">[rows x depth], by strides.</param>
    /// <param name="b">[depth x 32] a panel.</param>
    /// <param name="start">What the sums join; not read if <paramref name="join"/> is none.</param>
    /// <param name="join">How they join it.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="destination">[rows x 32 a panel], rows <paramref name="destinationStride"/> floats apart.</param>
    /// <param name="destinationStride">Floats from one row of the destination to the next.</param>
    internal static void Definition<T>(StridedMatrix a, Panels<T> b, Start start, Join join, int rows, int depth, Span<float> destination, int destinationStride)
        where T : unmanaged
    {
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < b.Count * PanelWidth; j++)
            {
                int panel = j / PanelWidth, column = j % PanelWidth;
                float other = join == Join.None ? 0f : start.Values[(r * start.RowStride) + (panel * start.PanelStride) + column];
                float sum = join is Join.Before or Join.BeforeRectified ? other : 0f;
                for (int k = 0; k < depth; k++)
                {
                    sum = float.FusedMultiplyAdd(a.Values[(r * a.RowStride) + (k * a.StepStride)], BrainFloat.Widen(b.Values[(panel * b.Distance) + (k * b.RowStride) + Place<T>(column)]), sum);
                }

                sum = join is Join.After or Join.AfterRectified ? other + sum : sum;
                bool off = join == Join.Gated ? !(other > 0f) : join is Join.BeforeRectified or Join.AfterRectified && sum <= 0f;
                destination[(r * destinationStride) + j] = off ? 0f : sum;
            }
        }
    }

    /// <inheritdoc cref="Definition"/>
    internal static void Multiply<T>(StridedMatrix a, Panels<T> b, Start start, Join join, int rows, int depth, Span<float> destination, int destinationStride)
        where T : unmanaged
    {
        if (rows == 0 || b.Count == 0)
        {
            return;
        }

        CheckLengths(a, b, start, join, rows, depth, destination, destinationStride);
        if (Vector512.IsHardwareAccelerated) Multiply<Vector512<float>, Lanes512, T>(a, b, start, join, rows, depth, destination, destinationStride);
        else if (Vector256.IsHardwareAccelerated) Multiply<Vector256<float>, Lanes256, T>(a, b, start, join, rows, depth, destination, destinationStride);
        else Multiply<Vector128<float>, Lanes128, T>(a, b, start, join, rows, depth, destination, destinationStride);
    }

    private static void Multiply<V, L, T>(StridedMatrix a, Panels<T> b, Start start, Join join, int rows, int depth, Span<float> destination, int destinationStride)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
    {
        switch (join)
        {
            case Join.None: Multiply<V, L, T, JoinNone>(a, b, start, rows, depth, destination, destinationStride); break;
            case Join.Before: Multiply<V, L, T, JoinBefore>(a, b, start, rows, depth, destination, destinationStride); break;
            case Join.BeforeRectified: Multiply<V, L, T, JoinBeforeRectified>(a, b, start, rows, depth, destination, destinationStride); break;
            case Join.After: Multiply<V, L, T, JoinAfter>(a, b, start, rows, depth, destination, destinationStride); break;
            case Join.AfterRectified: Multiply<V, L, T, JoinAfterRectified>(a, b, start, rows, depth, destination, destinationStride); break;
            default: Multiply<V, L, T, JoinGated>(a, b, start, rows, depth, destination, destinationStride); break;
        }
    }

    private static void Multiply<V, L, T, J>(StridedMatrix a, Panels<T> b, Start start, int rows, int depth, Span<float> destination, int destinationStride)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
        where J : struct, IJoin
    {
        ref float a0 = ref MemoryMarshal.GetReference(a.Values);
        ref T b0 = ref MemoryMarshal.GetReference(b.Values);
        ref float c0 = ref MemoryMarshal.GetReference(destination);
        ref float s0 = ref MemoryMarshal.GetReference(start.Values);
        bool wide = rows <= WideRows && a.StepStride == 1 && b.RowStride == PanelWidth;
        for (int p = 0; p < b.Count;)
        {
            int panels = wide ? PanelsAtOnce<L, V>(b.Count - p) : 1;
            for (int tile = 0; tile < PanelWidth / 2 / L.Count; tile++)
            {
                int column = FirstColumn<V, L, T>(tile);
                ref T bp = ref Unsafe.Add(ref b0, (p * b.Distance) + Place<T>(column));
                ref float cp = ref Unsafe.Add(ref c0, (p * PanelWidth) + column);
                ref float sp = ref Unsafe.Add(ref s0, J.Begins || J.Adds || J.Gates ? (p * start.PanelStride) + column : 0);
                for (int r = 0; r < rows && wide; r++)
                {
                    WideRow<V, L, T, J>(panels, ref Unsafe.Add(ref a0, r * a.RowStride), ref bp, b.Distance, depth, ref Unsafe.Add(ref cp, r * destinationStride), ref Unsafe.Add(ref sp, r * start.RowStride), start.PanelStride);
                }

                if (!wide)
                {
                    Column<V, L, T, J>(ref a0, a, ref bp, b.RowStride, depth, ref cp, destinationStride, ref sp, start.RowStride, rows);
                }
            }

            p += panels;
        }
    }

    /// <summary>All rows of two vectors of columns: in tiles as even as possible, since a tile of few rows is a slow one.</summary>
    internal static void Column<V, L, T, J>(ref float a, StridedMatrix strides, ref T b, nint bStep, int depth, ref float c, nint cRow, ref float start, nint startRow, int rows)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
        where J : struct, IJoin
    {
        int tiles = (rows + L.TileRows - 1) / L.TileRows;
        int each = rows / tiles, larger = rows % tiles;
        nint aRow = strides.RowStride, aStep = strides.StepStride;
        for (int tile = 0; tile < tiles; tile++)
        {
            int count = tile < larger ? each + 1 : each;
            switch (count)
            {
                case 1: RegisterTile<V, L, T>.Run<Rows1, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 2: RegisterTile<V, L, T>.Run<Rows2, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 3: RegisterTile<V, L, T>.Run<Rows3, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 4: RegisterTile<V, L, T>.Run<Rows4, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 5: RegisterTile<V, L, T>.Run<Rows5, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 6: RegisterTile<V, L, T>.Run<Rows6, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 7: RegisterTile<V, L, T>.Run<Rows7, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 8: RegisterTile<V, L, T>.Run<Rows8, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 9: RegisterTile<V, L, T>.Run<Rows9, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 10: RegisterTile<V, L, T>.Run<Rows10, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                case 11: RegisterTile<V, L, T>.Run<Rows11, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
                default: RegisterTile<V, L, T>.Run<Rows12, J>(ref a, aRow, aStep, ref b, bStep, depth, ref c, cRow, ref start, startRow); break;
            }

            a = ref Unsafe.Add(ref a, count * aRow);
            c = ref Unsafe.Add(ref c, count * cRow);
            start = ref Unsafe.Add(ref start, count * startRow);
        }
    }

    /// <summary>8, 4, 2 or 1; 4 at most where 16 registers must hold two sums a panel.</summary>
    private static int PanelsAtOnce<L, V>(int left)
        where V : struct
        where L : struct, ILanes<V>
        => left >= 8 && L.TileRows >= 12 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;

    private static void WideRow<V, L, T, J>(int panels, ref float a, ref T b, nint panel, int depth, ref float c, ref float start, nint startPanel)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
        where J : struct, IJoin
    {
        switch (panels)
        {
            case 1: WideTile<V, L, T>.Run<Rows1, J>(ref a, ref b, panel, depth, ref c, ref start, startPanel); break;
            case 2: WideTile<V, L, T>.Run<Rows2, J>(ref a, ref b, panel, depth, ref c, ref start, startPanel); break;
            case 4: WideTile<V, L, T>.Run<Rows4, J>(ref a, ref b, panel, depth, ref c, ref start, startPanel); break;
            default: WideTile<V, L, T>.Run<Rows8, J>(ref a, ref b, panel, depth, ref c, ref start, startPanel); break;
        }
    }

    internal static void CheckLengths<T>(StridedMatrix a, Panels<T> b, Start start, Join join, int rows, int depth, Span<float> destination, int destinationStride)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        ArgumentOutOfRangeException.ThrowIfNegative(a.RowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(a.StepStride);
        ArgumentOutOfRangeException.ThrowIfNegative(b.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(b.Distance);
        ArgumentOutOfRangeException.ThrowIfLessThan(b.RowStride, PanelWidth);
        long width = (long)b.Count * PanelWidth;
        ArgumentOutOfRangeException.ThrowIfLessThan(destinationStride, width, nameof(destinationStride));
        if (depth > 0)
        {
            Check.AtLeast(a.Values.Length, ((long)(rows - 1) * a.RowStride) + ((long)(depth - 1) * a.StepStride) + 1, "a");
            Check.AtLeast(b.Values.Length, ((long)(b.Count - 1) * b.Distance) + ((long)(depth - 1) * b.RowStride) + PanelWidth, "b");
        }

        Check.AtLeast(destination.Length, ((long)(rows - 1) * destinationStride) + width, nameof(destination));
        Check.NoOverlap<float>(a.Values, destination, "a");
        Check.NoOverlap<byte>(MemoryMarshal.AsBytes(b.Values), MemoryMarshal.AsBytes(destination), "b");
        if (join == Join.None)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(start.RowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(start.PanelStride);
        Check.AtLeast(start.Values.Length, ((long)(rows - 1) * start.RowStride) + ((long)(b.Count - 1) * start.PanelStride) + PanelWidth, nameof(start));

        // In place is fine: every element is read before it is written. Half in place is not.
        bool inPlace = Unsafe.AreSame(ref MemoryMarshal.GetReference(start.Values), ref MemoryMarshal.GetReference(destination)) && start.RowStride == destinationStride && (b.Count == 1 || start.PanelStride == PanelWidth);
        if (!inPlace)
        {
            Check.NoOverlap<float>(start.Values, destination, nameof(start));
        }
    }
}
