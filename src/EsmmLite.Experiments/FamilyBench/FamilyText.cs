using System.Globalization;
using System.Text;
using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>Numbers of the comparison as text, and the whole of it as Markdown.</summary>
public static class FamilyText
{
    /// <summary>The figures that are defined for some variant.</summary>
    public static IReadOnlyList<BenchMetric> Defined(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return [.. FamilyMetrics.All.Where(metric => summary.Methods.Any(m => summary.Figure(m, metric.Key) is not null))];
    }

    /// <summary>Names of the columns that say what a variant costs; those that end in <c>&gt;</c> hold numbers.</summary>
    public static IReadOnlyList<string> CostColumns { get; } = ["parameters>", "training time>", "scoring time>", "trained/s>", "scored/s>"];

    /// <summary>What a variant costs: its weights, time over the plain model's, and impressions a second.</summary>
    public static IReadOnlyList<string> Costs(BenchSummary summary, BenchMethod variant)
    {
        ArgumentNullException.ThrowIfNull(summary);
        string Figure(string key, string format) => summary.Figure(variant, key) is { } f ? f.Mean.ToString(format, CultureInfo.InvariantCulture) : "n/a";
        return
        [
            Figure(FamilySpeed.Parameters, "N0"), Figure(FamilySpeed.TrainingTime, "x0.00"), Figure(FamilySpeed.ScoringTime, "x0.00"),
            Figure(FamilySpeed.TrainingRate, "N0"), Figure(FamilySpeed.ScoringRate, "N0"),
        ];
    }

    /// <summary>Everything as Markdown.</summary>
    public static string Markdown(IReadOnlyList<BenchSummary> summaries, IReadOnlyList<FamilyLeftOut> leftOut)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        ArgumentNullException.ThrowIfNull(leftOut);
        StringBuilder text = new("# The family against plain ESMM\n\nMean ± standard deviation over repeats. Differences are paired, with 95 % intervals; those in brackets are not supported by the repeats.\n\n");
        Lines(text, FamilyVerdict.Overall(summaries));
        foreach (BenchSummary summary in summaries)
        {
            IReadOnlyList<BenchMetric> metrics = Defined(summary);
            text.Append("\n## ").Append(BenchText.Title(summary)).Append("\n\n").Append(BenchText.Counts(summary)).Append("\n\n");
            Head(text, [.. metrics.Select(m => m.Title), .. CostColumns.Select(c => c.TrimEnd('>'))]);
            foreach (BenchMethod variant in summary.Methods)
            {
                BenchText.Row(text, [variant.Name, .. metrics.Select(metric => BenchText.Of(summary.Figure(variant, metric.Key))), .. Costs(summary, variant)]);
            }

            text.Append("\nDifference to plain ESMM:\n\n");
            Head(text, [.. metrics.Select(m => m.Title)]);
            foreach (FamilyVariant variant in FamilyVerdict.Others(summary))
            {
                BenchText.Row(text, [variant.Name, .. metrics.Select(metric => BenchText.Of(summary.Difference(variant, FamilyVariants.Plain, metric.Key)))]);
            }

            text.Append('\n');
            Lines(text, FamilyVerdict.Of(summary));
            Lines(text, LeftOut(summary, leftOut));
        }

        return text.ToString();
    }

    /// <summary>What was left out of a log's table, and why.</summary>
    public static IReadOnlyList<string> LeftOut(BenchSummary summary, IReadOnlyList<FamilyLeftOut> leftOut)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return [.. leftOut.Where(l => l.Data == summary.Data.Name).Select(l => "Left out: " + l.Variant + ", " + l.Reason + ".")];
    }

    private static void Head(StringBuilder text, string[] columns)
    {
        BenchText.Row(text, ["variant", .. columns]);
        BenchText.Row(text, ["---", .. columns.Select(_ => "---:")]);
    }

    private static void Lines(StringBuilder text, IReadOnlyList<string> lines) => text.AppendJoin("", lines.Select(line => "- " + line + "\n"));
}
