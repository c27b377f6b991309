using System.CommandLine;
using System.Globalization;
using EsmmLite.Cli.Explaining;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.Delimited;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm explain</c>.</summary>
internal static class ExplainCommand
{
    public const string Examples =
        """
        Examples:
          esmm explain --model model.safetensors --data test.csv --row 3

        For one row of a log (the first below the header is 1): each field's value, the row of its
        table, whether training knows it, the length of its embedding, and by how much it raises
        each logit (against a zero vector in its place, crosses included; a number: against 0).
        Then what every layer gave, and the three scores as esmm score writes them.
        """;

    private const int LeastText = 10;
    private const int OtherWidth = 37; // norm, two logits, and what is between columns
    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("The log: CSV or TSV with a header, or JSON lines, plain or gzipped; labels need not be there.");
    private static readonly Option<int?> Row = Options.Count("--row", "Which row, from 1; the first unless given.", int.MaxValue);
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static Command Create()
    {
        var command = new Command("explain", "Follow one row of a log through a model.") { Model, Data, Row };
        LogOptions.AddDelimiter(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        EsmmModel model = EsmmModel.Load(parsed.GetRequiredValue(Model));
        using var log = new DelimitedLog(parsed.GetRequiredValue(Data), LogOptions.ReadDelimiter(parsed, share: 0));
        int number = parsed.GetValue(Row) ?? 1;
        ExplainedRow row = ExplainedRow.Of(model, log, number, token);
        WriteFields(row, number);
        WriteLayers(row);
        new TextTable("Scores", "score", "value>", "from")
            .Add("pCTR", Text(row.Scores.PCtr), "sigmoid of the CTR logit " + Text(row.CtrLogit))
            .Add("pCVR", Text(row.Scores.PCvr), "sigmoid of the CVR logit " + Text(row.CvrLogit))
            .Add("pCTCVR", Text(row.Scores.PCtcvr), "their product, before either was rounded")
            .Write();
        return ExitCodes.Done;
    }

    private static void WriteFields(ExplainedRow row, int number)
    {
        var table = new TextTable("Fields of row " + number.ToString(Invariant), "field", "value", "encoded", "training", "norm>", "CTR logit>", "CVR logit>");
        // The value gives way to the name, both as wide as the screen allows.
        int room = Screen.PlainWidth - OtherWidth - row.Fields.Max(field => field.Encoded.Length) - row.Fields.Max(field => field.State.Length);
        int names = Math.Min(row.Fields.Max(field => field.Name.Length), room - LeastText), texts = room - names;
        foreach (ExplainedField field in row.Fields)
        {
            table.Add(Short(field.Name, names), Short(field.Text, texts), field.Encoded, field.State, field.Norm?.ToString("F3", Invariant) ?? "", Show.Signed(field.Ctr), Show.Signed(field.Cvr));
        }

        table.Write();
    }

    private static void WriteLayers(ExplainedRow row)
    {
        var table = new TextTable("Layers", "output of", "width>", "zeros>", "least>", "mean>", "most>", "norm>");
        foreach (LayerOutput layer in row.Layers)
        {
            double squares = layer.Values.Sum(value => (double)value * value), mean = layer.Values.Average(value => (double)value);
            table.Add(layer.Name, Show.Count(layer.Values.Count), (layer.Values.Count(value => value == 0) / (double)layer.Values.Count).ToString("P0", Invariant),
                Brief(layer.Values.Min()), Brief(mean), Brief(layer.Values.Max()), Brief(Math.Sqrt(squares)));
        }

        table.Write();
    }

    private static string Short(string text, int longest) => text.Length > longest ? text[..(longest - 1)] + "…" : text;

    private static string Brief(double value) => value.ToString("G4", Invariant);

    // The shortest text that reads back as the same float.
    private static string Text(float value) => value.ToString(Invariant);
}
