using System.Globalization;
using System.Text;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>Numbers of the comparison as text, and the whole of it as Markdown.</summary>
public static class BenchText
{
    /// <summary>A mean with its deviation; n/a where it is undefined.</summary>
    public static string Of(BenchMean? mean) => mean switch
    {
        null => "n/a",
        { Repeats: 1 } m => Number(m.Mean),
        { } m => Number(m.Mean) + " ± " + Number(m.Deviation, beside: m.Mean),
    };

    /// <summary>A difference with its interval; in brackets where the repeats don't support it.</summary>
    public static string Of(BenchDifference? difference)
    {
        if (difference is not { } d)
        {
            return "n/a";
        }

        string mean = (d.Mean > 0 ? "+" : "") + Number(d.Mean) + (d.HalfInterval is { } half ? " ± " + Number(half, beside: d.Mean) : "");
        return d.IsSupported ? mean : "(" + mean + ")";
    }

    /// <summary>A data set and its sampling rate.</summary>
    public static string Title(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return summary.Data.Name + (summary.Rate < 1 ? ", " + Percent(summary.Rate) + " of the training impressions" : "");
    }

    /// <summary>A share in percent, with as many digits as it has: 0.5 % is not 0 %.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.####} %");

    /// <summary>What the log holds.</summary>
    public static string Counts(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        string Count(string key) => (summary.Fact(key) ?? 0).ToString("N0", CultureInfo.InvariantCulture);
        string special = summary.Data.Summary.Length == 0 ? "" : char.ToUpperInvariant(summary.Data.Summary[0]) + summary.Data.Summary[1..] + ". ";
        return $"{special}On average {Count(UnitRun.TrainingRows)} impressions to train on with {Count(UnitRun.TrainingClicks)} clicks and {Count(UnitRun.TrainingConversions)} conversions, "
            + $"{Count(UnitRun.TestRows)} to test on with {Count(UnitRun.TestClicks)} and {Count(UnitRun.TestConversions)}; {summary.Repeats} repeats{(summary.Data.IsDrawnAnew ? ", each a world of its own" : " on the same impressions")}.";
    }

    /// <summary>The figures that are defined for some method.</summary>
    public static IReadOnlyList<BenchMetric> Defined(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return [.. BenchMetrics.All.Where(metric => summary.Methods.Any(m => summary.Figure(m, metric.Key) is not null))];
    }

    /// <summary>Everything as Markdown.</summary>
    public static string Markdown(IReadOnlyList<BenchSummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        StringBuilder text = new("# Seven ways to predict conversions\n\nMean ± standard deviation over repeats. Differences are paired, with 95 % intervals; those in brackets are not supported by the repeats.\n");
        foreach (BenchSummary summary in summaries)
        {
            text.Append("\n## ").Append(Title(summary)).Append("\n\n").Append(Counts(summary)).Append("\n\n");
            IReadOnlyList<BenchMetric> metrics = Defined(summary);
            Row(text, ["method", .. metrics.Select(m => m.Title)]);
            Row(text, ["---", .. metrics.Select(_ => "---:")]);
            foreach (BenchMethod method in summary.Methods)
            {
                Row(text, [Name(summary, method), .. metrics.Select(metric => Of(summary.Figure(method, metric.Key)))]);
            }

            text.Append("\nDifference to BASE:\n\n");
            Row(text, ["method", .. metrics.Select(m => m.Title)]);
            Row(text, ["---", .. metrics.Select(_ => "---:")]);
            foreach (BenchMethod method in summary.Methods.Where(m => m != BenchMethod.Base))
            {
                Row(text, [method.Name, .. metrics.Select(metric => Of(summary.Difference(method, BenchMethod.Base, metric.Key)))]);
            }

            text.Append('\n').AppendJoin('\n', BenchVerdict.Of(summary).Select(line => "- " + line)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A method's name, with its free number if it has one.</summary>
    public static string Name(BenchSummary summary, BenchMethod method)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(method);
        return summary.Figure(method, UnitRun.Variant) is not { } variant ? method.Name
            : method.Name + (method == BenchMethod.Aman ? string.Create(CultureInfo.InvariantCulture, $" {variant.Mean:P0}") : string.Create(CultureInfo.InvariantCulture, $" x{variant.Mean}"));
    }

    private static string Number(double value) => Number(value, beside: value);

    // A spread has as many decimals as the number it stands beside.
    private static string Number(double value, double beside) => double.IsNaN(value) ? "n/a"
        : value.ToString(Math.Abs(beside) >= 10 ? "F2" : Math.Abs(value) is < 0.00005 and > 0 ? "G3" : "F4", CultureInfo.InvariantCulture);

    internal static void Row(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
