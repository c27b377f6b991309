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

/// <summary>The journal of a sweep: what each training reached.</summary>
public sealed class SweepJournal : WorkJournal
{
    private readonly Dictionary<SweepUnit, SweepOutcome> _done = [];

    private SweepJournal(string? path)
        : base(path)
    {
    }

    /// <inheritdoc/>
    public override int Done
    {
        get
        {
            lock (Gate)
            {
                return _done.Count;
            }
        }
    }

    /// <summary>A journal that keeps nothing beyond the process.</summary>
    public static SweepJournal InMemory() => new(null);

    /// <summary>Opens a journal, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">Everything that results depend on besides the program and that no unit says, by names that a person understands.</param>
    public static SweepJournal Open(string path, IReadOnlyDictionary<string, string> identity)
    {
        ArgumentNullException.ThrowIfNull(path);
        SweepJournal journal = new(path);
        journal.Open(identity);
        return journal;
    }

    /// <summary>The outcome of a training that is done.</summary>
    public SweepOutcome? Find(SweepUnit unit)
    {
        lock (Gate)
        {
            return _done.GetValueOrDefault(unit);
        }
    }

    /// <summary>Keeps an outcome.</summary>
    public void Add(SweepOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Append(outcome, Remember);
    }

    private protected override bool Take(string line)
    {
        if (Read<SweepOutcome>(line) is not { Unit: not null, Metrics: not null } outcome)
        {
            return false;
        }

        Remember(outcome);
        return true;
    }

    private void Remember(SweepOutcome outcome) => _done[outcome.Unit] = outcome;
}
