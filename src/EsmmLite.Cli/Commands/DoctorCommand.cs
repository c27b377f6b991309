using System.CommandLine;
using EsmmLite.Cli.Doctor;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Formats.Checkup;
using EsmmLite.Formats.Delimited;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm doctor</c>.</summary>
internal static class DoctorCommand
{
    public const string Examples =
        """
        Examples:
          esmm doctor --model model.safetensors --data new.csv
          zcat new.csv.gz | esmm doctor --model model.safetensors --data - --json
          esmm doctor --model model.safetensors --data new.csv --rows 1000 --all

        Give it what the service sees: a log of requests as they arrive, not the training log. It
        reads every row as serving would, goes on where serving would fail, and holds each field
        against what the model file keeps of its training data. If the label columns are there,
        it looks for fields that give them away. Codes: 0 nothing to mend, 5 something to mend.
        """;

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("New data: CSV or TSV with a header, or JSON lines, plain or gzipped; - for standard input. Labels are not needed.");
    private static readonly Option<int?> Rows = Options.Count("--rows", "Look at the first rows only.", int.MaxValue);
    private static readonly Option<bool> All = new("--all") { Description = "Show the fields of which there is nothing to say, too." };
    private static readonly Option<bool> Json = Options.Json("Print one JSON object instead of tables.");

    public static Command Create()
    {
        var command = new Command("doctor", "Hold new data against a model, and say which field to look at.") { Model, Data, Rows, All, Json };
        LogOptions.AddDelimiter(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        EsmmScorer scorer = EsmmScorer.Load(parsed.GetRequiredValue(Model));
        using var log = new DelimitedLog(parsed.GetRequiredValue(Data), LogOptions.ReadDelimiter(parsed));
        CheckupReport report = ProgressBoard.Run(board =>
        {
            using ProgressPhase phase = board.Begin("looking");
            return ModelCheckup.Run(scorer, log, parsed.GetValue(Rows), new ByteProgress(phase), token);
        });
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(CheckupJson.Write(report));
        }
        else
        {
            CheckupTables.Write(report, parsed.GetValue(All));
        }

        return report.IsIll ? ExitCodes.Ill : ExitCodes.Done;
    }
}
