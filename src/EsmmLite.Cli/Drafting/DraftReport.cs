using System.Globalization;
using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats.Drafting;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Cli.Drafting;

/// <summary>Shows what was found and chosen, and what to type next.</summary>
internal static class DraftReport
{
    private const int KindWidth = 13;
    private const int LeastNameWidth = 22;
    private const int LeastExampleWidth = 10;
    private const int MostExampleWidth = 24;

    private static readonly string[] Heads = ["column", "kind", "distinct>", "missing>", "values", "choice"];

    /// <summary>Writes it.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="path">The config.</param>
    /// <param name="schema">Where its JSON Schema lies.</param>
    public static void Write(ConfigDraft draft, string path, string schema)
    {
        LogProfile log = draft.Log;
        string[][] rows = [.. draft.Columns.Select(choice => new[] { Clean(choice.Column.Name), Cut(choice.Kind, KindWidth), Distinct(choice.Column), Share(choice.Column), Examples(choice.Column), Choice(choice) })];
        (int name, int examples) = Widths(rows);
        var table = new TextTable("Columns", Heads);
        foreach (string[] row in rows)
        {
            table.Add(Cut(row[0], name), row[1], row[2], row[3], Cut(row[4], examples), row[5]);
        }

        table.Write();
        Console.Out.WriteLine($"{Show.Count(log.Rows)} rows{(log.IsWhole ? "" : " looked at")}, {Show.Count(log.Clicks)} clicks, {Show.Count(log.Conversions)} conversions.");
        foreach (string warning in draft.Warnings)
        {
            Sentences.Write("warning: " + warning);
        }

        Console.Out.WriteLine();
        Sentences.Write(path + " is written; it says why each column became what it is. Editors complete its keys by " + schema + ". Read it, then:");
        Console.Out.WriteLine("  " + Next(draft, path));
    }

    // Names are what the reader looks for in the config: they get the room that the other columns leave, examples the rest.
    private static (int Name, int Examples) Widths(string[][] rows)
    {
        int Widest(int column) => Math.Max(Heads[column].TrimEnd('>').Length, rows.Max(row => row[column].Length));
        int edges = Screen.OutputIsTerminal ? 1 + 3 * Heads.Length : 2 * Heads.Length;
        int room = Screen.PlainWidth - edges - Widest(1) - Widest(2) - Widest(3) - Widest(5);
        int name = Math.Max(LeastNameWidth, Math.Min(Widest(0), room - LeastExampleWidth));
        return (name, Math.Clamp(room - Math.Min(name, Widest(0)), LeastExampleWidth, MostExampleWidth));
    }

    private static string Next(ConfigDraft draft, string path)
        => "esmm train --config " + Quote(path) + " --data " + string.Join(' ', draft.Log.Files.Select(Quote)) + " --holdout 0.2 --holdout-by " + Quote(draft.Log.Options.Group ?? (draft.Time is null ? "row" : "time"))
            + " --out " + Quote(Path.ChangeExtension(path, ".safetensors"));

    private static string Quote(string text)
        => text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:,+@%".Contains(c, StringComparison.Ordinal)) ? text : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string Choice(ColumnChoice choice) => choice.Field switch
    {
        null => choice.Kind == "label" ? "label" : "left out",
        HashedField hashed => "hashed " + Show.Count(hashed.Buckets) + ", dim " + hashed.Dim.ToString(CultureInfo.InvariantCulture),
        VocabularyField vocabulary => "vocabulary, dim " + vocabulary.Dim.ToString(CultureInfo.InvariantCulture),
        NumericField { Buckets: { } buckets } => "numeric, " + buckets.ToString(CultureInfo.InvariantCulture) + " buckets",
        NumericField number => "numeric" + (number.Log ? ", log" : "") + (number.ClipLow is not null || number.ClipHigh is not null ? ", clip" : ""),
        _ => choice.Field.GetType().Name,
    };

    private static string Distinct(ColumnProfile column) => (column.IsDistinctExact ? "" : "~") + Show.Count(column.Distinct);

    private static string Share(ColumnProfile column)
        => column.Missing == 0 ? "" : column.MissingShare < 0.01 ? "<1 %" : column.MissingShare.ToString("P0", CultureInfo.InvariantCulture);

    private static string Examples(ColumnProfile column) => string.Join(' ', column.Values.Take(4).Select(value => Clean(value.Text)));

    private static string Clean(string text) => new([.. text.Trim().Select(c => char.IsControl(c) ? ' ' : c)]);

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";
}
