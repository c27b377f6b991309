using System.CommandLine;
using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Formats.Packed;
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
          esmm train --config esmm.json --data log.csv --holdout 0.1 --holdout-by time --as-of 2013-06-30 --out m.safetensors
          esmm train --config esmm.json --data log.csv --out m.safetensors --checkpoint run --checkpoint-every 5m
          esmm train --config esmm.json --data log.csv --out m.safetensors --checkpoint run --resume
          esmm train --config esmm.json --data log.csv --out m.safetensors --init-from model.safetensors
          esmm train --config esmm.json --data log.csv --out m.safetensors --set towers.ctr=[256,64] --set fields.user_id.dim=8
          esmm train --config esmm.json --data log.jsonl --max-bad-rows 0.01 --quarantine bad.csv --out m.safetensors

        Set rows aside by a column (search, user, session) when rows that share its value share
        an answer; by row only when they don't. A config with "group" or "time" does so by itself,
        and refuses a split by row. --as-of trains on what was known at that time. The log is read
        twice: once for its statistics, once to encode it into a temporary file, so standard input
        cannot be used. A packed log that esmm pack left of the same data, fields and holdout is
        used instead. Rows that can't be read as the config says are left out and counted; more
        than --max-bad-rows of them stop the run. With training.earlyStopping the best epoch's
        weights are kept on disk and saved, without it the last epoch's. An earlier model at --out
        stays until the new one is whole.

        With --checkpoint an interruption (Ctrl-C, a crash, loss of power) costs the time since the
        last checkpoint: the same command with --resume goes on and ends at the same model, byte for
        byte. It refuses data, rows or a config that changed. Once the model is written, the
        checkpoints are deleted.
        """;

    private static readonly Option<string> Out = new("--out", "-o") { Description = "The model file to write.", HelpName = "FILE", Required = true };
    private static readonly Option<string?> Cache = new("--cache") { Description = "Keep the packed log in this file: used when it is fresh, written when it is not.", HelpName = "FILE" };
    private static readonly Option<int> Threads = Options.Threads();
    private static readonly Option<bool> Json = Options.Json("Print one JSON object at the end instead of tables.");

    public static Command Create()
    {
        var command = new Command("train", "Train a model on an impression log.") { Out, Cache, Threads, Json };
        TrainingInput.AddOptions(command);
        LongRunOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string path = parsed.GetRequiredValue(Out);
        using TrainingInput input = TrainingInput.Read(parsed, path, parsed.GetValue(Cache));
        Files.RequireWritable("--out", path, input.Files);
        string? cache = parsed.GetValue(Cache);
        if (cache is not null)
        {
            Files.RequireWritable("--cache", cache, input.Files);
        }

        RequireApart(path, [PackedFile.PlaceFor(input.Log.Files), .. cache is null ? (string[])[] : [cache]]);

        if (input.Config.Training.EarlyStopping is not null && input.Holdout is null && input.Valid is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "early stopping needs validation data", "training.earlyStopping", "--valid or --holdout", "Or go without it: --set training.earlyStopping=null");
        }

        LongRun run = LongRunOptions.Read(parsed);
        TrainingOutcome outcome = ProgressBoard.Run(board =>
        {
            Leaks.Find(input.Log, input.Config.Schema, input.Config.ConversionStage, false, board, token);
            var speed = new SpeedTable();
            run.RequireUsable();
            var preparation = new DataPreparation(input, board, speed, token);
            using PackedData data = preparation.Prepare(cache);
            using CheckpointFolder? checkpoints = run.Open(() => preparation.Inputs(data), board.Line);
            return TrainingJob.Run(input.Config, data, path, parsed.GetValue(Threads), board, speed, token, run.Initial, checkpoints);
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

    private static void RequireApart(string path, IEnumerable<string> packedLogs)
    {
        if (packedLogs.Any(packed => Path.GetFullPath(packed) == Path.GetFullPath(path)))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--out is where the packed log is kept", "--out " + path, "a file of its own for the model");
        }
    }
}
