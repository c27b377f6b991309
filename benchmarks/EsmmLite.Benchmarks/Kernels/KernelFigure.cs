using System.Diagnostics;
using EsmmLite.Benchmarks.Figures;

namespace EsmmLite.Benchmarks.Kernels;

/// <summary>One kernel that is measured, ready to be called.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Work">The work of a call.</param>
/// <param name="Call">Calls it.</param>
/// <param name="Aim">The share of the FMA peak that it is to reach; null where nothing was set.</param>
internal sealed record KernelFigure(string Name, string Shape, Work Work, Action Call, double? Aim = null)
{
    private const int FewestCalls = 10;
    private readonly List<double> _seconds = [];

    /// <summary>The median call of each round, in seconds.</summary>
    internal IReadOnlyList<double> Seconds => _seconds;

    /// <summary>Calls it for a while without noting anything.</summary>
    internal void WarmUp(double seconds) => Run(seconds);

    /// <summary>Calls it for a while, and notes the median call: one that the system interrupted says nothing about a kernel.</summary>
    internal void Measure(double seconds)
    {
        List<long> ticks = Run(seconds);
        ticks.Sort();
        _seconds.Add(ticks[ticks.Count / 2] / (double)Stopwatch.Frequency);
    }

    private List<long> Run(double seconds)
    {
        List<long> ticks = new(1 << 14);
        long before = Stopwatch.GetTimestamp(), end = before + (long)(seconds * Stopwatch.Frequency);
        while (before < end || ticks.Count < FewestCalls)
        {
            Call();
            long after = Stopwatch.GetTimestamp();
            ticks.Add(after - before);
            before = after;
        }

        return ticks;
    }
}
