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
    public TimeSpan Wall { get; private set; }

    /// <summary>Steps measured.</summary>
    public int Steps { get; private set; }

    /// <summary>
    /// The pieces with their time, summed over threads, in the order in which they first came. Threads times <see cref="Wall"/> is the
    /// most that they can add up to; what is missing is threads waiting for one another.
    /// </summary>
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

    /// <summary>This thread no longer works for a clock: what it does next is no part of a step.</summary>
    internal static void End() => t_clock = null;

    /// <summary>This thread has finished a piece of work that it began at its last mark.</summary>
    internal static void Mark(string layer, StepPass pass)
    {
        if (t_clock is { } clock)
        {
            clock.Add(layer, pass);
        }
    }

    /// <summary>Adds a step that began at a time stamp and has ended now.</summary>
    internal void AddStep(long begun)
    {
        Steps++;
        Wall += Stopwatch.GetElapsedTime(begun);
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
