using System.Globalization;
using System.Reflection;
using System.Text.Json;
using EsmmLite.Features;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>
/// Keeps what is done, a line a unit, so that an interrupted comparison goes on where it stopped. The first line says what was compared, part by part, and by
/// which build of the program; a journal of anything else is begun anew, and the earlier one kept beside it.
/// </summary>
public sealed class BenchJournal
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly string? _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<BenchUnit, BenchOutcome> _done = [];
    private readonly Dictionary<string, double> _variants = [];

    private BenchJournal(string? path) => _path = path;

    /// <summary>The part of the identity that every journal has: version and contents of the assemblies that results come from.</summary>
    public const string Program = "program";

    /// <summary>After the name of a journal that was begun anew: where the earlier one is kept.</summary>
    public const string EarlierSuffix = ".before";

    /// <summary>Number of units that were done before.</summary>
    public int Resumed { get; private set; }

    /// <summary>Number of units that are done by now.</summary>
    public int Done
    {
        get
        {
            lock (_lock)
            {
                return _done.Count;
            }
        }
    }

    /// <summary>Names of the parts by which an earlier journal of finished units differs from what is compared now; empty if there was none.</summary>
    public IReadOnlyList<string> Changed { get; private set; } = [];

    /// <summary>A journal that keeps nothing beyond the process.</summary>
    public static BenchJournal InMemory() => new(null);

    /// <summary>Opens a journal, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">Everything that results depend on besides the program, by names that a person understands, such as "data".</param>
    public static BenchJournal Open(string path, IReadOnlyDictionary<string, string> identity)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(identity);
        BenchJournal journal = new(path);
        SortedDictionary<string, string> parts = new(identity.ToDictionary(), StringComparer.Ordinal) { [Program] = ProgramIdentity() };
        string first = JsonSerializer.Serialize(parts, Format);
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        if (lines.Length == 0 || lines[0] != first)
        {
            if (lines.Length > 1)
            {
                // Hours of work, perhaps: one option too many must not cost them.
                File.Move(path, path + EarlierSuffix, overwrite: true);
                journal.Changed = Differences(lines[0], parts);
            }

            File.WriteAllText(path, first + "\n");
            return journal;
        }

        List<string> good = [first];
        foreach (string line in lines.Skip(1))
        {
            if (journal.TryRead(line))
            {
                good.Add(line);
            }
        }

        // A line that was cut off by the interruption must not stay in the way of the next one.
        File.WriteAllText(path, string.Join('\n', good) + "\n");
        journal.Resumed = journal._done.Count;
        return journal;
    }

    /// <summary>The outcome of a unit that is done.</summary>
    public BenchOutcome? Find(BenchUnit unit)
    {
        lock (_lock)
        {
            return _done.GetValueOrDefault(unit);
        }
    }

    /// <summary>The variant chosen for a method on some data; null if none was.</summary>
    public double? FindVariant(string data, string method)
    {
        lock (_lock)
        {
            return _variants.TryGetValue(data + "/" + method, out double variant) ? variant : null;
        }
    }

    /// <summary>Keeps an outcome.</summary>
    public void Add(BenchOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Append(new Line(outcome, null, 0));
    }

    /// <summary>Keeps the choice of a variant.</summary>
    public void AddVariant(string data, string method, double variant) => Append(new Line(null, data + "/" + method, variant));

    /// <summary>A build is told from another by its contents: the version alone stays the same from one change to the next.</summary>
    private static string ProgramIdentity()
    {
        Assembly[] assemblies = [typeof(ImpressionBatch).Assembly, typeof(BenchJournal).Assembly];
        return string.Join(' ', assemblies.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.GetName().Name} {a.GetName().Version} {a.ManifestModule.ModuleVersionId}")));
    }

    private static string[] Differences(string line, IReadOnlyDictionary<string, string> parts)
    {
        try
        {
            Dictionary<string, string> earlier = JsonSerializer.Deserialize<Dictionary<string, string>>(line, Format) ?? [];
            return [.. parts.Keys.Union(earlier.Keys).Where(name => parts.GetValueOrDefault(name) != earlier.GetValueOrDefault(name))];
        }
        catch (JsonException)
        {
            return [Program]; // of a version that wrote journals of another form
        }
    }

    private void Append(Line line)
    {
        lock (_lock)
        {
            Take(line);
            if (_path is not null)
            {
                File.AppendAllText(_path, JsonSerializer.Serialize(line, Format) + "\n");
            }
        }
    }

    private bool TryRead(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text, Format) is { } line && Take(line);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool Take(Line line)
    {
        if (line.Outcome is { } outcome)
        {
            _done[outcome.Unit] = outcome;
            return true;
        }

        if (line.Choice is { } choice)
        {
            _variants[choice] = line.Variant;
            return true;
        }

        return false;
    }

    private sealed record Line(BenchOutcome? Outcome, string? Choice, double Variant);
}
