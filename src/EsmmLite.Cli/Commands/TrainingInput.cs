using System.CommandLine;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;
using EsmmLite.Training;

namespace EsmmLite.Cli.Commands;

/// <summary>What <c>esmm train</c> and <c>esmm pack</c> read: config, logs and what is set aside.</summary>
internal sealed class TrainingInput : IDisposable
{
    private static readonly Option<string> ConfigFile = Options.Config();
    private static readonly Option<string[]> Data = Options.Data("The log: CSV or TSV with a header, or JSON lines, plain or gzipped; several files are read as one.");
    private static readonly Option<string[]> ValidFiles = new("--valid") { Description = "A log to validate on after each epoch.", HelpName = "FILE...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<ulong?> Seed = Options.Seed("Seed of initial weights, shuffling and holdout, in place of the config's.");
    private static readonly Option<string[]> Set = Options.Set();

    public TrainingInput(EsmmConfig config, DelimitedLog log, Holdout? holdout, DelimitedLog? valid, IReadOnlyList<string> files, TimeSelection? times = null)
    {
        Config = config;
        Log = log;
        Holdout = holdout;
        Valid = valid;
        Files = files;
        Times = times;
    }

    public EsmmConfig Config { get; }

    public DelimitedLog Log { get; }

    public Holdout? Holdout { get; }

    public DelimitedLog? Valid { get; }

    /// <summary>Which impressions and labels count; all when null.</summary>
    public TimeSelection? Times { get; }

    /// <summary>All files that are read, the config too: no result may replace them.</summary>
    public IReadOnlyList<string> Files { get; }

    public static void AddOptions(Command command)
    {
        foreach (Option option in (Option[])[ConfigFile, Data, ValidFiles, Seed, Set])
        {
            command.Options.Add(option);
        }

        LogOptions.AddTo(command);
        HoldoutOptions.AddTo(command);
        TimeOptions.AddTo(command);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="outputs">Files that will be written.</param>
    public static TrainingInput Read(ParseResult parsed, params IEnumerable<string?> outputs)
    {
        string[] data = parsed.GetRequiredValue(Data);
        string[] valid = parsed.GetValue(ValidFiles) ?? [];
        Options.RequireFiles([.. data, .. valid]);
        string configPath = parsed.GetRequiredValue(ConfigFile);
        EsmmConfig config = EsmmConfig.Load(configPath, parsed.GetValue(Set));
        if (parsed.GetValue(Seed) is { } seed)
        {
            config = config.WithSeed(seed);
        }

        Holdout? holdout = HoldoutOptions.Read(parsed, config.Schema, valid.Length > 0, config.Training.Seed);
        TimeSelection? times = TimeOptions.Read(parsed, config.Schema);
        string[] files = [configPath, .. data, .. valid];
        DelimitedLogOptions options = LogOptions.Read(parsed, [.. files, .. outputs.OfType<string>()]);
        return new TrainingInput(config, new DelimitedLog(data, options), holdout, valid.Length == 0 ? null : new DelimitedLog(valid, options), files, times);
    }

    public void Dispose()
    {
        Log.Dispose();
        Valid?.Dispose();
        Log.Options.Quarantine?.Dispose();
    }
}
