using System.Runtime.CompilerServices;

namespace EsmmLite.Kernels;

/// <summary>How the accumulators of a product begin.</summary>
internal enum Begin
{
    /// <summary>From zero.</summary>
    Zero,

    /// <summary>From one value a column, the same for every row: the bias of a layer.</summary>
    Bias,

    /// <summary>From what the destination holds: the sum goes on where an earlier block of it stopped.</summary>
    Destination,
}

/// <summary>What happens to the accumulators of a product at the end.</summary>
internal enum Finish
{
    /// <summary>They replace the destination.</summary>
    Store,

    /// <summary>They are added to the destination, rounded once more: a part of a sum of parts.</summary>
    Add,
}

/// <summary>
/// The innermost loops of every matrix product: a block of rows x two vectors of outputs is kept in registers while the depth
/// runs by. C[r, j] = sum over k of A[r, k] · B[k, j], each element summed in the order of k with one fused multiply-add a term.
/// </summary>
/// <remarks>
/// A is addressed by two strides (between rows, between steps), so the same loops serve x·W, dz·Wᵀ and xᵀ·dz.
/// The block shapes are those that fill the registers without spilling: 12 rows x 2 vectors with 32 registers, 6 x 2 with 16.
/// Spans are checked by the callers in <see cref="MatrixProduct"/>.
/// </remarks>
internal static class RegisterTile<V, L>
    where V : struct
    where L : struct, ILanes<V>
{
    internal static void Rows12(ref float a, nint aRow, nint aStep, ref float b, nint bStep, int depth, ref float c, nint cRow, ref float bias, Begin begin, Finish finish)
    {
        nint n = L.Count;
        V c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71, c80, c81, c90, c91, cA0, cA1, cB0, cB1;
        if (begin == Begin.Destination)
        {
            ref float d = ref c;
            c00 = L.Load(ref d); c01 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c10 = L.Load(ref d); c11 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c20 = L.Load(ref d); c21 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c30 = L.Load(ref d); c31 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c40 = L.Load(ref d); c41 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c50 = L.Load(ref d); c51 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c60 = L.Load(ref d); c61 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c70 = L.Load(ref d); c71 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c80 = L.Load(ref d); c81 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c90 = L.Load(ref d); c91 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            cA0 = L.Load(ref d); cA1 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            cB0 = L.Load(ref d); cB1 = L.Load(ref Unsafe.Add(ref d, n));
        }
        else
        {
            V s0 = begin == Begin.Bias ? L.Load(ref bias) : default;
            V s1 = begin == Begin.Bias ? L.Load(ref Unsafe.Add(ref bias, n)) : default;
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = c90 = cA0 = cB0 = s0;
            c01 = c11 = c21 = c31 = c41 = c51 = c61 = c71 = c81 = c91 = cA1 = cB1 = s1;
        }

        // Three pointers three rows apart: the rows between are reached by one and two strides, which fit an address.
        nint aRow2 = 2 * aRow;
        ref float a3 = ref Unsafe.Add(ref a, 3 * aRow);
        ref float a6 = ref Unsafe.Add(ref a3, 3 * aRow);
        ref float a9 = ref Unsafe.Add(ref a6, 3 * aRow);
        for (int k = 0; k < depth; k++)
        {
            V b0 = L.Load(ref b);
            V b1 = L.Load(ref Unsafe.Add(ref b, n));
            V x = L.Broadcast(a);
            c00 = L.FusedMultiplyAdd(x, b0, c00); c01 = L.FusedMultiplyAdd(x, b1, c01);
            x = L.Broadcast(Unsafe.Add(ref a, aRow));
            c10 = L.FusedMultiplyAdd(x, b0, c10); c11 = L.FusedMultiplyAdd(x, b1, c11);
            x = L.Broadcast(Unsafe.Add(ref a, aRow2));
            c20 = L.FusedMultiplyAdd(x, b0, c20); c21 = L.FusedMultiplyAdd(x, b1, c21);
            x = L.Broadcast(a3);
            c30 = L.FusedMultiplyAdd(x, b0, c30); c31 = L.FusedMultiplyAdd(x, b1, c31);
            x = L.Broadcast(Unsafe.Add(ref a3, aRow));
            c40 = L.FusedMultiplyAdd(x, b0, c40); c41 = L.FusedMultiplyAdd(x, b1, c41);
            x = L.Broadcast(Unsafe.Add(ref a3, aRow2));
            c50 = L.FusedMultiplyAdd(x, b0, c50); c51 = L.FusedMultiplyAdd(x, b1, c51);
            x = L.Broadcast(a6);
            c60 = L.FusedMultiplyAdd(x, b0, c60); c61 = L.FusedMultiplyAdd(x, b1, c61);
            x = L.Broadcast(Unsafe.Add(ref a6, aRow));
            c70 = L.FusedMultiplyAdd(x, b0, c70); c71 = L.FusedMultiplyAdd(x, b1, c71);
            x = L.Broadcast(Unsafe.Add(ref a6, aRow2));
            c80 = L.FusedMultiplyAdd(x, b0, c80); c81 = L.FusedMultiplyAdd(x, b1, c81);
            x = L.Broadcast(a9);
            c90 = L.FusedMultiplyAdd(x, b0, c90); c91 = L.FusedMultiplyAdd(x, b1, c91);
            x = L.Broadcast(Unsafe.Add(ref a9, aRow));
            cA0 = L.FusedMultiplyAdd(x, b0, cA0); cA1 = L.FusedMultiplyAdd(x, b1, cA1);
            x = L.Broadcast(Unsafe.Add(ref a9, aRow2));
            cB0 = L.FusedMultiplyAdd(x, b0, cB0); cB1 = L.FusedMultiplyAdd(x, b1, cB1);
            a = ref Unsafe.Add(ref a, aStep);
            a3 = ref Unsafe.Add(ref a3, aStep);
            a6 = ref Unsafe.Add(ref a6, aStep);
            a9 = ref Unsafe.Add(ref a9, aStep);
            b = ref Unsafe.Add(ref b, bStep);
        }

        Complete(c00, c01, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c10, c11, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c20, c21, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c30, c31, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c40, c41, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c50, c51, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c60, c61, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c70, c71, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c80, c81, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c90, c91, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(cA0, cA1, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(cB0, cB1, ref c, finish);
    }

    internal static void Rows6(ref float a, nint aRow, nint aStep, ref float b, nint bStep, int depth, ref float c, nint cRow, ref float bias, Begin begin, Finish finish)
    {
        nint n = L.Count;
        V c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (begin == Begin.Destination)
        {
            ref float d = ref c;
            c00 = L.Load(ref d); c01 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c10 = L.Load(ref d); c11 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c20 = L.Load(ref d); c21 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c30 = L.Load(ref d); c31 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c40 = L.Load(ref d); c41 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c50 = L.Load(ref d); c51 = L.Load(ref Unsafe.Add(ref d, n));
        }
        else
        {
            c00 = c10 = c20 = c30 = c40 = c50 = begin == Begin.Bias ? L.Load(ref bias) : default;
            c01 = c11 = c21 = c31 = c41 = c51 = begin == Begin.Bias ? L.Load(ref Unsafe.Add(ref bias, n)) : default;
        }

        nint aRow2 = 2 * aRow;
        ref float a3 = ref Unsafe.Add(ref a, 3 * aRow);
        for (int k = 0; k < depth; k++)
        {
            V b0 = L.Load(ref b);
            V b1 = L.Load(ref Unsafe.Add(ref b, n));
            V x = L.Broadcast(a);
            c00 = L.FusedMultiplyAdd(x, b0, c00); c01 = L.FusedMultiplyAdd(x, b1, c01);
            x = L.Broadcast(Unsafe.Add(ref a, aRow));
            c10 = L.FusedMultiplyAdd(x, b0, c10); c11 = L.FusedMultiplyAdd(x, b1, c11);
            x = L.Broadcast(Unsafe.Add(ref a, aRow2));
            c20 = L.FusedMultiplyAdd(x, b0, c20); c21 = L.FusedMultiplyAdd(x, b1, c21);
            x = L.Broadcast(a3);
            c30 = L.FusedMultiplyAdd(x, b0, c30); c31 = L.FusedMultiplyAdd(x, b1, c31);
            x = L.Broadcast(Unsafe.Add(ref a3, aRow));
            c40 = L.FusedMultiplyAdd(x, b0, c40); c41 = L.FusedMultiplyAdd(x, b1, c41);
            x = L.Broadcast(Unsafe.Add(ref a3, aRow2));
            c50 = L.FusedMultiplyAdd(x, b0, c50); c51 = L.FusedMultiplyAdd(x, b1, c51);
            a = ref Unsafe.Add(ref a, aStep);
            a3 = ref Unsafe.Add(ref a3, aStep);
            b = ref Unsafe.Add(ref b, bStep);
        }

        Complete(c00, c01, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c10, c11, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c20, c21, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c30, c31, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c40, c41, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c50, c51, ref c, finish);
    }

    internal static void Rows3(ref float a, nint aRow, nint aStep, ref float b, nint bStep, int depth, ref float c, nint cRow, ref float bias, Begin begin, Finish finish)
    {
        nint n = L.Count;
        V c00, c01, c10, c11, c20, c21;
        if (begin == Begin.Destination)
        {
            ref float d = ref c;
            c00 = L.Load(ref d); c01 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c10 = L.Load(ref d); c11 = L.Load(ref Unsafe.Add(ref d, n)); d = ref Unsafe.Add(ref d, cRow);
            c20 = L.Load(ref d); c21 = L.Load(ref Unsafe.Add(ref d, n));
        }
        else
        {
            c00 = c10 = c20 = begin == Begin.Bias ? L.Load(ref bias) : default;
            c01 = c11 = c21 = begin == Begin.Bias ? L.Load(ref Unsafe.Add(ref bias, n)) : default;
        }

        nint aRow2 = 2 * aRow;
        for (int k = 0; k < depth; k++)
        {
            V b0 = L.Load(ref b);
            V b1 = L.Load(ref Unsafe.Add(ref b, n));
            V x = L.Broadcast(a);
            c00 = L.FusedMultiplyAdd(x, b0, c00); c01 = L.FusedMultiplyAdd(x, b1, c01);
            x = L.Broadcast(Unsafe.Add(ref a, aRow));
            c10 = L.FusedMultiplyAdd(x, b0, c10); c11 = L.FusedMultiplyAdd(x, b1, c11);
            x = L.Broadcast(Unsafe.Add(ref a, aRow2));
            c20 = L.FusedMultiplyAdd(x, b0, c20); c21 = L.FusedMultiplyAdd(x, b1, c21);
            a = ref Unsafe.Add(ref a, aStep);
            b = ref Unsafe.Add(ref b, bStep);
        }

        Complete(c00, c01, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c10, c11, ref c, finish); c = ref Unsafe.Add(ref c, cRow);
        Complete(c20, c21, ref c, finish);
    }

    internal static void Rows1(ref float a, nint aStep, ref float b, nint bStep, int depth, ref float c, ref float bias, Begin begin, Finish finish)
    {
        nint n = L.Count;
        V c0 = default, c1 = default;
        if (begin != Begin.Zero)
        {
            ref float from = ref begin == Begin.Bias ? ref bias : ref c;
            c0 = L.Load(ref from);
            c1 = L.Load(ref Unsafe.Add(ref from, n));
        }

        for (int k = 0; k < depth; k++)
        {
            V x = L.Broadcast(a);
            c0 = L.FusedMultiplyAdd(x, L.Load(ref b), c0);
            c1 = L.FusedMultiplyAdd(x, L.Load(ref Unsafe.Add(ref b, n)), c1);
            a = ref Unsafe.Add(ref a, aStep);
            b = ref Unsafe.Add(ref b, bStep);
        }

        Complete(c0, c1, ref c, finish);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Complete(V c0, V c1, ref float c, Finish finish)
    {
        ref float right = ref Unsafe.Add(ref c, L.Count);
        if (finish == Finish.Add)
        {
            c0 = L.Add(L.Load(ref c), c0);
            c1 = L.Add(L.Load(ref right), c1);
        }

        L.Store(c0, ref c);
        L.Store(c1, ref right);
    }
}
