using System.CommandLine;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Training;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm train</c>.</summary>
internal static class TrainCommand
{
    public const string Examples =
        """
        Examples:
          esmm train --config esmm.json --data a.csv b.csv.gz --valid v.csv --out model.safetensors
          esmm train --config esmm.json --data log.csv --holdout 0.2 --holdout-by srch_id --out model.safetensors
          esmm train --config esmm.json --data log.csv --out m.safetensors --set towers.ctr=[256,64] --set training.epochs=3

        Set rows aside by a column (search, user, session) when rows that share its value share
        an answer; by row only when they don't. The log is read twice: once for its statistics,
        once to encode it into a temporary file, so standard input cannot be used. With
        training.earlyStopping the best epoch's weights are kept on disk and saved, without it
        the last epoch's. An earlier model at --out stays until the new one is whole.
        """;

    private static readonly Option<string> Config = new("--config", "-c") { Description = "What to train: fields, labels, towers, training (JSON; see samples).", HelpName = "FILE", Required = true };
    private static readonly Option<string[]> Data = Options.Data("The log: CSV or TSV with a header, plain or gzipped; several files are read as one.");
    private static readonly Option<string[]> Valid = new("--valid") { Description = "A log to validate on after each epoch.", HelpName = "FILE...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<double?> HoldoutShare = new("--holdout") { Description = "Share of the log to set aside for validation instead, such as 0.2.", HelpName = "SHARE" };
    private static readonly Option<string?> HoldoutBy = new("--holdout-by") { Description = "Column whose equal values stay together when rows are set aside, or 'row'.", HelpName = "COLUMN|row" };
    private static readonly Option<string> Out = new("--out", "-o") { Description = "The model file to write.", HelpName = "FILE", Required = true };
    private static readonly Option<long?> Seed = Options.Seed("Seed of initial weights, shuffling and holdout, in place of the config's.");
    private static readonly Option<int> Threads = Options.Threads();
    private static readonly Option<string[]> Set = new("--set") { Description = "Override a key of the config; may be repeated.", HelpName = "KEY=VALUE" };
    private static readonly Option<bool> Json = Options.Json("Print one JSON object at the end instead of tables.");

    public static Command Create()
    {
        var command = new Command("train", "Train a model on an impression log.") { Config, Data, Valid, HoldoutShare, HoldoutBy, Out, Seed, Threads, Set, Json };
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string[] data = parsed.GetRequiredValue(Data);
        string[] valid = parsed.GetValue(Valid) ?? [];
        if (data.Concat(valid).Contains(Options.StandardStream))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "training reads the log twice, and standard input can be read only once", "--data -", "the name of a file", "Save it to a file first.");
        }

        string configPath = parsed.GetRequiredValue(Config);
        EsmmConfig config = EsmmConfig.Parse(Files.ReadConfig(configPath), configPath, parsed.GetValue(Set) ?? []);
        if (parsed.GetValue(Seed) is { } seed)
        {
            config = config.WithSeed((ulong)seed);
        }

        string path = parsed.GetRequiredValue(Out);
        Files.RequireWritable(path, [configPath, .. data, .. valid]);
        using var log = new DelimitedLog(data);
        using DelimitedLog? validLog = valid.Length == 0 ? null : new DelimitedLog(valid);
        Holdout? holdout = HoldoutOf(parsed, valid.Length > 0, config.Training.Seed);
        if (config.Training.EarlyStopping is not null && holdout is null && validLog is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "early stopping needs validation data", "training.earlyStopping", "--valid or --holdout", "Or go without it: --set training.earlyStopping=null");
        }

        TrainingOutcome outcome = ProgressBoard.Run(board =>
        {
            using PreparedData prepared = PreparedData.Read(config, log, holdout, validLog, board, token);
            return TrainingJob.Run(config, prepared, path, parsed.GetValue(Threads), board, token);
        });
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(TrainingReport.ToJson(outcome));
        }
        else
        {
            TrainingReport.Write(outcome);
        }

        return ExitCodes.Done;
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
