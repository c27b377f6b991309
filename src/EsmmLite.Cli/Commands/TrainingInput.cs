using System.CommandLine;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Training;

namespace EsmmLite.Cli.Commands;

/// <summary>What <c>esmm train</c> and <c>esmm pack</c> read: config, logs and what is set aside.</summary>
internal sealed class TrainingInput : IDisposable
{
    private static readonly Option<string> ConfigFile = Options.Config();
    private static readonly Option<string[]> Data = Options.Data("The log: CSV or TSV with a header, plain or gzipped; several files are read as one.");
    private static readonly Option<string[]> ValidFiles = new("--valid") { Description = "A log to validate on after each epoch.", HelpName = "FILE...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<double?> HoldoutShare = new("--holdout") { Description = "Share of the log to set aside for validation instead, such as 0.2.", HelpName = "SHARE" };
    private static readonly Option<string?> HoldoutBy = new("--holdout-by") { Description = "Column whose equal values stay together when rows are set aside, or 'row'.", HelpName = "COLUMN|row" };
    private static readonly Option<long?> Seed = Options.Seed("Seed of initial weights, shuffling and holdout, in place of the config's.");
    private static readonly Option<string[]> Set = Options.Set();

    public TrainingInput(EsmmConfig config, DelimitedLog log, Holdout? holdout, DelimitedLog? valid, IReadOnlyList<string> files)
    {
        Config = config;
        Log = log;
        Holdout = holdout;
        Valid = valid;
        Files = files;
    }

    public EsmmConfig Config { get; }

    public DelimitedLog Log { get; }

    public Holdout? Holdout { get; }

    public DelimitedLog? Valid { get; }

    /// <summary>All files that are read, the config too: no result may replace them.</summary>
    public IReadOnlyList<string> Files { get; }

    public static void AddOptions(Command command)
    {
        foreach (Option option in (Option[])[ConfigFile, Data, ValidFiles, HoldoutShare, HoldoutBy, Seed, Set])
        {
            command.Options.Add(option);
        }
    }

    public static TrainingInput Read(ParseResult parsed)
    {
        string[] data = parsed.GetRequiredValue(Data);
        string[] valid = parsed.GetValue(ValidFiles) ?? [];
        if (data.Concat(valid).Contains(Options.StandardStream))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "training reads the log twice, and standard input can be read only once", "--data -", "the name of a file", "Save it to a file first.");
        }

        string configPath = parsed.GetRequiredValue(ConfigFile);
        EsmmConfig config = EsmmConfig.Parse(Terminal.Files.ReadConfig(configPath), configPath, parsed.GetValue(Set) ?? []);
        if (parsed.GetValue(Seed) is { } seed)
        {
            config = config.WithSeed((ulong)seed);
        }

        Holdout? holdout = HoldoutOf(parsed, valid.Length > 0, config.Training.Seed);
        return new TrainingInput(config, new DelimitedLog(data), holdout, valid.Length == 0 ? null : new DelimitedLog(valid), [configPath, .. data, .. valid]);
    }

    public void Dispose()
    {
        Log.Dispose();
        Valid?.Dispose();
    }

    private static Holdout? HoldoutOf(ParseResult parsed, bool hasValid, ulong seed)
    {
        string? by = parsed.GetValue(HoldoutBy);
        if (parsed.GetValue(HoldoutShare) is not { } share)
        {
            return by is null ? null : throw new EsmmException(EsmmErrorKind.Usage, "--holdout-by without --holdout", hint: "Say which share to set aside, such as --holdout 0.2.");
        }

        if (hasValid)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--valid and --holdout exclude each other", hint: "Either name a log to validate on, or set a share of the training log aside.");
        }

        return by switch
        {
            null => throw new EsmmException(EsmmErrorKind.Usage, "--holdout without --holdout-by", hint: "Name the column whose rows belong together (--holdout-by user_id), or say --holdout-by row."),
            "row" => Holdout.ByRow(share, seed),
            _ => Holdout.ByColumn(by, share, seed),
        };
    }
}
