using System.Diagnostics;

namespace EsmmLite.Benchmarks.Latency;

/// <summary>Every duration of a run, exactly; room is taken beforehand, so that recording costs a store.</summary>
internal sealed class Ticks(int capacity)
{
    private readonly long[] _ticks = new long[capacity];

    internal int Count { get; private set; }

    internal bool IsFull => Count == _ticks.Length;

    internal ReadOnlySpan<long> All => _ticks.AsSpan(0, Count);

    internal void Add(long ticks) => _ticks[Count++] = ticks;

    internal void Clear() => Count = 0;
}

/// <summary>Percentiles of durations in microseconds, by nearest rank: each is a duration that occurred.</summary>
internal readonly record struct Percentiles(int Count, double P50, double P90, double P99, double P999, double Max)
{
    internal static Percentiles Of(IEnumerable<Ticks> runs)
    {
        long[] sorted = [.. runs.SelectMany(r => r.All.ToArray())];
        Array.Sort(sorted);
        return new(sorted.Length, At(0.5), At(0.9), At(0.99), At(0.999), At(1));

        double At(double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)] * 1e6 / Stopwatch.Frequency;
    }
}
