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
    private const int BatchRows = 1024;

    private static readonly Option<string[]> Regimes = new("--regime") { Description = "Simulated worlds; all of them unless given.", HelpName = "NAME...", AllowMultipleArgumentsPerToken = true };
    internal static readonly Option<int?> Rows = Options.Count("--rows", "Impressions of a simulated log, both halves together.", 100_000_000);
    internal static readonly Option<string[]> Data = new("--data", "-d") { Description = "Your own log instead: CSV or TSV with a header, or JSON lines, plain or gzipped.", HelpName = "FILE...", AllowMultipleArgumentsPerToken = true };
    internal static readonly Option<string?> ConfigFile = new("--config", "-c") { Description = "The config of the log.", HelpName = "FILE" };
    internal static readonly Option<string[]> Set = Options.Set();
    private static readonly Option<bool> AsConfig = new("--as-config") { Description = "Embedding sizes, layers, batch and learning rate of the config in place of the paper's." };
    private static readonly Option<string?> AliCcp = new("--ali-ccp") { Description = "The folder of the raw Ali-CCP files instead: the log of the paper.", HelpName = "FOLDER" };
    private static readonly Option<int?> Every = Options.Count("--every", "With --ali-ccp: take one row of so many; all unless given.", int.MaxValue);
    private static readonly Option<string?> Coat = new("--coat") { Description = "The folder of the Coat Shopping set instead.", HelpName = "FOLDER" };

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Regimes, Rows, Data, ConfigFile, Set, AsConfig, AliCcp, Every, Coat])
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

    // On a log of the user's there is no table to be comparable with, and time for small ones.
    private const int LeastSteps = 3_000;
    private const int LeastPatience = 250;

    /// <summary>The settings for a log of the user's: more steps where it is small, and the config's shape and training if they are asked for.</summary>
    public static BenchSettings Settings(ParseResult parsed, BenchSettings settings, bool quick)
    {
        if (parsed.GetValue(Data) is { Length: > 0 } && !quick)
        {
            settings = settings with { LeastSteps = LeastSteps, LeastPatience = LeastPatience };
        }

        if (!parsed.GetValue(AsConfig))
        {
            return settings;
        }

        EsmmConfig config = Config(parsed);
        return settings with { Layers = config.Model.CvrTower, CtrLayers = config.Model.CtrTower, Batch = config.Training.Batch, LearningRate = config.Training.LearningRate };
    }

    public static IReadOnlyList<BenchData> Read(ParseResult parsed, BenchSettings settings, bool quick, int threads, ProgressBoard board, CancellationToken token)
    {
        string[] files = parsed.GetValue(Data) ?? [], regimes = parsed.GetValue(Regimes) ?? [];
        string? coat = parsed.GetValue(Coat), aliCcp = parsed.GetValue(AliCcp);
        if (((bool[])[files.Length > 0, regimes.Length > 0, coat is not null, aliCcp is not null]).Count(given => given) > 1)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--regime, --data, --ali-ccp and --coat exclude each other");
        }

        if (parsed.GetValue(Every) is not null && aliCcp is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--every without --ali-ccp", hint: "Of the training impressions of other data --rates takes a share.");
        }

        if (aliCcp is not null)
        {
            Schema schema = Comparable(Config(parsed).Schema, parsed.GetValue(AsConfig) ? null : settings.Dim);
            return [AliCcpInput.Read(aliCcp, parsed.GetValue(Every) ?? 1, schema, NetworkBytes(schema, threads), board, token)];
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

    internal static EsmmConfig Config(ParseResult parsed) => (parsed.GetValue(ConfigFile), parsed.GetValue(AliCcp)) switch
    {
        ({ } path, null) => EsmmConfig.Load(path, parsed.GetValue(Set)),
        (null, not null) => AliCcpInput.Config(parsed.GetValue(Set)),
        (not null, not null) => throw new EsmmException(EsmmErrorKind.Usage, "--config with --ali-ccp", hint: "The config is a part of the program; --set changes it."),
        _ => throw new EsmmException(EsmmErrorKind.Usage, "--data without --config", hint: "esmm init drafts a config from a log."),
    };

    /// <summary>The most that tables take: on every thread a network with two moments of each weight and its best weights, ESMM-NS with two sets of tables.</summary>
    private static long NetworkBytes(Schema schema, int threads) => 2L * threads * schema.Fields.OfType<HashedField>().Sum(field => 4L * sizeof(float) * field.Buckets * field.Dim);

    private static FixedBenchData ReadLog(ParseResult parsed, string[] files, BenchSettings settings, ProgressBoard board, CancellationToken token)
    {
        EsmmConfig config = Config(parsed);
        return ReadLog(parsed, files, config with { Schema = Comparable(config.Schema, parsed.GetValue(AsConfig) ? null : settings.Dim) }, board, token);
    }

    /// <summary>A log in memory: half of it tests unless the options say otherwise, and a tenth of the rest, the newest where there are times, says when to stop.</summary>
    internal static FixedBenchData ReadLog(ParseResult parsed, string[] files, EsmmConfig config, ProgressBoard board, CancellationToken token)
    {
        Options.RequireFiles(files);
        Holdout holdout = HoldoutOptions.Read(parsed, config.Schema, hasValid: false, config.Training.Seed)
            ?? (config.Schema.Time is not null ? Holdout.ByTime(TestShare) : config.Schema.Group is { } group ? Holdout.ByColumn(group, TestShare, config.Training.Seed) : Holdout.ByRow(TestShare, config.Training.Seed));
        string[] read = [.. files, .. parsed.GetValue(ConfigFile) is { } path ? (string[])[path] : []];
        using var input = new TrainingInput(config, new DelimitedLog(files, LogOptions.Read(parsed, read)), holdout, null, read, TimeOptions.Read(parsed, config.Schema));
        Leaks.Find(input.Log, config.Schema, config.ConversionStage, false, board, token);
        using PackedData data = new DataPreparation(input, board, new SpeedTable(), token).Prepare(null);
        BenchRows all = ReadAll(data.Space, data.Training), test = ReadAll(data.Space, data.Validation!);

        (int[] training, int[] stopping) = StoppingRows.Of(input, data.Space, all, token);
        return new FixedBenchData(string.Join(", ", files.Select(Path.GetFileName)), "tested on a holdout of " + holdout, new BenchLog(data.Space, all.Take(training), all.Take(stopping), test));
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

    internal static BenchRows ReadAll(FeatureSpace space, PackedLog log)
    {
        RowStore store = new(space);
        ImpressionBatch batch = space.CreateBatch(BatchRows);
        for (long first = 0; first < log.Rows; first += BatchRows)
        {
            batch.Count = (int)Math.Min(BatchRows, log.Rows - first);
            log.Read(first, batch.Count, batch, 0);
            store.Add(batch);
        }

        return BenchRows.Of(store);
    }
}
