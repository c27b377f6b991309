using System.Diagnostics;

namespace EsmmLite.Experiments.Machine;

/// <summary>The most floating-point operations a second that some threads can do together, as measured now.</summary>
public static class FmaPeak
{
    private const int Rounds = 40;
    private const int LoopsPerRound = 200_000;

    /// <summary>Measures for about 40 rounds of half a millisecond.</summary>
    /// <param name="threads">Threads that compute at the same time.</param>
    /// <returns>FLOP/s, two a multiply-add: each thread's median round, added up.</returns>
    public static double Measure(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);

        // The machine may give a share of a core for a moment, so no single round counts.
        double[][] rates = [.. Enumerable.Range(0, threads).Select(_ => new double[Rounds])];
        FmaChains.Run(LoopsPerRound);
        Thread[] others = [.. rates.Select(own => new Thread(() => Fill(own)))];
        Array.ForEach(others, t => t.Start());
        Array.ForEach(others, t => t.Join());
        return rates.Sum(r => r.Order().ElementAt(Rounds / 2));
    }

    private static void Fill(double[] rates)
    {
        float sink = 0;
        for (int i = 0; i < rates.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            sink += FmaChains.Run(LoopsPerRound);
            rates[i] = FmaChains.FlopsPerLoop * LoopsPerRound / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        GC.KeepAlive(sink);
    }
}
