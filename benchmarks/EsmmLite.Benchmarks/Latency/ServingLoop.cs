using System.Diagnostics;
using EsmmLite.Benchmarks.Workloads;
using EsmmLite.Scoring;

namespace EsmmLite.Benchmarks.Latency;

/// <summary>
/// Threads of a service in a closed loop: each runs its own requests, one after another, so no load client takes a core or waits in
/// a queue. All threads share one scorer.
/// </summary>
internal sealed class ServingLoop
{
    private const int RecordsASecond = 100_000;

    private readonly RankingService[] _services;
    private readonly Ticks[] _ticks;

    internal ServingLoop(EsmmScorer scorer, int candidates, int threads, double seconds)
    {
        _services = [.. Enumerable.Range(0, threads).Select(t => new RankingService(scorer, candidates, (ulong)t))];
        _ticks = [.. Enumerable.Range(0, threads).Select(_ => new Ticks((int)Math.Min(Array.MaxLength, 1000 + (RecordsASecond * seconds))))];
    }

    /// <summary>Serves on the first threads of the loop.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="seconds">How long.</param>
    internal ServingRun Run(int threads, double seconds)
    {
        long[] allocated = new long[threads];
        double[] rates = new double[threads];
        using Barrier start = new(threads);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(t => new Thread(() =>
        {
            start.SignalAndWait();
            (rates[t], allocated[t]) = Serve(_services[t], _ticks[t], seconds);
        }))];
        Array.ForEach(all, t => t.Start());
        Array.ForEach(all, t => t.Join());
        Ticks[] run = _ticks[..threads];
        return new ServingRun(rates.Sum(), allocated.Sum(), Percentiles.Of(run));
    }

    private static (double Rate, long Allocated) Serve(RankingService service, Ticks ticks, double seconds)
    {
        ticks.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long begin = Stopwatch.GetTimestamp(), end = begin + (long)(seconds * Stopwatch.Frequency), now = begin;
        for (int i = 0; now < end && !ticks.IsFull; i++)
        {
            service.Serve(i);
            long after = Stopwatch.GetTimestamp();
            ticks.Add(after - now);
            now = after;
        }

        return (ticks.Count / Stopwatch.GetElapsedTime(begin, now).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

/// <summary>What one run of a serving loop gave.</summary>
/// <param name="RequestsASecond">Of all threads together.</param>
/// <param name="AllocatedBytes">Managed memory that the serving threads allocated.</param>
/// <param name="Microseconds">Times of single requests.</param>
internal readonly record struct ServingRun(double RequestsASecond, long AllocatedBytes, Percentiles Microseconds);
