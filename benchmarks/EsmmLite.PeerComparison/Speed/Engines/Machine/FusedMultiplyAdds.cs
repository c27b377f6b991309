using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EsmmLite.PeerComparison.Speed.Measuring;

namespace EsmmLite.PeerComparison.Speed.Engines.Machine;

/// <summary>The most fused multiply-adds a core can do: twelve chains that don't wait for each other, nothing but registers.</summary>
internal sealed class FusedMultiplyAdds : Caller
{
    private const int WideLoops = 20_000;
    private const int Chains = 12;
    private float _sink;

    /// <summary>Operations of a call, two a lane: the same at any width, as narrow vectors go round twice as often.</summary>
    public const double FlopsPerCall = 2.0 * WideLoops * Chains * 16;

    /// <inheritdoc/>
    public override void Call(int index) => _sink += Vector512.IsHardwareAccelerated ? Wide(0.5f) : Narrow(0.5f);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide(float seed)
    {
        Vector512<float> x = Vector512.Create(seed), y = Vector512.Create(0.25f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int loop = 0; loop < WideLoops; loop++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow(float seed)
    {
        Vector256<float> x = Vector256.Create(seed), y = Vector256.Create(0.25f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int loop = 0; loop < 2 * WideLoops; loop++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
