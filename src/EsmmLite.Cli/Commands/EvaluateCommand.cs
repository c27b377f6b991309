using System.CommandLine;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Evaluation;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
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

        CTR and CTCVR are measured on all impressions, CVR on the clicked ones (elsewhere its
        answer is not known). AUC is exact and counts ties one half; PCOC is predicted / observed;
        n/a where a metric is undefined.
        """;

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("A log with labels: CSV or TSV with a header, plain or gzipped; - for standard input.");
    private static readonly Option<int> Threads = Options.Threads();
    private static readonly Option<bool> Json = Options.Json("Print one JSON object instead of tables.");

    public static Command Create()
    {
        var command = new Command("evaluate", "Measure a model on a log with labels.") { Model, Data, Threads, Json };
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        EsmmModel model = EsmmModel.Load(parsed.GetRequiredValue(Model));
        using var log = new DelimitedLog(parsed.GetRequiredValue(Data));
        EvaluationReport report = ProgressBoard.Run(board =>
        {
            return Evaluate(model, log, parsed.GetValue(Threads), board, token);
        });
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

    public static EvaluationReport Evaluate(EsmmModel model, DelimitedLog log, int threads, ProgressBoard board, CancellationToken token)
    {
        using ProgressPhase phase = board.Begin("evaluating");
        using var source = new TextSource(log, model.Space, new ByteProgress(phase), token);
        EvaluationReport report = Validation.Evaluate(model, source, threads: threads, token: token);
        return report with { Dropped = source.Counts.Dropped };
    }
}
