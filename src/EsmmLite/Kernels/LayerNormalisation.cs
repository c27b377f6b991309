using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>The passes of layer normalisation over one row, each of them one way through memory. n = (x − mean) · scale.</summary>
internal static class LayerNormalisation
{
    /// <summary>The definition: y = n · gain + bias, rounded once.</summary>
    internal static void ForwardDefinition(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = float.FusedMultiplyAdd((x[i] - mean) * scale, gain[i], bias[i]);
        }
    }

    /// <inheritdoc cref="ForwardDefinition"/>
    internal static void Forward(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y)
    {
        Require(y.Length, x, gain, bias);
        int done = Vector512.IsHardwareAccelerated ? Forward<Vector512<float>, Lanes512>(x, mean, scale, gain, bias, y)
            : Vector256.IsHardwareAccelerated ? Forward<Vector256<float>, Lanes256>(x, mean, scale, gain, bias, y)
            : Forward<Vector128<float>, Lanes128>(x, mean, scale, gain, bias, y);
        ForwardDefinition(x[done..], mean, scale, gain[done..], bias[done..], y[done..]);
    }

    /// <summary>The definition: n, and d = dy · gain.</summary>
    internal static void SlopesDefinition(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> gain, ReadOnlySpan<float> dy, Span<float> n, Span<float> d)
    {
        for (int i = 0; i < n.Length; i++)
        {
            n[i] = (x[i] - mean) * scale;
            d[i] = dy[i] * gain[i];
        }
    }

    /// <inheritdoc cref="SlopesDefinition"/>
    internal static void Slopes(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> gain, ReadOnlySpan<float> dy, Span<float> n, Span<float> d)
    {
        Require(n.Length, x, gain, dy);
        Check.SameLength(n.Length, d.Length, nameof(n), nameof(d));
        int done = Vector512.IsHardwareAccelerated ? Slopes<Vector512<float>, Lanes512>(x, mean, scale, gain, dy, n, d)
            : Vector256.IsHardwareAccelerated ? Slopes<Vector256<float>, Lanes256>(x, mean, scale, gain, dy, n, d)
            : Slopes<Vector128<float>, Lanes128>(x, mean, scale, gain, dy, n, d);
        SlopesDefinition(x[done..], mean, scale, gain[done..], dy[done..], n[done..], d[done..]);
    }

    /// <summary>The definition: dx = ((d − n · meanDn) − meanD) · scale + (dx or 0).</summary>
    internal static void BackwardDefinition(ReadOnlySpan<float> n, ReadOnlySpan<float> d, float meanD, float meanDn, float scale, Span<float> dx, bool accumulate)
    {
        for (int i = 0; i < dx.Length; i++)
        {
            dx[i] = float.FusedMultiplyAdd(float.FusedMultiplyAdd(n[i], -meanDn, d[i]) - meanD, scale, accumulate ? dx[i] : 0f);
        }
    }

    /// <inheritdoc cref="BackwardDefinition"/>
    internal static void Backward(ReadOnlySpan<float> n, ReadOnlySpan<float> d, float meanD, float meanDn, float scale, Span<float> dx, bool accumulate)
    {
        Require(dx.Length, n, d, d);
        int done = Vector512.IsHardwareAccelerated ? Backward<Vector512<float>, Lanes512>(n, d, meanD, meanDn, scale, dx, accumulate)
            : Vector256.IsHardwareAccelerated ? Backward<Vector256<float>, Lanes256>(n, d, meanD, meanDn, scale, dx, accumulate)
            : Backward<Vector128<float>, Lanes128>(n, d, meanD, meanDn, scale, dx, accumulate);
        BackwardDefinition(n[done..], d[done..], meanD, meanDn, scale, dx[done..], accumulate);
    }

    /// <summary>The definition: dGain += n · dy, rounded once; dBias += dy.</summary>
    internal static void BackwardWeightsDefinition(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> dy, Span<float> dGain, Span<float> dBias)
    {
        for (int i = 0; i < dGain.Length; i++)
        {
            dGain[i] = float.FusedMultiplyAdd((x[i] - mean) * scale, dy[i], dGain[i]);
            dBias[i] += dy[i];
        }
    }

    /// <inheritdoc cref="BackwardWeightsDefinition"/>
    internal static void BackwardWeights(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> dy, Span<float> dGain, Span<float> dBias)
    {
        Require(dGain.Length, x, dy, dBias);
        int done = Vector512.IsHardwareAccelerated ? BackwardWeights<Vector512<float>, Lanes512>(x, mean, scale, dy, dGain, dBias)
            : Vector256.IsHardwareAccelerated ? BackwardWeights<Vector256<float>, Lanes256>(x, mean, scale, dy, dGain, dBias)
            : BackwardWeights<Vector128<float>, Lanes128>(x, mean, scale, dy, dGain, dBias);
        BackwardWeightsDefinition(x[done..], mean, scale, dy[done..], dGain[done..], dBias[done..]);
    }

    private static int Forward<V, L>(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y)
        where V : struct
        where L : struct, ILanes<V>
    {
        V less = L.Broadcast(-mean), factor = L.Broadcast(scale);
        int i = 0;
        for (; i <= y.Length - L.Count; i += L.Count)
        {
            V n = L.Multiply(L.Add(L.Load(ref At(x, i)), less), factor);
            L.Store(L.FusedMultiplyAdd(n, L.Load(ref At(gain, i)), L.Load(ref At(bias, i))), ref y[i]);
        }

        return i;
    }

    private static int Slopes<V, L>(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> gain, ReadOnlySpan<float> dy, Span<float> n, Span<float> d)
        where V : struct
        where L : struct, ILanes<V>
    {
        V less = L.Broadcast(-mean), factor = L.Broadcast(scale);
        int i = 0;
        for (; i <= n.Length - L.Count; i += L.Count)
        {
            L.Store(L.Multiply(L.Add(L.Load(ref At(x, i)), less), factor), ref n[i]);
            L.Store(L.Multiply(L.Load(ref At(dy, i)), L.Load(ref At(gain, i))), ref d[i]);
        }

        return i;
    }

    private static int Backward<V, L>(ReadOnlySpan<float> n, ReadOnlySpan<float> d, float meanD, float meanDn, float scale, Span<float> dx, bool accumulate)
        where V : struct
        where L : struct, ILanes<V>
    {
        V less = L.Broadcast(-meanD), lessDn = L.Broadcast(-meanDn), factor = L.Broadcast(scale);
        int i = 0;
        for (; i <= dx.Length - L.Count; i += L.Count)
        {
            V slope = L.Add(L.FusedMultiplyAdd(L.Load(ref At(n, i)), lessDn, L.Load(ref At(d, i))), less);
            L.Store(L.FusedMultiplyAdd(slope, factor, accumulate ? L.Load(ref dx[i]) : default), ref dx[i]);
        }

        return i;
    }

    private static int BackwardWeights<V, L>(ReadOnlySpan<float> x, float mean, float scale, ReadOnlySpan<float> dy, Span<float> dGain, Span<float> dBias)
        where V : struct
        where L : struct, ILanes<V>
    {
        V less = L.Broadcast(-mean), factor = L.Broadcast(scale);
        int i = 0;
        for (; i <= dGain.Length - L.Count; i += L.Count)
        {
            V n = L.Multiply(L.Add(L.Load(ref At(x, i)), less), factor), slope = L.Load(ref At(dy, i));
            L.Store(L.FusedMultiplyAdd(n, slope, L.Load(ref dGain[i])), ref dGain[i]);
            L.Store(L.Add(L.Load(ref dBias[i]), slope), ref dBias[i]);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float At(ReadOnlySpan<float> values, int i) => ref Unsafe.Add(ref MemoryMarshal.GetReference(values), i);

    private static void Require(int length, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c)
    {
        Check.SameLength(length, a.Length, nameof(length), nameof(a));
        Check.SameLength(length, b.Length, nameof(length), nameof(b));
        Check.SameLength(length, c.Length, nameof(length), nameof(c));
    }
}
