using EsmmLite.PeerComparison.Speed.Engines;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>Every measurement of a run.</summary>
internal sealed class Results
{
    private readonly List<(int Round, string Id, Measurement Measurement)> _all = [];
    private readonly Dictionary<string, string> _labels;
    private readonly Dictionary<string, TaskCase> _tasks;

    /// <summary>Starts with no measurements.</summary>
    public Results(IReadOnlyList<Setting> settings, bool quick)
    {
        _tasks = TaskList.All(quick).ToDictionary(task => task.Id);
        _labels = [];
        foreach (Setting setting in settings)
        {
            foreach (Contestant contestant in Contestants.Of(setting.Engine))
            {
                _labels[contestant.Id + setting.Suffix] = contestant.Label + setting.Label;
            }
        }
    }

    /// <summary>Number of rounds.</summary>
    public int Rounds { get; private set; }

    /// <summary>The tasks that were measured, in order.</summary>
    public IEnumerable<TaskCase> Tasks => _tasks.Values.Where(task => _all.Any(one => one.Measurement.Task == task.Id));

    /// <summary>Adds what a child printed; nothing for a line that is no measurement.</summary>
    public void Add(int round, Setting setting, Measurement? measurement)
    {
        if (measurement is not null)
        {
            _all.Add((round, measurement.Contestant + setting.Suffix, measurement));
            Rounds = Math.Max(Rounds, round + 1);
        }
    }

    /// <summary>How tables name a contestant.</summary>
    public string Label(string id) => _labels[id];

    /// <summary>Who was measured at a task, in order.</summary>
    public IEnumerable<string> Ids(string task) => _all.Where(one => one.Measurement.Task == task).Select(one => one.Id).Distinct();

    /// <summary>The measurements of a contestant at a task, round by round.</summary>
    public IEnumerable<Measurement> Of(string task, string id) =>
        _all.Where(one => one.Id == id && one.Measurement.Task == task).OrderBy(one => one.Round).Select(one => one.Measurement);

    /// <summary>Units of work a second in one round; null when it was not measured.</summary>
    public double? Speed(string task, string id, int round)
    {
        Measurement? found = _all.FirstOrDefault(one => one.Round == round && one.Id == id && one.Measurement.Task == task).Measurement;
        return found is null ? null : _tasks[task].Work / Seconds(_tasks[task], found);
    }

    /// <summary>Units of work a second over the rounds.</summary>
    public Spread? Speeds(string task, string id) => Spread.Of(Enumerable.Range(0, Rounds).Select(round => Speed(task, id, round)).OfType<double>());

    /// <summary>The fastest of some contestants by the median, of those that were measured in the most rounds; null when none was measured.</summary>
    public string? Best(string task, Func<string, bool> among)
    {
        string[] ids = [.. Ids(task).Where(among)];
        int most = ids.Length == 0 ? 0 : ids.Max(id => Of(task, id).Count());
        return ids.Where(id => Of(task, id).Count() == most).MaxBy(id => Speeds(task, id)!.Median);
    }

    /// <summary>How many times as fast one contestant is as another, round by round.</summary>
    public Spread? Ratio((string Task, string Id) one, (string Task, string Id) other) =>
        Spread.Of(Enumerable.Range(0, Rounds).Select(round => Speed(one.Task, one.Id, round) / Speed(other.Task, other.Id, round)).OfType<double>());

    /// <summary>Share of the peak of multiply-adds that the shapes' operations come to; null when either was not measured.</summary>
    public Spread? ShareOfPeak(string task, string id)
    {
        TaskCase of = _tasks[task];
        string peak = id.EndsWith(Setting.Narrow, StringComparison.Ordinal) ? "machine" + Setting.Narrow : "machine";
        return of.Flops == 0 ? null : Spread.Of(Enumerable.Range(0, Rounds)
            .Select(round => Speed(task, id, round) * (of.Flops / of.Work) / Speed($"limits/fma/t{of.Threads}", peak, round))
            .OfType<double>());
    }

    /// <summary>
    /// The seconds that count: wall time over calls for training and for several threads, the median call for one thread's
    /// scoring, where one call in a hundred says more about the machine than about the engine.
    /// </summary>
    private static double Seconds(TaskCase task, Measurement measurement) =>
        task.Kind == TaskKind.Step || task.Threads > 1 ? measurement.Mean : measurement.Median;
}
