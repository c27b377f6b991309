using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Rows of a table, copied to where ids ask for them; and rows added up.</summary>
internal static partial class RowGather
{
    private const int Width = MatrixProduct.PanelWidth;

    /// <summary>destination[r, :] = table[ids[r], :], or zeros where ids[r] is negative.</summary>
    /// <param name="table">[rows of the table x dim]</param>
    /// <param name="dim">Length of a row.</param>
    /// <param name="ids">Rows of the table; negative for none.</param>
    /// <param name="destination">[ids x dim], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row of the destination to the next.</param>
    /// <typeparam name="T">float, or ushort for brain floats.</typeparam>
    internal static void Copy<T>(ReadOnlySpan<T> table, int dim, ReadOnlySpan<int> ids, Span<float> destination, int stride)
        where T : unmanaged
    {
        Check.AtLeast(destination.Length, ids.Length == 0 ? 0 : ((long)(ids.Length - 1) * stride) + dim, nameof(destination));
        if (typeof(T) == typeof(float) && dim == Vector512<float>.Count)
        {
            CopyLines(MemoryMarshal.Cast<T, float>(table), ids, destination, stride);
            return;
        }

        ref T first = ref MemoryMarshal.GetReference(table);
        for (int r = 0; r < ids.Length; r++)
        {
            if (r + Prefetch.RowsAhead < ids.Length)
            {
                Prefetch.Row(ref Unsafe.Add(ref first, (nint)ids[r + Prefetch.RowsAhead] * dim), dim);
            }

            Span<float> to = destination.Slice(r * stride, dim);
            if (ids[r] < 0)
            {
                to.Clear();
            }
            else
            {
                CopyRow(table.Slice(ids[r] * dim, dim), to);
            }
        }
    }

    /// <summary>Asks for the rows, lest a copy wait for each.</summary>
    /// <param name="table">[rows of the table x dim]</param>
    /// <param name="dim">Length of a row.</param>
    /// <param name="ids">Rows of the table; negative for none.</param>
    internal static void Ask<T>(ReadOnlySpan<T> table, int dim, ReadOnlySpan<int> ids)
        where T : unmanaged
    {
        ref T first = ref MemoryMarshal.GetReference(table);
        foreach (int id in ids)
        {
            Prefetch.Row(ref Unsafe.Add(ref first, (nint)id * dim), dim);
        }
    }

    /// <summary>Rows of one cache line each, the usual ones: checked once a row, copied without a call.</summary>
    private static void CopyLines(ReadOnlySpan<float> table, ReadOnlySpan<int> ids, Span<float> destination, int stride)
    {
        const int Dim = 16;
        int rows = table.Length / Dim;
        ref float first = ref MemoryMarshal.GetReference(table);
        ref float to = ref MemoryMarshal.GetReference(destination);
        foreach (int id in ids)
        {
            Vector512<float> row = default;
            if (id >= 0)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, rows, nameof(ids));
                row = Vector512.LoadUnsafe(ref first, (nuint)id * Dim);
            }

