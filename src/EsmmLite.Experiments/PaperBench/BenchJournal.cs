namespace EsmmLite.Experiments.PaperBench;

/// <summary>The journal of a comparison: outcomes of units, and the variants that methods have chosen.</summary>
public sealed class BenchJournal : WorkJournal
{
    private readonly Dictionary<BenchUnit, BenchOutcome> _done = [];
    private readonly Dictionary<string, double> _variants = [];

    private BenchJournal(string? path)
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
    public static BenchJournal InMemory() => new(null);

    /// <summary>Opens a journal, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">Everything that results depend on besides the program, by names that a person understands, such as "data".</param>
    public static BenchJournal Open(string path, IReadOnlyDictionary<string, string> identity)
    {
        ArgumentNullException.ThrowIfNull(path);
        BenchJournal journal = new(path);
        journal.Open(identity);
        return journal;
    }

    /// <summary>The outcome of a unit that is done.</summary>
    public BenchOutcome? Find(BenchUnit unit)
    {
        lock (Gate)
        {
            return _done.GetValueOrDefault(unit);
        }
    }

    /// <summary>The variant chosen for a method on some data; null if none was.</summary>
    public double? FindVariant(string data, string method)
    {
        lock (Gate)
        {
            return _variants.TryGetValue(data + "/" + method, out double variant) ? variant : null;
        }
    }

    /// <summary>Keeps an outcome.</summary>
    public void Add(BenchOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Append(new Line(outcome, null, 0), Remember);
    }

    /// <summary>Keeps the choice of a variant.</summary>
    public void AddVariant(string data, string method, double variant) => Append(new Line(null, data + "/" + method, variant), Remember);

    private protected override bool Take(string line)
    {
        if (Read<Line>(line) is not { } read || (read.Outcome is null && read.Choice is null))
        {
            return false;
        }

        Remember(read);
        return true;
    }

    private void Remember(Line line)
    {
        if (line.Outcome is { } outcome)
        {
            _done[outcome.Unit] = outcome;
        }
        else
        {
            _variants[line.Choice!] = line.Variant;
        }
    }

    private sealed record Line(BenchOutcome? Outcome, string? Choice, double Variant);
}
