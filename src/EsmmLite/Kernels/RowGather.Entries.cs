using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Rows that look entries of a table up.</summary>
/// <param name="table">[entries x columns], rows <paramref name="stride"/> floats apart.</param>
/// <param name="stride">From one entry to the next.</param>
/// <param name="index">The entry of each row: within the table, which is not checked again.</param>
internal readonly ref struct EntryRows(ReadOnlySpan<float> table, int stride, ReadOnlySpan<int> index)
{
    public ReadOnlySpan<float> Table { get; } = table;

    public int Stride { get; } = stride;

    public ReadOnlySpan<int> Index { get; } = index;
}

// What rows with the same entry share: added wherever it occurs, and summed over where it occurs.
internal static partial class RowGather
{
    /// <summary>destination[r, :] = start[r, :] + table[index[r], :], 32 columns wide; without a start the entries themselves.</summary>
    /// <param name="table">[entries x 32], rows <paramref name="tableStride"/> floats apart.</param>
    /// <param name="tableStride">From one entry to the next.</param>
    /// <param name="index">The entry of each row: within the table, which is not checked again for every panel.</param>
    /// <param name="start">What the entries are added to; it may be the destination.</param>
    /// <param name="startStride">From one row of it to the next; 0 where all rows share it.</param>
    /// <param name="destination">[rows x 32], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row of the destination to the next.</param>
    internal static void AddEntries(ReadOnlySpan<float> table, int tableStride, ReadOnlySpan<int> index, ReadOnlySpan<float> start, int startStride, Span<float> destination, int stride)
    {
        Check.AtLeast(destination.Length, NeededLength(index.Length, stride), nameof(destination));
        if (start.IsEmpty)
        {
            for (int r = 0; r < index.Length; r++)
            {
                CopyPanelRow(ref MemoryMarshal.GetReference(table.Slice(index[r] * tableStride, Width)), ref MemoryMarshal.GetReference(destination.Slice(r * stride, Width)));
            }

            return;
        }

        Check.AtLeast(start.Length, NeededLength(index.Length, startStride), nameof(start));
        if (Vector512.IsHardwareAccelerated) AddEntries<Vector512<float>, Lanes512>(table, tableStride, index, start, startStride, destination, stride);
        else if (Vector256.IsHardwareAccelerated) AddEntries<Vector256<float>, Lanes256>(table, tableStride, index, start, startStride, destination, stride);
        else AddEntries<Vector128<float>, Lanes128>(table, tableStride, index, start, startStride, destination, stride);
    }

    /// <summary>sums[index[r], :] = sums[index[r], :] + rows[r, :], in the order of r, 32 columns wide; from zero.</summary>
    /// <param name="rows">[index x 32]</param>
    /// <param name="index">The entry of each row: within the sums, which is not checked again for every panel.</param>
    /// <param name="sums">Destination. [entries x 32]</param>
    internal static void SumEntries(ReadOnlySpan<float> rows, ReadOnlySpan<int> index, Span<float> sums)
    {
        Check.AtLeast(rows.Length, NeededLength(index.Length, Width), nameof(rows));
        sums.Clear();
        if (Vector512.IsHardwareAccelerated) SumEntries<Vector512<float>, Lanes512>(rows, index, sums);
        else if (Vector256.IsHardwareAccelerated) SumEntries<Vector256<float>, Lanes256>(rows, index, sums);
        else SumEntries<Vector128<float>, Lanes128>(rows, index, sums);
    }

    /// <summary>The same entry by entry: sums[e, :] = sums[e, :] + rows[r, :] for the rows r of entry e, in their order, some panels of 32 columns wide.</summary>
    /// <param name="rows">[rows x 32 a panel], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="order">Rows of entry 0, then of entry 1, ...; within the rows, which is not checked again for every panel.</param>
    /// <param name="ends">Where each entry's rows end in the order.</param>
    /// <param name="panels">Number of panels.</param>
    /// <param name="sums">[entries x 32] a panel.</param>
    /// <param name="distance">From one panel's sums to the next.</param>
    internal static void SumSegments(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<int> order, ReadOnlySpan<int> ends, int panels, Span<float> sums, int distance)
    {
        Check.AtLeast(sums.Length, NeededLength(ends.Length, Width) + ((long)(panels - 1) * distance), nameof(sums));
        if (Vector512.IsHardwareAccelerated) SumSegments<Vector512<float>, Lanes512>(rows, stride, order, ends, panels, sums, distance);
        else if (Vector256.IsHardwareAccelerated) SumSegments<Vector256<float>, Lanes256>(rows, stride, order, ends, panels, sums, distance);
        else SumSegments<Vector128<float>, Lanes128>(rows, stride, order, ends, panels, sums, distance);
    }

    private static void AddEntries<V, L>(ReadOnlySpan<float> table, int tableStride, ReadOnlySpan<int> index, ReadOnlySpan<float> start, int startStride, Span<float> destination, int stride)
        where V : struct
        where L : struct, ILanes<V>
    {
        ref float entries = ref MemoryMarshal.GetReference(table);
        ref float from = ref MemoryMarshal.GetReference(start);
        ref float to = ref MemoryMarshal.GetReference(destination);
        foreach (int entry in index)
        {
            AddPanelRow<V, L>(ref Unsafe.Add(ref entries, (nint)entry * tableStride), ref from, ref to);
            from = ref Unsafe.Add(ref from, startStride);
            to = ref Unsafe.Add(ref to, stride);
        }
    }

