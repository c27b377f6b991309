using System.Globalization;
using System.Runtime.CompilerServices;
using EsmmLite.PeerComparison.Speed.Engines;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Measuring;

/// <summary>The child process: measures figures of one engine as its input asks for them, and prints a line of JSON for each.</summary>
internal static class MeasureCommand
{
    /// <summary>
    /// What is called for the first time in a process also waits for the JIT's tiers: its warm-up is longer by this. Kernels of
    /// EsmmLite are compiled for each shape of work, those of the peers were compiled by their makers.
    /// </summary>
    private const double JitSeconds = 0.4;

    /// <summary>Arguments: engine, "quick" or "full". Lines of the input: task, contestant, warm-up seconds, seconds measured.</summary>
    public static int Run(string[] args)
    {
        if (args is not [string engine, string scale])
        {
            return 2;
        }

        Dictionary<string, TaskCase> tasks = TaskList.All(quick: scale == "quick").ToDictionary(task => task.Id);
        IReadOnlyList<Contestant> contestants = Contestants.Of(engine);
        HashSet<(Contestant, TaskCase?)> warm = [];
        while (Console.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            TaskCase task = tasks[words[0]];
            Contestant contestant = contestants.First(one => one.Id == words[1] && one.Handles(task));
            string answer = Measure(task, contestant, new((Seconds(words[2]) * Math.Min(1, task.LongerBy)) + (warm.Add((contestant, engine == Contestants.Esmm ? task : null)) ? JitSeconds : 0), Seconds(words[3]) * task.LongerBy));

            // Nothing of it is left when another engine's turn comes.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Console.WriteLine(answer);
        }

        return 0;
    }

    // A method of its own, whose locals are gone when it is left.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Measure(TaskCase task, Contestant contestant, Durations durations)
    {
        IReadOnlyList<Caller> callers = contestant.Open(task);
        try
        {
            return Stopwatches.Run(task.Id, contestant.Id, callers, durations).ToLine();
        }
        finally
        {
            foreach (Caller caller in callers)
            {
                caller.Dispose();
            }
        }
    }

    private static double Seconds(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
