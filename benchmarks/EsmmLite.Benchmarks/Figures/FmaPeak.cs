using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Benchmarks.Figures;

/// <summary>The most fused multiply-adds that the processor does at the vector width in use: chains in registers that don't wait for each other.</summary>
internal static class FmaPeak
{
    private const int Rounds = 40;
    private const int Loops = 200_000;
    private static readonly Dictionary<int, double> Known = [];
    private static float _sink;

    /// <summary>Operations of a <see cref="Spin"/>, two a lane.</summary>
    internal static double FlopsASpin => 2.0 * 12 * Loops * (Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4);

    /// <summary>FLOP/s of some threads together: the median of 40 rounds of a few milliseconds.</summary>
    internal static double Of(int threads)
    {
        if (!Known.TryGetValue(threads, out double peak))
        {
            Known[threads] = peak = Measure(threads);
        }

        return peak;
    }

    /// <summary>Keeps the FMA units of this thread busy for a few milliseconds, without touching memory.</summary>
    internal static void Spin() => _sink = Chains();

    private static double Measure(int threads)
    {
        // The machine may give a share of a core for a moment, so no single round counts.
        double[][] rates = [.. Enumerable.Range(0, threads).Select(_ => new double[Rounds])];
        Spin();
        Thread[] others = [.. Enumerable.Range(0, threads).Select(t => new Thread(() => Run(rates[t])))];
        Array.ForEach(others, t => t.Start());
        Array.ForEach(others, t => t.Join());
        return rates.Sum(r => r.Order().ElementAt(Rounds / 2));
    }

    private static void Run(double[] rates)
    {
        for (int i = 0; i < rates.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Spin();
            rates[i] = FlopsASpin / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static float Chains() =>
        Vector512.IsHardwareAccelerated ? Vector512.Sum(Wide(Vector512.Create(0.5f), Vector512.Create(0.25f)))
        : Vector256.IsHardwareAccelerated ? Vector256.Sum(Middle(Vector256.Create(0.5f), Vector256.Create(0.25f)))
        : Vector128.Sum(Narrow(Vector128.Create(0.5f), Vector128.Create(0.25f)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> Wide(Vector512<float> x, Vector512<float> y)
    {
        Vector512<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (int loop = 0; loop < Loops; loop++)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, x, y);
            c1 = Vector512.FusedMultiplyAdd(c1, x, y);
            c2 = Vector512.FusedMultiplyAdd(c2, x, y);
            c3 = Vector512.FusedMultiplyAdd(c3, x, y);
            c4 = Vector512.FusedMultiplyAdd(c4, x, y);
            c5 = Vector512.FusedMultiplyAdd(c5, x, y);
            c6 = Vector512.FusedMultiplyAdd(c6, x, y);
            c7 = Vector512.FusedMultiplyAdd(c7, x, y);
            c8 = Vector512.FusedMultiplyAdd(c8, x, y);
            c9 = Vector512.FusedMultiplyAdd(c9, x, y);
            c10 = Vector512.FusedMultiplyAdd(c10, x, y);
            c11 = Vector512.FusedMultiplyAdd(c11, x, y);
        }

        return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> Middle(Vector256<float> x, Vector256<float> y)
    {
        Vector256<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (int loop = 0; loop < Loops; loop++)
        {
            c0 = Vector256.FusedMultiplyAdd(c0, x, y);
            c1 = Vector256.FusedMultiplyAdd(c1, x, y);
            c2 = Vector256.FusedMultiplyAdd(c2, x, y);
            c3 = Vector256.FusedMultiplyAdd(c3, x, y);
            c4 = Vector256.FusedMultiplyAdd(c4, x, y);
            c5 = Vector256.FusedMultiplyAdd(c5, x, y);
            c6 = Vector256.FusedMultiplyAdd(c6, x, y);
            c7 = Vector256.FusedMultiplyAdd(c7, x, y);
            c8 = Vector256.FusedMultiplyAdd(c8, x, y);
            c9 = Vector256.FusedMultiplyAdd(c9, x, y);
            c10 = Vector256.FusedMultiplyAdd(c10, x, y);
            c11 = Vector256.FusedMultiplyAdd(c11, x, y);
        }

        return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<float> Narrow(Vector128<float> x, Vector128<float> y)
    {
        Vector128<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (int loop = 0; loop < Loops; loop++)
        {
            c0 = Vector128.FusedMultiplyAdd(c0, x, y);
            c1 = Vector128.FusedMultiplyAdd(c1, x, y);
            c2 = Vector128.FusedMultiplyAdd(c2, x, y);
            c3 = Vector128.FusedMultiplyAdd(c3, x, y);
            c4 = Vector128.FusedMultiplyAdd(c4, x, y);
            c5 = Vector128.FusedMultiplyAdd(c5, x, y);
            c6 = Vector128.FusedMultiplyAdd(c6, x, y);
            c7 = Vector128.FusedMultiplyAdd(c7, x, y);
            c8 = Vector128.FusedMultiplyAdd(c8, x, y);
            c9 = Vector128.FusedMultiplyAdd(c9, x, y);
            c10 = Vector128.FusedMultiplyAdd(c10, x, y);
            c11 = Vector128.FusedMultiplyAdd(c11, x, y);
        }

        return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
    }
}
