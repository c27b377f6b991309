using System.CommandLine;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public const string Examples =
        """
        Examples:
          esmm evaluate --model model.safetensors --data test.csv
          zcat test.csv.gz | esmm evaluate --model model.safetensors --data - --json
          esmm evaluate --model model.safetensors --data log.csv --since 2013-06-01 --as-of 2013-06-30

        CTR and CTCVR are measured on all impressions, CVR on the clicked ones (elsewhere its
        answer is not known). AUC is exact and counts ties one half; PCOC is predicted / observed;
        n/a where a metric is undefined. Fields that are fixed when serving have that value here,
        too: what is measured is what is served; --as-logged takes the logged values instead.
        """;

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("A log with labels: CSV or TSV with a header, or JSON lines, plain or gzipped; - for standard input.");
    private static readonly Option<int> Threads = Options.Threads();
    private static readonly Option<bool> AsLogged = new("--as-logged") { Description = "Take the logged values of fields that are fixed when serving, as training does." };
    private static readonly Option<bool> Json = Options.Json("Print one JSON object instead of tables.");

    public static Command Create()
    {
        var command = new Command("evaluate", "Measure a model on a log with labels.") { Model, Data, AsLogged, Threads, Json };
        LogOptions.AddTo(command);
        TimeOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        EsmmModel model = EsmmModel.Load(parsed.GetRequiredValue(Model));
        FeatureSpace space = parsed.GetValue(AsLogged) ? model.Space : model.Space.Serving;
        TimeSelection? times = TimeOptions.Read(parsed, model.Space.Schema);
        string[] data = parsed.GetRequiredValue(Data);
        DelimitedLogOptions options = LogOptions.Read(parsed, [parsed.GetRequiredValue(Model), .. data]);
        using Quarantine? quarantine = options.Quarantine;
        using var log = new DelimitedLog(data, options);
        EvaluationReport report = ProgressBoard.Run(board => Evaluate(space, model, log, times, parsed.GetValue(Threads), board, token));
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(report.ToJson());
        }
        else
        {
            MetricTables.Write("", report);
        }

        return ExitCodes.Done;
    }

    /// <summary>Evaluates a model on a log that a feature space of its encodes: as logged, or as served.</summary>
    public static EvaluationReport Evaluate(FeatureSpace space, EsmmModel model, DelimitedLog log, TimeSelection? times, int threads, ProgressBoard board, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin("evaluating");
        using var source = new TextSource(log, space, times, new ByteProgress(phase), token);
        EvaluationReport report = Validation.Evaluate(model, source, threads: threads, token: token);
        var served = space.Schema.Fields.Where((_, place) => space.IsFixed(place)).ToDictionary(field => field.Name, field => field.FixedAtServing!);
        foreach (string note in (IEnumerable<string>)[.. source.IdForms.NotesFor(space).Select(note => "note: " + note), .. LogOptions.Note(source.BadRows, log.Options) is { } bad ? (string[])[bad] : []])
        {
            board.Line(note);
        }

        return report with { BadRows = source.BadRows.Reasons, Dropped = source.Counts.Dropped, Hidden = source.Counts.Hidden, Fixed = served };
    }
}
