using System.Globalization;
using EsmmLite.PeerComparison.Speed.Engines;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Measuring;

/// <summary>The child process: measures one engine at one group of tasks and prints a line of JSON for each figure.</summary>
internal static class MeasureCommand
{
    /// <summary>Arguments: engine, group, seconds a figure, warm-up seconds, "quick" or "full".</summary>
    public static int Run(string[] args)
    {
        if (args is not [string engine, string group, string seconds, string warmUp, string scale])
        {
            return 2;
        }

        Durations durations = new(double.Parse(warmUp, CultureInfo.InvariantCulture), double.Parse(seconds, CultureInfo.InvariantCulture));
        bool first = true;
        foreach (TaskCase task in TaskList.All(quick: scale == "quick").Where(task => task.Group == group))
        {
            foreach (Contestant contestant in Contestants.Of(engine).Where(contestant => contestant.Handles(task)))
            {
                IReadOnlyList<Caller> callers = contestant.Open(task);

                // The first figure of a process also waits for the JIT's tiers.
                Durations own = new(first ? Math.Max(1, 4 * durations.WarmUp) : durations.WarmUp, durations.Seconds * task.LongerBy);
                Console.WriteLine(Stopwatches.Run(task.Id, contestant.Id, callers, own).ToLine());
                first = false;
                foreach (Caller caller in callers)
                {
                    caller.Dispose();
                }

                GC.Collect();
            }
        }

        return 0;
    }
}
