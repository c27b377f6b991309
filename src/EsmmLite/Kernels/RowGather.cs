using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Rows of a table, copied to where ids ask for them; and rows added up.</summary>
internal static class RowGather
{
    /// <summary>destination[r, :] = table[ids[r], :], or zeros where ids[r] is negative.</summary>
    /// <param name="table">[rows of the table x dim]</param>
    /// <param name="dim">Length of a row.</param>
    /// <param name="ids">Rows of the table; negative for none.</param>
    /// <param name="destination">[ids x dim], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row of the destination to the next.</param>
    internal static void Copy(ReadOnlySpan<float> table, int dim, ReadOnlySpan<int> ids, Span<float> destination, int stride)
    {
        ref float first = ref MemoryMarshal.GetReference(table);
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
    private static void CopyRow(ReadOnlySpan<float> source, Span<float> destination)
    {
        // The general copy costs a call, for rows of typically one cache line.
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
}
