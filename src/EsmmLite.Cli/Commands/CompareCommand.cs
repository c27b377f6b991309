using System.CommandLine;
using System.Text;
using System.Text.Json;
using EsmmLite.Cli.Comparing;
using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Evaluation;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Model;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm compare</c>.</summary>
internal static class CompareCommand
{
    public const string Examples =
        """
        Examples:
          esmm compare model.safetensors new.safetensors --data test.csv
          esmm compare model.safetensors new.safetensors --data test.csv --group user_id --bootstrap 500

        Both models score the same rows. A difference is the second model's metric minus the
        first's; its 95 % interval comes from drawing rows (with --group: whole groups) again and
        again, the same ones for both. The seesaw says whether one task pays for the other.
        """;

    private const int Drawings = 200;
    private static readonly Argument<string> Before = new("A") { Description = "The first model file." };
    private static readonly Argument<string> After = new("B") { Description = "The second model file." };
    private static readonly Option<string[]> Data = Options.Data("A log with labels: CSV or TSV with a header, or JSON lines, plain or gzipped; several files are read as one.");
    private static readonly Option<bool> Json = Options.Json("Print one JSON object instead of tables.");
    private static readonly EvaluationOptions Measures = new();

    public static Command Create()
    {
        var command = new Command("compare", "Compare two models on a log with labels.") { Before, After, Data, Json };
        Measures.AddTo(command, slices: false);
        LogOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string[] files = parsed.GetRequiredValue(Data);
        if (files.Contains(Options.StandardStream))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "both models read the log, and standard input can be read only once", "--data -", "the name of a file", "Save it to a file first.");
        }

        DelimitedLogOptions options = LogOptions.Read(parsed, [parsed.GetRequiredValue(Before), parsed.GetRequiredValue(After), .. files]);
        using Quarantine? quarantine = options.Quarantine;
        using DelimitedLog log = new(files, options), again = new(files, options with { Quarantine = null });
        EvaluationPlan before = Plan(parsed.GetRequiredValue(Before), log), after = Plan(parsed.GetRequiredValue(After), again);
        ModelComparison comparison = ProgressBoard.Run(board => ModelComparison.Run(before, after, board, token));
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(ToJson(comparison));
        }
        else
        {
            Write(comparison, before.Groups);
        }

        return ExitCodes.Done;

        EvaluationPlan Plan(string path, DelimitedLog data)
        {
            EvaluationPlan plan = Measures.Read(parsed, EsmmModel.Load(path), data);
            return plan with { Bootstrap = plan.Bootstrap > 0 ? plan.Bootstrap : Drawings };
        }
    }

    private static void Write(ModelComparison comparison, GroupOptions? groups)
    {
        double?[] before = comparison.Before.Values(), after = comparison.After.Values();
        var table = new TextTable("Differences, drawn by " + (groups is null ? "row" : "group of " + groups.Column), "metric", "A>", "B>", "B - A>", "95 %, paired>", "B is");
        for (int m = 0; m < before.Length; m++)
        {
            IntervalEstimate difference = comparison.Differences[m];
            table.Add(difference.Name, Show.Metric(before[m]), Show.Metric(after[m]), difference.Value is { } value ? Show.Signed(value) : "n/a",
                difference.Interval is { } interval ? Show.Signed(interval.Low) + " to " + Show.Signed(interval.High) : "n/a", Seesaw.Verdict(difference));
        }

        table.Write();
        (int ctr, int cvr) = Signs(comparison);
        new TextTable("Seesaw, by AUC", "", "").Add("CTR", Seesaw.Arrow(ctr)).Add("CVR", Seesaw.Arrow(cvr)).Add("B is", Seesaw.Meaning(ctr, cvr)).Write();
    }

    private static (int Ctr, int Cvr) Signs(ModelComparison comparison) => (Seesaw.Sign(comparison.Differences.Single(d => d.Name == "ctr.auc")), Seesaw.Sign(comparison.Differences.Single(d => d.Name == "cvr.auc")));

    private static string ToJson(ModelComparison comparison)
    {
        double?[] before = comparison.Before.Values(), after = comparison.After.Values();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("metrics");
            for (int m = 0; m < before.Length; m++)
            {
                IntervalEstimate difference = comparison.Differences[m];
                json.WriteStartObject(difference.Name);
                foreach ((string name, double? value) in new[] { ("a", before[m]), ("b", after[m]), ("difference", difference.Value), ("low", difference.Interval?.Low), ("high", difference.Interval?.High) })
                {
                    json.WritePropertyName(name);
                    JsonSerializer.Serialize(json, value);
                }

                json.WriteString("verdict", Seesaw.Verdict(difference));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            (int ctr, int cvr) = Signs(comparison);
            json.WriteStartObject("seesaw");
            json.WriteString("ctr", Seesaw.Arrow(ctr));
            json.WriteString("cvr", Seesaw.Arrow(cvr));
            json.WriteString("meaning", Seesaw.Meaning(ctr, cvr));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
