using System.Runtime.CompilerServices;

namespace EsmmLite.Kernels;

/// <summary>
/// One row by up to 8 panels at once. With a single row a panel alone has two sums to add to, and every multiply-add would wait for
/// the one before it; sixteen sums keep the units busy, and the weights stream in from as many places.
/// </summary>
/// <typeparam name="V">A vector of floats.</typeparam>
/// <typeparam name="L">Its operations.</typeparam>
/// <typeparam name="T">What the panels hold: float, or ushort for brain floats.</typeparam>
/// <remarks>Splitting the depth instead would change the order of every sum.</remarks>
internal static class WideTile<V, L, T>
    where V : struct
    where L : struct, ILanes<V>
    where T : unmanaged
{
    /// <param name="a">The row's values, one after another.</param>
    /// <param name="b">First panel. [depth][32]</param>
    /// <param name="panel">From one panel to the next.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="c">Destination; panels are 32 floats apart.</param>
    /// <param name="start">What the sums join.</param>
    /// <param name="startPanel">From one panel's start to the next.</param>
    /// <typeparam name="P">Number of panels, 1 to 8.</typeparam>
    /// <typeparam name="J">How the sums join it.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<P, J>(ref float a, ref T b, nint panel, int depth, ref float c, ref float start, nint startPanel)
        where P : struct, ITileRows
        where J : struct, IJoin
    {
        const int Width = MatrixProduct.PanelWidth;
        nint n = RegisterTile<V, L, T>.SecondColumn;
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        if (J.Begins)
        {
            ref float s = ref start;
            c00 = L.Load(ref s); c01 = L.Load(ref Unsafe.Add(ref s, n));
            if (P.Count > 1) { s = ref Unsafe.Add(ref s, startPanel); c10 = L.Load(ref s); c11 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (P.Count > 2) { s = ref Unsafe.Add(ref s, startPanel); c20 = L.Load(ref s); c21 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (P.Count > 3) { s = ref Unsafe.Add(ref s, startPanel); c30 = L.Load(ref s); c31 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (P.Count > 4) { s = ref Unsafe.Add(ref s, startPanel); c40 = L.Load(ref s); c41 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (P.Count > 5) { s = ref Unsafe.Add(ref s, startPanel); c50 = L.Load(ref s); c51 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (P.Count > 6) { s = ref Unsafe.Add(ref s, startPanel); c60 = L.Load(ref s); c61 = L.Load(ref Unsafe.Add(ref s, n)); }
            if (P.Count > 7) { s = ref Unsafe.Add(ref s, startPanel); c70 = L.Load(ref s); c71 = L.Load(ref Unsafe.Add(ref s, n)); }
        }

        nint panel2 = 2 * panel;
        ref T b3 = ref Unsafe.Add(ref b, P.Count > 3 ? 3 * panel : 0);
        ref T b6 = ref Unsafe.Add(ref b3, P.Count > 6 ? 3 * panel : 0);
        for (int k = 0; k < depth; k++)
        {
            V x = L.Broadcast(Unsafe.Add(ref a, k));
            V w = RegisterTile<V, L, T>.Pairs(ref b); c00 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.First(w, ref b), c00); c01 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.Second(w, ref b), c01);
            if (P.Count > 1) { w = RegisterTile<V, L, T>.Pairs(ref Unsafe.Add(ref b, panel)); c10 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.First(w, ref Unsafe.Add(ref b, panel)), c10); c11 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.Second(w, ref Unsafe.Add(ref b, panel)), c11); }
            if (P.Count > 2) { w = RegisterTile<V, L, T>.Pairs(ref Unsafe.Add(ref b, panel2)); c20 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.First(w, ref Unsafe.Add(ref b, panel2)), c20); c21 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.Second(w, ref Unsafe.Add(ref b, panel2)), c21); }
            if (P.Count > 3) { w = RegisterTile<V, L, T>.Pairs(ref b3); c30 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.First(w, ref b3), c30); c31 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.Second(w, ref b3), c31); }
            if (P.Count > 4) { w = RegisterTile<V, L, T>.Pairs(ref Unsafe.Add(ref b3, panel)); c40 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.First(w, ref Unsafe.Add(ref b3, panel)), c40); c41 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.Second(w, ref Unsafe.Add(ref b3, panel)), c41); }
            if (P.Count > 5) { w = RegisterTile<V, L, T>.Pairs(ref Unsafe.Add(ref b3, panel2)); c50 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.First(w, ref Unsafe.Add(ref b3, panel2)), c50); c51 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.Second(w, ref Unsafe.Add(ref b3, panel2)), c51); }
            if (P.Count > 6) { w = RegisterTile<V, L, T>.Pairs(ref b6); c60 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.First(w, ref b6), c60); c61 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.Second(w, ref b6), c61); }
            if (P.Count > 7) { w = RegisterTile<V, L, T>.Pairs(ref Unsafe.Add(ref b6, panel)); c70 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.First(w, ref Unsafe.Add(ref b6, panel)), c70); c71 = L.FusedMultiplyAdd(x, RegisterTile<V, L, T>.Second(w, ref Unsafe.Add(ref b6, panel)), c71); }
            b = ref Unsafe.Add(ref b, Width);
            if (P.Count > 3) { b3 = ref Unsafe.Add(ref b3, Width); }
            if (P.Count > 6) { b6 = ref Unsafe.Add(ref b6, Width); }
        }

        RegisterTile<V, L, T>.Complete<J>(c00, c01, ref c, ref start, n);
        if (P.Count > 1) { c = ref Unsafe.Add(ref c, Width); start = ref Unsafe.Add(ref start, startPanel); RegisterTile<V, L, T>.Complete<J>(c10, c11, ref c, ref start, n); }
        if (P.Count > 2) { c = ref Unsafe.Add(ref c, Width); start = ref Unsafe.Add(ref start, startPanel); RegisterTile<V, L, T>.Complete<J>(c20, c21, ref c, ref start, n); }
        if (P.Count > 3) { c = ref Unsafe.Add(ref c, Width); start = ref Unsafe.Add(ref start, startPanel); RegisterTile<V, L, T>.Complete<J>(c30, c31, ref c, ref start, n); }
        if (P.Count > 4) { c = ref Unsafe.Add(ref c, Width); start = ref Unsafe.Add(ref start, startPanel); RegisterTile<V, L, T>.Complete<J>(c40, c41, ref c, ref start, n); }
        if (P.Count > 5) { c = ref Unsafe.Add(ref c, Width); start = ref Unsafe.Add(ref start, startPanel); RegisterTile<V, L, T>.Complete<J>(c50, c51, ref c, ref start, n); }
        if (P.Count > 6) { c = ref Unsafe.Add(ref c, Width); start = ref Unsafe.Add(ref start, startPanel); RegisterTile<V, L, T>.Complete<J>(c60, c61, ref c, ref start, n); }
        if (P.Count > 7) { c = ref Unsafe.Add(ref c, Width); start = ref Unsafe.Add(ref start, startPanel); RegisterTile<V, L, T>.Complete<J>(c70, c71, ref c, ref start, n); }
    }
}
