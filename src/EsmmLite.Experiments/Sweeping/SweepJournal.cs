using System.Text.Json;

namespace EsmmLite.Experiments.Sweeping;

/// <summary>A training of a sweep: what it is, and what it reached.</summary>
/// <param name="Config">What differs from the config, in words that say all of it.</param>
/// <param name="Epochs">The most epochs.</param>
/// <param name="Seed">The seed.</param>
public sealed record SweepUnit(string Config, int Epochs, ulong Seed);

/// <summary>What a training reached.</summary>
/// <param name="Unit">The training.</param>
/// <param name="Metrics">Its metrics by name, those that are defined; none if it diverged.</param>
public sealed record SweepOutcome(SweepUnit Unit, IReadOnlyDictionary<string, double> Metrics);

/// <summary>
/// Keeps what is done, a line a training, so that an interrupted sweep goes on where it stopped. The first line says what was swept; a
/// journal of anything else is begun anew.
/// </summary>
public sealed class SweepJournal
{
    private readonly string? _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<SweepUnit, SweepOutcome> _done = [];

    private SweepJournal(string? path) => _path = path;

    /// <summary>Number of trainings that were done before.</summary>
    public int Resumed { get; private set; }

    /// <summary>A journal that keeps nothing beyond the process.</summary>
    public static SweepJournal InMemory() => new(null);

    /// <summary>Opens a journal, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">Everything that results depend on and that no unit says.</param>
    public static SweepJournal Open(string path, string identity)
    {
        ArgumentNullException.ThrowIfNull(path);
        SweepJournal journal = new(path);
        List<string> good = [JsonSerializer.Serialize(identity)];
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        foreach (string line in lines.Length > 0 && lines[0] == good[0] ? lines[1..] : [])
        {
            if (Read(line) is { } outcome)
            {
                journal._done[outcome.Unit] = outcome;
                good.Add(line);
            }
        }

        // A line that was cut off by the interruption must not stay in the way of the next one.
        File.WriteAllText(path, string.Join('\n', good) + "\n");
        journal.Resumed = journal._done.Count;
        return journal;
    }

    /// <summary>The outcome of a training that is done.</summary>
    public SweepOutcome? Find(SweepUnit unit)
    {
        lock (_lock)
        {
            return _done.GetValueOrDefault(unit);
        }
    }

    /// <summary>Keeps an outcome.</summary>
    public void Add(SweepOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        lock (_lock)
        {
            _done[outcome.Unit] = outcome;
            if (_path is not null)
            {
                File.AppendAllText(_path, JsonSerializer.Serialize(outcome) + "\n");
            }
        }
    }

    private static SweepOutcome? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SweepOutcome>(line) is { Unit: not null, Metrics: not null } outcome ? outcome : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
