using System.CommandLine;
using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Evaluation;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Model;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm evaluate</c>.</summary>
internal static class EvaluateCommand
{
    public const string Examples =
        """
        Examples:
          esmm evaluate --model model.safetensors --data test.csv
          zcat test.csv.gz | esmm evaluate --model model.safetensors --data - --json
          esmm evaluate --model model.safetensors --data test.csv --by user_id unseen:item --threshold 0.5
          esmm evaluate --model model.safetensors --data test.csv --group user_id --at 5 --bootstrap 200
          esmm evaluate --model model.safetensors --data log.csv --since 2013-06-01 --as-of 2013-06-30

        CTR and CTCVR are measured on all impressions, CVR on the clicked ones (elsewhere its
        answer is not known). AUC is exact and counts ties one half; PCOC is predicted / observed;
        n/a where a metric is undefined. Formulas and traps: docs/metrics.md. Fields that are fixed when
        serving have that value here, too: what is measured is what is served; --as-logged takes
        the logged values instead. Groups and intervals keep the rows in memory (some 90 bytes each).
        """;

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("A log with labels: CSV or TSV with a header, or JSON lines, plain or gzipped; - for standard input.");
    private static readonly EvaluationOptions Measures = new();
    private static readonly Option<bool> Json = Options.Json("Print one JSON object instead of tables.");

    public static Command Create()
    {
        var command = new Command("evaluate", "Measure a model on a log with labels.") { Model, Data, Json };
        Measures.AddTo(command);
        LogOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        EsmmModel model = EsmmModel.Load(parsed.GetRequiredValue(Model));
        string[] data = parsed.GetRequiredValue(Data);
        DelimitedLogOptions options = LogOptions.Read(parsed, [parsed.GetRequiredValue(Model), .. data]);
        using Quarantine? quarantine = options.Quarantine;
        using var log = new DelimitedLog(data, options);
        EvaluationPlan plan = Measures.Read(parsed, model, log);
        EvaluationReport report = ProgressBoard.Run(board =>
        {
            Leaks.Find(log, plan.Space, plan.Model.ConversionStage, board, token);
            return LogEvaluation.Run(plan, board, token);
        }).Report;
        if (report.Impressions == 0)
        {
            Console.Error.WriteLine("warning: no row was evaluated, so every metric is undefined; is there more than a header in the data?");
        }

        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(report.ToJson());
        }
        else
        {
            MetricTables.Write("", report);
            EvaluationTables.Write(report);
        }

        return ExitCodes.Done;
    }
}