            row.StoreUnsafe(ref to);
            to = ref Unsafe.Add(ref to, stride);
        }
    }

    /// <summary>destination[r, :] = first[firstIds[r], :] · second[secondIds[r], :], or zeros where one of the ids is negative.</summary>
    /// <param name="first">[rows of the table x dim]</param>
    /// <param name="firstIds">Its rows.</param>
    /// <param name="second">[rows of the table x dim]</param>
    /// <param name="secondIds">Its rows.</param>
    /// <param name="dim">Length of a row.</param>
    /// <param name="destination">[ids x dim], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row of the destination to the next.</param>
    internal static void Multiply(ReadOnlySpan<float> first, ReadOnlySpan<int> firstIds, ReadOnlySpan<float> second, ReadOnlySpan<int> secondIds, int dim, Span<float> destination, int stride)
    {
        Check.SameLength(firstIds.Length, secondIds.Length, nameof(firstIds), nameof(secondIds));
        if (Vector512.IsHardwareAccelerated) Multiply<Vector512<float>, Lanes512>(first, firstIds, second, secondIds, dim, destination, stride);
        else if (Vector256.IsHardwareAccelerated) Multiply<Vector256<float>, Lanes256>(first, firstIds, second, secondIds, dim, destination, stride);
        else Multiply<Vector128<float>, Lanes128>(first, firstIds, second, secondIds, dim, destination, stride);
    }

    private static void Multiply<V, L>(ReadOnlySpan<float> first, ReadOnlySpan<int> firstIds, ReadOnlySpan<float> second, ReadOnlySpan<int> secondIds, int dim, Span<float> destination, int stride)
        where V : struct
        where L : struct, ILanes<V>
    {
        for (int r = 0; r < firstIds.Length; r++)
        {
            Span<float> to = destination.Slice(r * stride, dim);
            if ((firstIds[r] | secondIds[r]) < 0)
            {
                to.Clear();
                continue;
            }

            ref float a = ref MemoryMarshal.GetReference(first.Slice(firstIds[r] * dim, dim));
            ref float b = ref MemoryMarshal.GetReference(second.Slice(secondIds[r] * dim, dim));
            int k = 0;
            for (; k <= dim - L.Count; k += L.Count)
            {
                L.Store(L.Multiply(L.Load(ref Unsafe.Add(ref a, k)), L.Load(ref Unsafe.Add(ref b, k))), ref to[k]);
            }

            for (; k < dim; k++)
            {
                to[k] = Unsafe.Add(ref a, k) * Unsafe.Add(ref b, k);
            }
        }
    }

    /// <summary>sums[r, :] = x[r, :] · table[ids[r], :] + sums[r, :], rounded once; nothing where the id is negative.</summary>
    /// <param name="x">[ids x dim], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="table">[rows of the table x dim]</param>
    /// <param name="ids">Rows of the table; negative for none.</param>
    /// <param name="dim">Length of a row.</param>
    /// <param name="sums">[ids x dim]</param>
    internal static void MultiplyAdd(ReadOnlySpan<float> x, int stride, ReadOnlySpan<float> table, ReadOnlySpan<int> ids, int dim, Span<float> sums)
    {
        if (Vector512.IsHardwareAccelerated) MultiplyAdd<Vector512<float>, Lanes512>(x, stride, table, ids, dim, sums);
        else if (Vector256.IsHardwareAccelerated) MultiplyAdd<Vector256<float>, Lanes256>(x, stride, table, ids, dim, sums);
        else MultiplyAdd<Vector128<float>, Lanes128>(x, stride, table, ids, dim, sums);
    }

    private static void MultiplyAdd<V, L>(ReadOnlySpan<float> x, int stride, ReadOnlySpan<float> table, ReadOnlySpan<int> ids, int dim, Span<float> sums)
        where V : struct
        where L : struct, ILanes<V>
    {
        for (int r = 0; r < ids.Length; r++)
        {
            if (ids[r] < 0)
            {
                continue;
            }

            ref float a = ref MemoryMarshal.GetReference(x.Slice(r * stride, dim));
            ref float b = ref MemoryMarshal.GetReference(table.Slice(ids[r] * dim, dim));
            Span<float> sum = sums.Slice(r * dim, dim);
            int k = 0;
            for (; k <= dim - L.Count; k += L.Count)
            {
                L.Store(L.FusedMultiplyAdd(L.Load(ref Unsafe.Add(ref a, k)), L.Load(ref Unsafe.Add(ref b, k)), L.Load(ref sum[k])), ref sum[k]);
            }

            for (; k < dim; k++)
            {
                sum[k] = float.FusedMultiplyAdd(Unsafe.Add(ref a, k), Unsafe.Add(ref b, k), sum[k]);
            }
        }
    }

    /// <summary>Rows of 32 columns, side by side.</summary>
    internal static void Pack(ReadOnlySpan<float> source, int stride, int rows, Span<float> destination)
    {
        for (int r = 0; r < rows; r++)
        {
            if (r + Prefetch.RowsAhead < rows)
            {
                Prefetch.Row(ref Unsafe.AsRef(in source[(r + Prefetch.RowsAhead) * stride]), Width);
            }

            CopyPanelRow(ref MemoryMarshal.GetReference(source.Slice(r * stride, Width)), ref MemoryMarshal.GetReference(destination.Slice(r * Width, Width)));
        }
    }

    /// <summary>The reverse of <see cref="Pack"/>.</summary>
    internal static void Unpack(ReadOnlySpan<float> source, int rows, Span<float> destination, int stride)
    {
        for (int r = 0; r < rows; r++)
        {
            CopyPanelRow(ref MemoryMarshal.GetReference(source.Slice(r * Width, Width)), ref MemoryMarshal.GetReference(destination.Slice(r * stride, Width)));
        }
    }

    /// <summary>destination[r, :] = start[r, :] + addend[r, :], 32 columns wide; without an addend the start itself.</summary>
    /// <param name="start">[rows x 32]; it may be the destination.</param>
    /// <param name="startStride">From one row of it to the next; 0 where all rows share it.</param>
    /// <param name="addend">[rows x 32], or nothing.</param>
    /// <param name="addendStride">From one row of it to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">[rows x 32], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row of the destination to the next.</param>
    internal static void AddRows(ReadOnlySpan<float> start, int startStride, ReadOnlySpan<float> addend, int addendStride, int rows, Span<float> destination, int stride)
    {
        Check.AtLeast(start.Length, NeededLength(rows, startStride), nameof(start));
        Check.AtLeast(destination.Length, NeededLength(rows, stride), nameof(destination));
        if (addend.IsEmpty)
        {
            for (int r = 0; r < rows; r++)
            {
                CopyPanelRow(ref MemoryMarshal.GetReference(start.Slice(r * startStride, Width)), ref MemoryMarshal.GetReference(destination.Slice(r * stride, Width)));
            }

            return;
        }

        Check.AtLeast(addend.Length, NeededLength(rows, addendStride), nameof(addend));
        if (Vector512.IsHardwareAccelerated) AddRows<Vector512<float>, Lanes512>(start, startStride, addend, addendStride, rows, destination, stride);
        else if (Vector256.IsHardwareAccelerated) AddRows<Vector256<float>, Lanes256>(start, startStride, addend, addendStride, rows, destination, stride);
        else AddRows<Vector128<float>, Lanes128>(start, startStride, addend, addendStride, rows, destination, stride);
    }

    /// <summary>What stands for a row without a place in <see cref="AddAt"/>.</summary>
    internal const int NoPlace = int.MinValue;

    /// <summary>sums[places[r], :] = sums[places[r], :] + source[r, :], in the order of r.</summary>
    /// <param name="source">[places x dim], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="places">Where each row goes; the complement of a place that has nothing yet and takes the row as it is; or <see cref="NoPlace"/>.</param>
    /// <param name="sums">[places x dim]</param>
    /// <param name="dim">Length of a row.</param>
    internal static void AddAt(ReadOnlySpan<float> source, int stride, ReadOnlySpan<int> places, Span<float> sums, int dim)
    {
        if (Vector512.IsHardwareAccelerated) AddAt<Vector512<float>, Lanes512>(source, stride, places, sums, dim);
        else if (Vector256.IsHardwareAccelerated) AddAt<Vector256<float>, Lanes256>(source, stride, places, sums, dim);
        else AddAt<Vector128<float>, Lanes128>(source, stride, places, sums, dim);
    }

    private static void AddAt<V, L>(ReadOnlySpan<float> source, int stride, ReadOnlySpan<int> places, Span<float> sums, int dim)
        where V : struct
        where L : struct, ILanes<V>
    {
        for (int r = 0; r < places.Length; r++)
        {
            int place = places[r];
            if (place >= 0)
            {
                AddRow<V, L>(source.Slice(r * stride, dim), sums.Slice(place * dim, dim));
            }
            else if (place != NoPlace)
            {
                CopyRow(source.Slice(r * stride, dim), sums.Slice(~place * dim, dim));
            }
        }
    }

    /// <summary>destination[i] = destination[i] + source[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddRow(ReadOnlySpan<float> source, Span<float> destination)
    {
        Check.AtLeast(destination.Length, source.Length, nameof(destination));
        if (Vector512.IsHardwareAccelerated) AddRow<Vector512<float>, Lanes512>(source, destination);
        else if (Vector256.IsHardwareAccelerated) AddRow<Vector256<float>, Lanes256>(source, destination);
        else AddRow<Vector128<float>, Lanes128>(source, destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow<T>(ReadOnlySpan<T> row, Span<float> destination)
        where T : unmanaged
    {
        if (typeof(T) == typeof(ushort))
        {
            BrainFloat.Widen(MemoryMarshal.Cast<T, ushort>(row), destination);
            return;
        }

        // The general copy costs a call, for rows of typically one cache line.
        ReadOnlySpan<float> source = MemoryMarshal.Cast<T, float>(row);
        if (source.Length == Vector512<float>.Count)
        {
            Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(source)).StoreUnsafe(ref MemoryMarshal.GetReference(destination));
        }
        else
        {
            source.CopyTo(destination);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow<V, L>(ReadOnlySpan<float> source, Span<float> destination)
        where V : struct
        where L : struct, ILanes<V>
    {
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= source.Length - L.Count; i += L.Count)
        {
            L.Store(L.Add(L.Load(ref Unsafe.Add(ref to, i)), L.Load(ref Unsafe.Add(ref from, i))), ref Unsafe.Add(ref to, i));
        }

        for (; i < source.Length; i++)
        {
            Unsafe.Add(ref to, i) += Unsafe.Add(ref from, i);
        }
    }

    /// <summary>32 floats, without the call that the general copy costs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPanelRow(ref float from, ref float to)
    {
        Vector512.LoadUnsafe(ref from).StoreUnsafe(ref to);
        Vector512.LoadUnsafe(ref from, (nuint)Vector512<float>.Count).StoreUnsafe(ref to, (nuint)Vector512<float>.Count);
    }

    private static void AddRows<V, L>(ReadOnlySpan<float> start, int startStride, ReadOnlySpan<float> addend, int addendStride, int rows, Span<float> destination, int stride)
        where V : struct
        where L : struct, ILanes<V>
    {
        ref float from = ref MemoryMarshal.GetReference(start);
        ref float other = ref MemoryMarshal.GetReference(addend);
        ref float to = ref MemoryMarshal.GetReference(destination);
        for (int r = 0; r < rows; r++)
        {
            AddPanelRow<V, L>(ref other, ref from, ref to);
            from = ref Unsafe.Add(ref from, startStride);
            other = ref Unsafe.Add(ref other, addendStride);
            to = ref Unsafe.Add(ref to, stride);
        }
    }

    private static long NeededLength(int rows, int stride) => rows == 0 ? 0 : ((long)(rows - 1) * stride) + Width;

    /// <summary>to = a + from, 32 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPanelRow<V, L>(ref float a, ref float from, ref float to)
        where V : struct
        where L : struct, ILanes<V>
    {
        for (int j = 0; j < Width; j += L.Count)
        {
            L.Store(L.Add(L.Load(ref Unsafe.Add(ref from, j)), L.Load(ref Unsafe.Add(ref a, j))), ref Unsafe.Add(ref to, j));
        }
    }
}
