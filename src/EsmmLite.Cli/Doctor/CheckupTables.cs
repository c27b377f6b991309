using System.Globalization;
using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Formats.Checkup;

namespace EsmmLite.Cli.Doctor;

/// <summary>A checkup for people: the verdict, what was found, and the figures behind it.</summary>
internal static class CheckupTables
{
    private const int OtherWidth = 52; // five figures, and what is between columns
    private const int FormWidth = 11;

    public static void Write(CheckupReport report, bool all)
    {
        Console.Out.WriteLine(report.Verdict);
        foreach (Finding finding in report.Findings)
        {
            Sentences.Write((finding.Severity == Severity.Fault ? "  fault: " : "  warning: ") + (finding.Field is null ? "" : finding.Field + ": ") + finding.What + (finding.What.EndsWith('?') ? "" : "."));
        }

        WriteNotes(report);
        Console.Out.WriteLine();
        WriteFields(report, all);
        WriteScores(report);
    }

    private static void WriteNotes(CheckupReport report)
    {
        if (report.HasFewRows)
        {
            Console.Out.WriteLine("  note: " + Show.Count(report.Rows) + " rows are few; shares of them are rough.");
        }

        if (report.Fields.All(field => field.Then is null))
        {
            Sentences.Write("  note: the model file keeps nothing of its training data, so nothing can be held against it. Train it again with this version.");
        }
    }

    private static void WriteFields(CheckupReport report, bool all)
    {
        CheckedField[] shown = [.. report.Fields.Where(field => all || report.Findings.Any(finding => finding.Field == field.Field.Name))];
        if (shown.Length == 0)
        {
            return;
        }

        string title = "Fields now, and before, in training (" + (report.IsWhole ? "" : "the first ") + Show.Count(report.Rows) + " rows)" + (all ? "" : "; --all shows the others");
        var table = new TextTable(title, "field", "missing>", "before>", "unseen>", "drift>", "sharing>", "form", "before");
        int names = Screen.PlainWidth - OtherWidth - shown.Max(field => Math.Max(Form(field.Now).Length, "form".Length)) - shown.Max(field => Math.Max(Form(field.Then).Length, "before".Length));
        foreach (CheckedField field in shown)
        {
            table.Add(Cut(field.Field.Name, names), Share(field.Now.MissingShare), Share(field.Then?.MissingShare), Share(field.Unseen), Number(field.Drift), Share(field.Colliding), Form(field.Now), Form(field.Then));
        }

        table.Write();
    }

    private static void WriteScores(CheckupReport report)
    {
        var table = new TextTable("Scores of " + Show.Count(report.Scores[0].Rows) + " rows", "", "mean>", "least>", "5 %>", "median>", "95 %>", "greatest>", "training>");
        string[] trained = ["", "", ""];
        if (report.TrainedOn is { Impressions: > 0, Clicks: > 0 } counts)
        {
            trained = [Rate(counts.Clicks / (double)counts.Impressions), Rate(counts.Conversions / (double)counts.Clicks), Rate(counts.Conversions / (double)counts.Impressions)];
        }

        string[] names = ["pCTR", "pCVR", "pCTCVR"];
        for (int i = 0; i < names.Length; i++)
        {
            ScoreSummary score = report.Scores[i];
            double[] figures = [score.Mean, score.Low, score.Quantile05, score.Median, score.Quantile95, score.High];
            table.Add([names[i], .. figures.Select(figure => score.Rows == 0 ? "n/a" : Rate(figure)), trained[i]]);
        }

        table.Write();
        if (report.Labels is { } labels)
        {
            Console.Out.WriteLine("Labels: " + Show.Count(labels.Clicks) + " clicks and " + Show.Count(labels.Conversions) + " conversions in " + Show.Count(labels.Rows) + " rows; AUC of pCTR " + Show.Metric(labels.CtrAuc) + ", of pCTCVR "
                + Show.Metric(labels.CtcvrAuc) + ".");
        }
    }

    private static string Form(FieldProfile? profile) => profile?.Shapes.FirstOrDefault() is { } shape ? Cut(shape.Text, FormWidth) : "";

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";

    private static string Share(double? share) => share switch
    {
        null => "",
        0 => "0 %",
        < 0.001 => "<0.1 %",
        { } some => some.ToString("P1", CultureInfo.InvariantCulture),
    };

    private static string Number(double? number) => number?.ToString("F2", CultureInfo.InvariantCulture) ?? "";

    private static string Rate(double rate) => rate.ToString(rate is > 0 and < 0.0001 ? "0.0E+0" : "F5", CultureInfo.InvariantCulture);
}