    private static void SumEntries<V, L>(ReadOnlySpan<float> rows, ReadOnlySpan<int> index, Span<float> sums)
        where V : struct
        where L : struct, ILanes<V>
    {
        ref float row = ref MemoryMarshal.GetReference(rows);
        ref float first = ref MemoryMarshal.GetReference(sums);
        foreach (int entry in index)
        {
            ref float sum = ref Unsafe.Add(ref first, (nint)entry * Width);
            AddPanelRow<V, L>(ref row, ref sum, ref sum);
            row = ref Unsafe.Add(ref row, Width);
        }
    }

    private static void SumSegments<V, L>(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<int> order, ReadOnlySpan<int> ends, int panels, Span<float> sums, int distance)
        where V : struct
        where L : struct, ILanes<V>
    {
        // Four vectors at once where there are as many, so that additions wait less for one another.
        for (int c = 0; c < panels * Width;)
        {
            bool four = (panels * Width) - c >= 4 * L.Count;
            nint third = four ? PlaceInSums(c + (2 * L.Count), distance) - PlaceInSums(c, distance) : 0;
            ref float column = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), c);
            ref float sum = ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), PlaceInSums(c, distance));
            int i = 0;
            foreach (int end in ends)
            {
                ref float other = ref Unsafe.Add(ref sum, third);
                V s0 = L.Load(ref sum), s1 = L.Load(ref Unsafe.Add(ref sum, L.Count)), s2 = L.Load(ref other), s3 = L.Load(ref Unsafe.Add(ref other, L.Count));
                foreach (int r in order[i..end])
                {
                    ref float row = ref Unsafe.Add(ref column, (nint)r * stride);
                    s0 = L.Add(s0, L.Load(ref row));
                    s1 = L.Add(s1, L.Load(ref Unsafe.Add(ref row, L.Count)));
                    if (four)
                    {
                        s2 = L.Add(s2, L.Load(ref Unsafe.Add(ref row, 2 * L.Count)));
                        s3 = L.Add(s3, L.Load(ref Unsafe.Add(ref row, 3 * L.Count)));
                    }
                }

                i = end;
                if (four)
                {
                    L.Store(s2, ref other);
                    L.Store(s3, ref Unsafe.Add(ref other, L.Count));
                }

                L.Store(s0, ref sum);
                L.Store(s1, ref Unsafe.Add(ref sum, L.Count));
                sum = ref Unsafe.Add(ref sum, Width);
            }

            c += four ? 4 * L.Count : 2 * L.Count;
        }
    }

    private static nint PlaceInSums(int column, int distance) => ((nint)(column / Width) * distance) + (column % Width);

    /// <summary>destination[r, :] = (start[r, :] + first's entry) + second's entry, over some panels of 32 columns; without a second, start + first's entry.</summary>
    /// <param name="first">Entries to add.</param>
    /// <param name="second">Entries to add after them; none by default.</param>
    /// <param name="start">What they are added to; it may be the destination.</param>
    /// <param name="panels">Number of panels.</param>
    /// <param name="destination">[first's rows x 32 a panel], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row of the destination to the next.</param>
    internal static void AddEntryRows(EntryRows first, EntryRows second, Start start, int panels, Span<float> destination, int stride)
    {
        int rows = first.Index.Length;
        Check.AtLeast(destination.Length, rows == 0 ? 0 : NeededLength(rows, stride) + ((panels - 1) * Width), nameof(destination));
        Check.AtLeast(start.Values.Length, rows == 0 ? 0 : NeededLength(rows, start.RowStride) + ((panels - 1) * start.PanelStride), nameof(start));
        if (!second.Index.IsEmpty)
        {
            Check.SameLength(rows, second.Index.Length, nameof(first), nameof(second));
        }

        if (Vector512.IsHardwareAccelerated) AddEntryRows<Vector512<float>, Lanes512>(first, second, start, panels, destination, stride);
        else if (Vector256.IsHardwareAccelerated) AddEntryRows<Vector256<float>, Lanes256>(first, second, start, panels, destination, stride);
        else AddEntryRows<Vector128<float>, Lanes128>(first, second, start, panels, destination, stride);
    }

    private static void AddEntryRows<V, L>(EntryRows first, EntryRows second, Start start, int panels, Span<float> destination, int stride)
        where V : struct
        where L : struct, ILanes<V>
    {
        bool two = !second.Index.IsEmpty;
        for (int r = 0; r < first.Index.Length; r++)
        {
            ref float a = ref Unsafe.Add(ref MemoryMarshal.GetReference(first.Table), (nint)first.Index[r] * first.Stride);
            ref float b = ref Unsafe.Add(ref MemoryMarshal.GetReference(second.Table), two ? (nint)second.Index[r] * second.Stride : 0);
            ref float from = ref Unsafe.Add(ref MemoryMarshal.GetReference(start.Values), (nint)r * start.RowStride);
            ref float to = ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), (nint)r * stride);
            for (int p = 0; p < panels; p++)
            {
                for (int j = 0; j < Width; j += L.Count)
                {
                    V sum = L.Add(L.Load(ref Unsafe.Add(ref from, j)), L.Load(ref Unsafe.Add(ref a, j)));
                    L.Store(two ? L.Add(sum, L.Load(ref Unsafe.Add(ref b, j))) : sum, ref Unsafe.Add(ref to, j));
                }

                from = ref Unsafe.Add(ref from, start.PanelStride);
                a = ref Unsafe.Add(ref a, Width);
                b = ref Unsafe.Add(ref b, Width);
                to = ref Unsafe.Add(ref to, Width);
            }
        }
    }
}
