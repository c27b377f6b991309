using System.CommandLine;
using System.Globalization;
using EsmmLite.Cli.Comparing;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.Delimited;
using EsmmLite.Model;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm diff</c>.</summary>
internal static class DiffCommand
{
    public const string Examples =
        """
        Examples:
          esmm diff model.safetensors new.safetensors
          esmm diff model.safetensors new.safetensors --data test.csv

        What differs between two models: config and schema, key by key; weights, tensor by tensor
        (of a vocabulary, entry by entry); and with --data how far their scores of the same rows
        are apart. Whether the difference is for the better, esmm compare tells.
        """;

    private const int LongestText = 30;
    private static readonly Argument<string> Before = new("A") { Description = "The first model file." };
    private static readonly Argument<string> After = new("B") { Description = "The second model file." };
    private static readonly Option<string[]> Data = new("--data", "-d") { Description = "A log to score with both; labels need not be there.", HelpName = "FILE...", AllowMultipleArgumentsPerToken = true };
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static Command Create()
    {
        var command = new Command("diff", "Tell what differs between two models.") { Before, After, Data };
        LogOptions.AddDelimiter(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        EsmmModel before = EsmmModel.Load(parsed.GetRequiredValue(Before)), after = EsmmModel.Load(parsed.GetRequiredValue(After));
        string[] files = parsed.GetValue(Data) ?? [];
        if (files.Contains(Options.StandardStream))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "both models read the log, and standard input can be read only once", "--data -", "the name of a file", "Save it to a file first.");
        }

        if (before.Digest == after.Digest)
        {
            Console.Out.WriteLine("The two files hold the same model, " + before.Digest + ".");
            return ExitCodes.Done;
        }

        WriteKeys("Config", JsonDiff.Of(before.Info.ConfigJson, after.Info.ConfigJson));
        WriteKeys("Learned of the data", JsonDiff.Of(before.Space.ToJson(), after.Space.ToJson()));
        WriteWeights(WeightShift.Of(before, after));
        if (files.Length > 0)
        {
            using var log = new DelimitedLog(files, LogOptions.ReadDelimiter(parsed, share: 0)); // both models must see the same rows
            WriteScores(ScoreShift.Of(new EsmmScorer(before), new EsmmScorer(after), log, token));
        }

        return ExitCodes.Done;
    }

    private static void WriteKeys(string title, IReadOnlyList<(string Path, string Before, string After)> differences)
    {
        if (differences.Count == 0)
        {
            Console.Out.WriteLine(title + ": no difference.");
            Console.Out.WriteLine();
            return;
        }

        var table = new TextTable(title, "key", "A", "B");
        foreach ((string path, string before, string after) in differences)
        {
            table.Add(End(path), Short(before), Short(after));
        }

        table.Write();
    }

    private static void WriteWeights(IReadOnlyList<WeightShift> shifts)
    {
        var table = new TextTable("Weights", "tensor", "values>", "norm of A>", "change>", "share>", "largest>", "cosine>");
        foreach (WeightShift shift in shifts.Where(shift => shift.Values > 0))
        {
            table.Add(Short(shift.Name), Show.Count(shift.Values), Show.Brief(shift.Norm), Show.Brief(shift.Change), shift.Norm > 0 ? (shift.Change / shift.Norm).ToString("P1", Invariant) : "n/a",
                Show.Brief(shift.Largest), shift.Cosine?.ToString("F4", Invariant) ?? "n/a");
        }

        table.Write();
        WeightShift[] remarks = [.. shifts.Where(shift => shift.Remark.Length > 0)];
        if (remarks.Length > 0)
        {
            var unlike = new TextTable("Not compared, or in part", "tensor", "why");
            foreach (WeightShift shift in remarks)
            {
                unlike.Add(Short(shift.Name), shift.Remark);
            }

            unlike.Write();
        }
    }

    private static void WriteScores(IReadOnlyList<ScoreShift> shifts)
    {
        var table = new TextTable("Scores of the same " + Show.Count(shifts[0].Rows) + " rows", "score", "mean of A>", "mean of B>", "mean |B - A|>", "largest>", "in row>", "correlation>");
        foreach (ScoreShift shift in shifts)
        {
            table.Add(shift.Name, Show.Brief(shift.Before), Show.Brief(shift.After), Show.Brief(shift.MeanChange), Show.Brief(shift.Largest), Show.Count(shift.LargestRow), shift.Correlation?.ToString("F4", Invariant) ?? "n/a");
        }

        table.Write();
    }

    private static string Short(string text) => text.Length > LongestText ? text[..(LongestText - 1)] + "…" : text;

    // A path tells most at its end.
    private static string End(string path) => path.Length > LongestText ? "…" + path[^(LongestText - 1)..] : path;
}
