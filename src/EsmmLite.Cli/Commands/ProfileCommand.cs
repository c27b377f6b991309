using System.CommandLine;
using EsmmLite.Cli.Profiling;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Training;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm profile</c>.</summary>
internal static class ProfileCommand
{
    public const string Examples =
        """
        Examples:
          esmm profile --config esmm.json
          esmm profile --config esmm.json --data log.csv --batch 4096 --threads 2
          esmm profile --config esmm.json --set towers.ctr=[256,64] --json

        Trains a new model for some seconds, saves nothing, and prints where the time of a step
        goes, by layer; how close its products come to what the processor can do; and the memory
        that training and scoring hold. Without --data the ids are drawn: Zipf's law over the rows
        of each table, a fifth of the impressions clicked. Fields that learn from data
        (vocabularies, buckets, standardised numbers) need --data.
        """;

    private static readonly Option<string> ConfigFile = Options.Config();
    private static readonly Option<string[]> Data = Options.Data("A log to take the ids from: CSV, TSV or JSON lines, plain or gzipped.");
    private static readonly Option<int?> Batch = Options.Count("--batch", "Impressions of a step, in place of the config's.", 1 << 20);
    private static readonly Option<int> Threads = Options.Threads();
    private static readonly Option<int?> Steps = Options.Count("--steps", "Steps to measure, in place of two seconds' worth.", 1_000_000);
    private static readonly Option<string[]> Set = Options.Set();
    private static readonly Option<bool> Json = Options.Json("Print one JSON object instead of tables.");

    public static Command Create()
    {
        Data.Required = false;
        var command = new Command("profile", "Show where the time of a training step goes, by layer.") { ConfigFile, Data, Batch, Threads, Steps, Set, Json };
        LogOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string path = parsed.GetRequiredValue(ConfigFile);
        EsmmConfig config = EsmmConfig.Load(path, parsed.GetValue(Set));
        config = config with { Training = config.Training with { Batch = parsed.GetValue(Batch) ?? config.Training.Batch } };
        int threads = Options.ThreadCount(parsed, Threads);
        string[] data = parsed.GetValue(Data) ?? [];
        DelimitedLogOptions options = LogOptions.Read(parsed, [path, .. data]);
        using Quarantine? quarantine = options.Quarantine;
        StepProfile profile = ProgressBoard.Run(board =>
        {
            (var space, var batches) = data.Length == 0 ? ProfileBatches.Draw(config, path) : ProfileBatches.Read(config, data, options, board, token);
            string source = data.Length == 0 ? "drawn, Zipf 1.05 over each table's rows" : string.Join(", ", data);
            return StepProfiler.Run(new ProfilePlan(path, config, space, batches, source, threads, parsed.GetValue(Steps)), board, token);
        });
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(ProfileJson.Write(profile));
        }
        else
        {
            ProfileTables.Write(profile);
        }

        return ExitCodes.Done;
    }
}
