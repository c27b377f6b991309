using System.Runtime.CompilerServices;

namespace EsmmLite.Kernels;

/// <summary>Number of rows of a register tile, known to the compiler.</summary>
internal interface ITileRows
{
    static abstract int Count { get; }
}

/// <summary>
/// The innermost loop of every matrix product: a tile of 1 to 12 rows x two vectors of outputs is kept in registers while the depth
/// runs by. C[r, j] = sum over k of A[r, k] · B[k, j], each element summed in the order of k with one fused multiply-add a term.
/// </summary>
/// <typeparam name="V">A vector of floats.</typeparam>
/// <typeparam name="L">Its operations.</typeparam>
/// <typeparam name="T">What B holds: float, or ushort for brain floats.</typeparam>
/// <remarks>
/// A is addressed by two strides (between rows, between steps), so the same loop serves x·W, dz·Wᵀ and xᵀ·dz. The rows that a tile
/// doesn't have are compiled away. 12 x 2 accumulators, two values of B and one of A fill 27 of 32 registers; with 16 registers
/// the largest tile is 6 x 2. Spans are checked by the callers in <see cref="MatrixProduct"/>.
/// </remarks>
internal static class RegisterTile<V, L, T>
    where V : struct
    where L : struct, ILanes<V>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first request runs the same code as the millionth
    internal static void Run<R, J>(ref float a, nint aRow, nint aStep, ref T b, nint bStep, int depth, ref float c, nint cRow, ref float start, nint startRow)
        where R : struct, ITileRows
        where J : struct, IJoin
    {
        nint n = SecondColumn;
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default, c80 = default, c81 = default, c90 = default, c91 = default, cA0 = default, cA1 = default, cB0 = default, cB1 = default;
        if (J.Begins)
        {
            ref float s = ref start;
            c00 = L.Load(ref s); c01 = L.Load(ref Unsafe.Add(ref s, n));
            if (R.Count > 1) { s = ref Unsafe.Add(ref s, startRow); c10 = L.Load(ref s); c11 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 2) { s = ref Unsafe.Add(ref s, startRow); c20 = L.Load(ref s); c21 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 3) { s = ref Unsafe.Add(ref s, startRow); c30 = L.Load(ref s); c31 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 4) { s = ref Unsafe.Add(ref s, startRow); c40 = L.Load(ref s); c41 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 5) { s = ref Unsafe.Add(ref s, startRow); c50 = L.Load(ref s); c51 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 6) { s = ref Unsafe.Add(ref s, startRow); c60 = L.Load(ref s); c61 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 7) { s = ref Unsafe.Add(ref s, startRow); c70 = L.Load(ref s); c71 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 8) { s = ref Unsafe.Add(ref s, startRow); c80 = L.Load(ref s); c81 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 9) { s = ref Unsafe.Add(ref s, startRow); c90 = L.Load(ref s); c91 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 10) { s = ref Unsafe.Add(ref s, startRow); cA0 = L.Load(ref s); cA1 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (R.Count > 11) { s = ref Unsafe.Add(ref s, startRow); cB0 = L.Load(ref s); cB1 = L.Load(ref Unsafe.Add(ref s, n)); }
        }

        // Four pointers three rows apart: the rows between are reached by one and two strides, which fit an address.
        nint aRow2 = 2 * aRow;
        ref float a3 = ref Unsafe.Add(ref a, R.Count > 3 ? 3 * aRow : 0);
        ref float a6 = ref Unsafe.Add(ref a3, R.Count > 6 ? 3 * aRow : 0);
        ref float a9 = ref Unsafe.Add(ref a6, R.Count > 9 ? 3 * aRow : 0);
        for (int k = 0; k < depth; k++)
        {
            V pairs = Pairs(ref b);
            V b0 = First(pairs, ref b);
            V b1 = Second(pairs, ref b);
            V x = L.Broadcast(a);
            c00 = L.FusedMultiplyAdd(x, b0, c00); c01 = L.FusedMultiplyAdd(x, b1, c01);
            if (R.Count > 1) { x = L.Broadcast(Unsafe.Add(ref a, aRow)); c10 = L.FusedMultiplyAdd(x, b0, c10); c11 = L.FusedMultiplyAdd(x, b1, c11); }
            if (R.Count > 2) { x = L.Broadcast(Unsafe.Add(ref a, aRow2)); c20 = L.FusedMultiplyAdd(x, b0, c20); c21 = L.FusedMultiplyAdd(x, b1, c21); }
            if (R.Count > 3) { x = L.Broadcast(a3); c30 = L.FusedMultiplyAdd(x, b0, c30); c31 = L.FusedMultiplyAdd(x, b1, c31); }
            if (R.Count > 4) { x = L.Broadcast(Unsafe.Add(ref a3, aRow)); c40 = L.FusedMultiplyAdd(x, b0, c40); c41 = L.FusedMultiplyAdd(x, b1, c41); }
            if (R.Count > 5) { x = L.Broadcast(Unsafe.Add(ref a3, aRow2)); c50 = L.FusedMultiplyAdd(x, b0, c50); c51 = L.FusedMultiplyAdd(x, b1, c51); }
            if (R.Count > 6) { x = L.Broadcast(a6); c60 = L.FusedMultiplyAdd(x, b0, c60); c61 = L.FusedMultiplyAdd(x, b1, c61); }
            if (R.Count > 7) { x = L.Broadcast(Unsafe.Add(ref a6, aRow)); c70 = L.FusedMultiplyAdd(x, b0, c70); c71 = L.FusedMultiplyAdd(x, b1, c71); }
            if (R.Count > 8) { x = L.Broadcast(Unsafe.Add(ref a6, aRow2)); c80 = L.FusedMultiplyAdd(x, b0, c80); c81 = L.FusedMultiplyAdd(x, b1, c81); }
            if (R.Count > 9) { x = L.Broadcast(a9); c90 = L.FusedMultiplyAdd(x, b0, c90); c91 = L.FusedMultiplyAdd(x, b1, c91); }
            if (R.Count > 10) { x = L.Broadcast(Unsafe.Add(ref a9, aRow)); cA0 = L.FusedMultiplyAdd(x, b0, cA0); cA1 = L.FusedMultiplyAdd(x, b1, cA1); }
            if (R.Count > 11) { x = L.Broadcast(Unsafe.Add(ref a9, aRow2)); cB0 = L.FusedMultiplyAdd(x, b0, cB0); cB1 = L.FusedMultiplyAdd(x, b1, cB1); }
            a = ref Unsafe.Add(ref a, aStep);
            if (R.Count > 3) { a3 = ref Unsafe.Add(ref a3, aStep); }
            if (R.Count > 6) { a6 = ref Unsafe.Add(ref a6, aStep); }
            if (R.Count > 9) { a9 = ref Unsafe.Add(ref a9, aStep); }
            b = ref Unsafe.Add(ref b, bStep);
        }

        Complete<J>(c00, c01, ref c, ref start, n);
        if (R.Count > 1) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c10, c11, ref c, ref start, n); }
        if (R.Count > 2) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c20, c21, ref c, ref start, n); }
        if (R.Count > 3) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c30, c31, ref c, ref start, n); }
        if (R.Count > 4) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c40, c41, ref c, ref start, n); }
        if (R.Count > 5) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c50, c51, ref c, ref start, n); }
        if (R.Count > 6) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c60, c61, ref c, ref start, n); }
        if (R.Count > 7) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c70, c71, ref c, ref start, n); }
        if (R.Count > 8) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c80, c81, ref c, ref start, n); }
        if (R.Count > 9) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(c90, c91, ref c, ref start, n); }
        if (R.Count > 10) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(cA0, cA1, ref c, ref start, n); }
        if (R.Count > 11) { c = ref Unsafe.Add(ref c, cRow); start = ref Unsafe.Add(ref start, startRow); Complete<J>(cB0, cB1, ref c, ref start, n); }
    }

    /// <summary>Where the tile's second vector of outputs stands, counted from its first.</summary>
    internal static int SecondColumn
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(ushort) ? MatrixProduct.PanelWidth / 2 : L.Count;
    }

    /// <summary>What both vectors of B are made of, if they are loaded together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Pairs(ref T b) => typeof(T) == typeof(ushort) ? L.Load(ref Unsafe.As<T, float>(ref b)) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V First(V pairs, ref T b) => typeof(T) == typeof(ushort) ? L.LowerBrains(pairs) : L.Load(ref Unsafe.As<T, float>(ref b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Second(V pairs, ref T b) => typeof(T) == typeof(ushort) ? L.UpperBrains(pairs) : L.Load(ref Unsafe.As<T, float>(ref Unsafe.Add(ref b, L.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Complete<J>(V c0, V c1, ref float c, ref float start, nint n)
        where J : struct, IJoin
    {
        if (J.Adds)
        {
            c0 = L.Add(L.Load(ref start), c0);
            c1 = L.Add(L.Load(ref Unsafe.Add(ref start, n)), c1);
        }

        if (J.Rectifies)
        {
            c0 = L.Relu(c0);
            c1 = L.Relu(c1);
        }

        if (J.Gates)
        {
            c0 = L.WherePositive(L.Load(ref start), c0);
            c1 = L.WherePositive(L.Load(ref Unsafe.Add(ref start, n)), c1);
        }

        L.Store(c0, ref c);
        L.Store(c1, ref Unsafe.Add(ref c, n));
    }
}
