using System.CommandLine;
using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Training;

namespace EsmmLite.Cli.Comparing;

/// <summary>What <c>esmm paper-bench</c> compares on: simulated regimes, a log of the user's, or the Coat Shopping set.</summary>
internal static class BenchInput
{
    private const double TestShare = 0.5;

    private static readonly Option<string[]> Regimes = new("--regime") { Description = "Simulated worlds; all of them unless given.", HelpName = "NAME...", AllowMultipleArgumentsPerToken = true };
    internal static readonly Option<int?> Rows = Options.Count("--rows", "Impressions of a simulated log, both halves together.", 100_000_000);
    internal static readonly Option<string[]> Data = new("--data", "-d") { Description = "Your own log instead: CSV or TSV with a header, or JSON lines, plain or gzipped.", HelpName = "FILE...", AllowMultipleArgumentsPerToken = true };
    internal static readonly Option<string?> ConfigFile = new("--config", "-c") { Description = "The config of the log.", HelpName = "FILE" };
    internal static readonly Option<string[]> Set = Options.Set();
    private static readonly Option<bool> AsConfig = new("--as-config") { Description = "Embedding sizes, layers, batch and learning rate of the config in place of the paper's." };
    private static readonly Option<string?> Coat = new("--coat") { Description = "The folder of the Coat Shopping set instead.", HelpName = "FOLDER" };

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Regimes, Rows, Data, ConfigFile, Set, AsConfig, Coat])
        {
            command.Add(option);
        }

        AddReadingTo(command);
    }

    /// <summary>How a log of the user's is read, as by <c>esmm train</c>.</summary>
    public static void AddReadingTo(Command command)
    {
        LogOptions.AddTo(command);
        HoldoutOptions.AddTo(command);
        TimeOptions.AddTo(command);
    }

    /// <summary>The config's shape and training, if they are asked for.</summary>
    public static BenchSettings Settings(ParseResult parsed, BenchSettings settings)
    {
        if (!parsed.GetValue(AsConfig))
        {
            return settings;
        }

        EsmmConfig config = Config(parsed);
        return settings with { Layers = config.Model.CvrTower, Batch = config.Training.Batch, LearningRate = config.Training.LearningRate };
    }

    public static IReadOnlyList<BenchData> Read(ParseResult parsed, BenchSettings settings, bool quick, ProgressBoard board, CancellationToken token)
    {
        string[] files = parsed.GetValue(Data) ?? [], regimes = parsed.GetValue(Regimes) ?? [];
        string? coat = parsed.GetValue(Coat);
        if ((files.Length > 0 ? 1 : 0) + (regimes.Length > 0 ? 1 : 0) + (coat is null ? 0 : 1) > 1)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--regime, --data and --coat exclude each other");
        }

        if (coat is not null)
        {
            return [new FixedBenchData("coat", "290 users x 300 coats; tested on randomly chosen pairs", CoatLog.Read(coat, settings.Dim))];
        }

        if (files.Length > 0)
        {
            return [ReadLog(parsed, files, settings, board, token)];
        }

        int rows = parsed.GetValue(Rows) ?? (quick ? BenchScale.QuickRows : BenchScale.Rows);
        IEnumerable<SimulationRegime> chosen = regimes.Length == 0 ? SimulationRegime.All : regimes.Select(SimulateCommand.RegimeOf);
        return [.. chosen.Select(regime => new SimulatedBenchData(regime, rows, settings))];
    }

    internal static EsmmConfig Config(ParseResult parsed) => parsed.GetValue(ConfigFile) is { } path
        ? EsmmConfig.Load(path, parsed.GetValue(Set))
        : throw new EsmmException(EsmmErrorKind.Usage, "--data without --config", hint: "esmm init drafts a config from a log.");

    private static FixedBenchData ReadLog(ParseResult parsed, string[] files, BenchSettings settings, ProgressBoard board, CancellationToken token)
    {
        EsmmConfig config = Config(parsed);
        return ReadLog(parsed, files, config with { Schema = Comparable(config.Schema, parsed.GetValue(AsConfig) ? null : settings.Dim) }, board, token);
    }

    /// <summary>A log in memory: half of it tests unless the options say otherwise, and the newest tenth of the rest says when to stop.</summary>
    internal static FixedBenchData ReadLog(ParseResult parsed, string[] files, EsmmConfig config, ProgressBoard board, CancellationToken token)
    {
        Options.RequireFiles(files);
        Holdout holdout = HoldoutOptions.Read(parsed, config.Schema, hasValid: false, config.Training.Seed)
            ?? (config.Schema.Time is not null ? Holdout.ByTime(TestShare) : config.Schema.Group is { } group ? Holdout.ByColumn(group, TestShare, config.Training.Seed) : Holdout.ByRow(TestShare, config.Training.Seed));
        string[] read = [.. files, .. parsed.GetValue(ConfigFile) is { } path ? (string[])[path] : []];
        using var input = new TrainingInput(config, new DelimitedLog(files, LogOptions.Read(parsed, read)), holdout, null, read, TimeOptions.Read(parsed, config.Schema));
        Leaks.Find(input.Log, config.Schema, false, board, token);
        using PackedData data = new DataPreparation(input, board, new SpeedTable(), token).Prepare(null);
        ImpressionBatch all = ReadAll(data.Space, data.Training), test = ReadAll(data.Space, data.Validation!);

        (int[] training, int[] stopping) = StoppingRows.Of(input, data.Space, all, token);
        var log = new BenchLog(data.Space, BenchLog.Take(data.Space, all, training), BenchLog.Take(data.Space, all, stopping), test);
        return new FixedBenchData(string.Join(", ", files.Select(Path.GetFileName)), "tested on a holdout of " + holdout, log);
    }

    /// <summary>The schema without fields that are known only afterwards: the comparison is of what can be served.</summary>
    internal static Schema Comparable(Schema schema, int? dim)
    {
        Field[] fields = [.. schema.Fields.Where(f => f.FixedAtServing is null).Select(f => Sized(f, dim))];
        return schema with { Fields = fields, Crosses = [.. schema.Crosses.Where(c => fields.Any(f => f.Name == c.First) && fields.Any(f => f.Name == c.Second))] };
    }

    private static Field Sized(Field field, int? dim) => (field, dim) switch
    {
        (VocabularyField f, { } d) => f with { Dim = d },
        (HashedField f, { } d) => f with { Dim = d },
        (NumericField { Buckets: not null } f, { } d) => f with { Dim = d },
        _ => field,
    };

    internal static ImpressionBatch ReadAll(FeatureSpace space, PackedLog log)
    {
        if (log.Rows > int.MaxValue / Math.Max(1, space.IdSlots + space.NumberSlots))
        {
            throw new EsmmException(EsmmErrorKind.Data, "the log is too long to be compared in memory", expected: "fewer impressions", hint: "Take a part of it.");
        }

        ImpressionBatch batch = space.CreateBatch((int)Math.Max(1, log.Rows));
        batch.Count = (int)log.Rows;
        log.Read(0, batch.Count, batch, 0);
        return batch;
    }
}
