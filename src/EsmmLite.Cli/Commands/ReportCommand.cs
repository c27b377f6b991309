using System.CommandLine;
using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Reporting;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Profiling;
using EsmmLite.Model;
using EsmmLite.Persistence;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm report</c>.</summary>
internal static class ReportCommand
{
    public const string Examples =
        """
        Examples:
          esmm report --model model.safetensors --data test.csv --out report.html
          esmm report --model model.safetensors --data test.csv --by item --group user_id --bootstrap 50 --out report.html

        One HTML file, with everything inside: it opens without a network, in light and in dark.
        It shows the funnel, training by epoch, ROC and precision-recall, calibration, the three
        scores, slices, embeddings and unseen values by field, and items by CTR and CVR.
        """;

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("A log with labels: CSV or TSV with a header, or JSON lines, plain or gzipped; several files are read as one.");
    private static readonly Option<string> Out = new("--out", "-o") { Description = "The HTML file to write.", HelpName = "FILE", Required = true };
    private static readonly Option<string?> Item = new("--item") { Description = "The column that tells items apart; that of the candidate's largest table unless given.", HelpName = "COLUMN" };
    private static readonly EvaluationOptions Measures = new();

    public static Command Create()
    {
        var command = new Command("report", "Write a page about a model and a log with labels.") { Model, Data, Out, Item };
        Measures.AddTo(command);
        LogOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string path = parsed.GetRequiredValue(Out), modelPath = parsed.GetRequiredValue(Model);
        string[] files = parsed.GetRequiredValue(Data);
        Files.RequireWritable("--out", path, [modelPath, .. files.Where(file => file != Options.StandardStream)]);
        EsmmModel model = EsmmModel.Load(modelPath);
        DelimitedLogOptions options = LogOptions.Read(parsed, [modelPath, path, .. files]);
        using Quarantine? quarantine = options.Quarantine;
        using var log = new DelimitedLog(files, options);
        EvaluationPlan plan = Measures.Read(parsed, model, log);
        ProgressBoard.Run(board =>
        {
            IReadOnlyList<LeakFinding> leaks = Leaks.Find(log, plan.Space, plan.Model.ConversionStage, board, token);
            var data = ReportData.Gather(plan, parsed.GetValue(Item), board, token);
            string html = new ModelReport(data, Path.GetFileName(modelPath), [.. files.Select(file => Path.GetFileName(file))], leaks).ToHtml();
            AtomicFile.WriteText(path, html);
            return true;
        });
        Console.Error.WriteLine("report written to " + path);
        return ExitCodes.Done;
    }
}
