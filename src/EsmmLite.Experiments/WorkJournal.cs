using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using EsmmLite.Features;
using EsmmLite.Persistence;

namespace EsmmLite.Experiments;

/// <summary>
/// Keeps what is done, a line a piece, so that an interrupted run goes on where it stopped. The first line says what the pieces depend on, part by part, and which
/// build of the program; a journal of anything else is begun anew, and the earlier one kept beside it.
/// </summary>
public abstract class WorkJournal
{
    /// <summary>The part of the identity that every journal has: version and contents of the assemblies that results come from.</summary>
    public const string Program = "program";

    /// <summary>After the name of a journal that was begun anew: where the earlier one is kept.</summary>
    public const string EarlierSuffix = ".before";

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly string? _path;

    /// <summary>Names the file; nothing is read yet.</summary>
    /// <param name="path">The file; null for a journal that keeps nothing beyond the process.</param>
    private protected WorkJournal(string? path) => _path = path;

    /// <summary>Number of pieces that were done before.</summary>
    public int Resumed { get; private set; }

    /// <summary>Number of pieces that are done by now.</summary>
    public abstract int Done { get; }

    /// <summary>Names of the parts by which an earlier journal of finished pieces differs from what is wanted now; empty if there was none.</summary>
    public IReadOnlyList<string> Changed { get; private set; } = [];

    /// <summary>Held while lines are taken and written.</summary>
    private protected Lock Gate { get; } = new();

    /// <summary>Reads the file if it is of this identity; otherwise begins it.</summary>
    /// <param name="identity">Everything that results depend on besides the program, by names that a person understands, such as "data".</param>
    private protected void Open(IReadOnlyDictionary<string, string> identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        SortedDictionary<string, string> parts = new(identity.ToDictionary(), StringComparer.Ordinal) { [Program] = ProgramIdentity() };
        string first = JsonSerializer.Serialize(parts, Format);
        string[] lines = File.Exists(_path) ? File.ReadAllLines(_path) : [];
        List<string> good = [first];
        if (lines.Length > 0 && lines[0] == first)
        {
            good.AddRange(lines.Skip(1).Where(Take));
        }
        else if (lines.Length > 1)
        {
            // Hours of work, perhaps: one option too many must not cost them.
            File.Move(_path!, _path + EarlierSuffix, overwrite: true);
            Changed = Differences(lines[0], parts);
        }

        // A line that was cut off by the interruption must not stay in the way of the next one.
        AtomicFile.Write(_path!, stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', good) + "\n")));
        Resumed = Done;
    }

    /// <summary>Takes a line that an earlier run wrote.</summary>
    /// <returns>Whether it is one, and whole.</returns>
    private protected abstract bool Take(string line);

    /// <summary>Keeps a piece.</summary>
    /// <param name="line">What the file keeps of it.</param>
    /// <param name="remember">Keeps it in memory.</param>
    private protected void Append<T>(T line, Action<T> remember)
    {
        lock (Gate)
        {
            remember(line);
            if (_path is not null)
            {
                File.AppendAllText(_path, JsonSerializer.Serialize(line, Format) + "\n");
            }
        }
    }

    /// <summary>Reads what <see cref="Append"/> wrote; null if it is something else, or cut off.</summary>
    private protected static T? Read<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A build is told from another by its contents: the version alone stays the same from one change to the next.</summary>
    private static string ProgramIdentity()
    {
        Assembly[] assemblies = [typeof(ImpressionBatch).Assembly, typeof(WorkJournal).Assembly];
        return string.Join(' ', assemblies.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.GetName().Name} {a.GetName().Version} {a.ManifestModule.ModuleVersionId}")));
    }

    private static string[] Differences(string line, IReadOnlyDictionary<string, string> parts) => Read<Dictionary<string, string>>(line) is { } earlier
        ? [.. parts.Keys.Union(earlier.Keys).Where(name => parts.GetValueOrDefault(name) != earlier.GetValueOrDefault(name))]
        : [Program]; // of a version that wrote journals of another form
}
