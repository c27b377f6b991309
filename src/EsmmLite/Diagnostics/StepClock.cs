using System.Diagnostics;

namespace EsmmLite.Diagnostics;

/// <summary>What a piece of a training step is for.</summary>
public enum StepPass
{
    /// <summary>From embeddings to logits.</summary>
    Forward,

    /// <summary>Losses and their slopes.</summary>
    Loss,

    /// <summary>From slopes back to the inputs.</summary>
    BackwardInput,

    /// <summary>Gradients of parameters and of table rows.</summary>
    BackwardWeight,

    /// <summary>Checks and the optimizer.</summary>
    Update,
}

/// <summary>
/// Where the time of training steps goes, by layer and pass, over all threads. Threads note the time when they have finished a
/// piece; without a clock that costs one test a piece.
/// </summary>
public sealed class StepClock
{
    [ThreadStatic]
    private static StepClock? t_clock;

    [ThreadStatic]
    private static long t_last;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Layer, StepPass Pass), long> _ticks = [];

    /// <summary>Wall-clock time of the steps.</summary>
    public TimeSpan Wall { get; internal set; }

    /// <summary>Steps measured.</summary>
    public int Steps { get; internal set; }

    /// <summary>The pieces with their time, summed over threads, in the order in which they first came.</summary>
    public IReadOnlyList<(string Layer, StepPass Pass, TimeSpan Time)> Pieces
    {
        get
        {
            lock (_lock)
            {
                return [.. _ticks.Select(p => (p.Key.Layer, p.Key.Pass, Stopwatch.GetElapsedTime(0, p.Value)))];
            }
        }
    }

    /// <summary>This thread begins to work for a clock, or for none.</summary>
    internal static void Begin(StepClock? clock)
    {
        t_clock = clock;
        t_last = clock is null ? 0 : Stopwatch.GetTimestamp();
    }

    /// <summary>This thread has finished a piece of work that it began at its last mark.</summary>
    internal static void Mark(string layer, StepPass pass)
    {
        if (t_clock is { } clock)
        {
            clock.Add(layer, pass);
        }
    }

    private void Add(string layer, StepPass pass)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            _ticks[(layer, pass)] = _ticks.GetValueOrDefault((layer, pass)) + now - t_last;
        }

        t_last = now;
    }
}
