using System.Diagnostics;
using EsmmLite.PeerComparison.Speed.Engines;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Report;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed;

/// <summary>
/// The rounds of a run. Each starts every engine afresh in a process of its own, and goes from task to task: all contestants are
/// measured at a task, one after the other, before the next one begins.
/// </summary>
internal sealed class Rounds(SpeedOptions options, IReadOnlyList<Setting> settings, Results results)
{
    private readonly Progress _progress = new();

    /// <summary>Measures all; false when a process failed.</summary>
    public bool Run()
    {
        for (int round = 0; round < options.Rounds; round++)
        {
            Dictionary<Setting, EngineProcess> processes = settings.ToDictionary(setting => setting, setting => new EngineProcess(setting, options.Quick));
            try
            {
                if (!Run(round, processes))
                {
                    return false;
                }
            }
            finally
            {
                foreach (EngineProcess process in processes.Values)
                {
                    process.Dispose();
                }
            }
        }

        return true;
    }

    private bool Run(int round, Dictionary<Setting, EngineProcess> processes)
    {
        (Setting Setting, TaskCase Task, Contestant Contestant)[] figures = [.. Figures(round)];
        for (int i = 0; i < figures.Length; i++)
        {
            (Setting setting, TaskCase task, Contestant contestant) = figures[i];
            if (i == 0 || figures[i - 1].Task != task)
            {
                IEnumerable<string> left = [.. figures.Skip(i).Select(Key), .. Enumerable.Range(round + 1, options.Rounds - round - 1).SelectMany(Figures).Select(Key)];
                Console.Error.WriteLine($"round {round + 1} of {options.Rounds}, {task.Id}: {_progress.Left(left)}");
            }

            Stopwatch watch = Stopwatch.StartNew();
            if (processes[setting].Measure(task.Id, contestant.Id, new Durations(options.WarmUp, options.Seconds)) is not { } measurement)
            {
                Console.Error.WriteLine($"{contestant.Id}{setting.Suffix} at {task.Id}: {processes[setting].Ending()}");
                return false;
            }

            results.Add(round, setting, measurement);
            _progress.Took(Key(figures[i]), watch.Elapsed);
        }

        return true;
    }

    private static string Key((Setting Setting, TaskCase Task, Contestant Contestant) figure) => figure.Task.Id + " " + figure.Contestant.Id + figure.Setting.Suffix;

    private IEnumerable<(Setting Setting, TaskCase Task, Contestant Contestant)> Figures(int round) =>
        from task in TaskList.All(options.Quick)
        where options.Takes(task.Group)
        from setting in settings
        from contestant in Contestants.Of(setting.Engine)
        where setting.Takes(task, contestant, round) && Selection.Goes(results, task.Id, contestant.Id + setting.Suffix, round)
        select (setting, task, contestant);
}
