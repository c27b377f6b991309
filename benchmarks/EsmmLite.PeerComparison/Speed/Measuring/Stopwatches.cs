using System.Diagnostics;

namespace EsmmLite.PeerComparison.Speed.Measuring;

/// <summary>Calls callers for a while and notes how long each call took.</summary>
internal static class Stopwatches
{
    private const int MostSamples = 1 << 20;

    /// <summary>Measures callers that work at the same time, a thread each; one caller stays on this thread.</summary>
    public static Measurement Run(string task, string contestant, IReadOnlyList<Caller> callers, Durations durations)
    {
        Tally[] tallies = [.. callers.Select(_ => new Tally())];
        long bytes = 0;
        if (callers.Count == 1)
        {
            bytes = tallies[0].Run(callers[0], durations, () => { });
        }
        else
        {
            // The barrier also keeps a caller that is done early from leaving the last one alone during its warm-up.
            using Barrier barrier = new(callers.Count);
            Thread[] threads = [.. callers.Select((caller, i) => new Thread(() =>
            {
                long own = tallies[i].Run(caller, durations, barrier.SignalAndWait);
                Interlocked.Exchange(ref bytes, own);
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
        }

        long calls = tallies.Sum(tally => tally.Calls);
        double rate = tallies.Sum(tally => tally.Calls / tally.Seconds);
        double[] samples = [.. tallies.SelectMany(tally => tally.Samples())];
        Array.Sort(samples);
        return new(task, contestant, calls, 1 / rate, At(samples, 0.5), At(samples, 0.99), (double)bytes / calls, callers[0].Counters);
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];

    private sealed class Tally
    {
        private readonly long[] _ticks = new long[MostSamples];

        public long Calls { get; private set; }

        public double Seconds { get; private set; }

        public long Run(Caller caller, Durations durations, Action together)
        {
            int call = Loop(caller, 0, durations.WarmUp, caller.WarmUpCalls);
            together();
            long bytes = GC.GetTotalAllocatedBytes(precise: true);
            long start = Stopwatch.GetTimestamp();
            int end = Loop(caller, call, durations.Seconds, caller.FewestCalls);
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
            Calls = end - call;
            return bytes;
        }

        public IEnumerable<double> Samples() =>
            _ticks.Take((int)Math.Min(Calls, MostSamples)).Select(ticks => ticks / (double)Stopwatch.Frequency);

        private int Loop(Caller caller, int first, double seconds, int fewest)
        {
            long deadline = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
            long before = Stopwatch.GetTimestamp();
            int call = first;
            for (; before < deadline || call - first < fewest; call++)
            {
                caller.Call(call);
                long after = Stopwatch.GetTimestamp();
                _ticks[(call - first) & (MostSamples - 1)] = after - before;
                before = after;
            }

            return call;
        }
    }
}

/// <summary>How long to call before measuring and while measuring, in seconds.</summary>
internal sealed record Durations(double WarmUp, double Seconds);
