using System.Text.Json;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Plots;
using EsmmLite.Experiments.Reports;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>The comparison as JSON and as a page.</summary>
public static class FamilyFiles
{
    private static readonly string[] Costs = [FamilySpeed.Parameters, FamilySpeed.TrainingTime, FamilySpeed.ScoringTime, FamilySpeed.TrainingRate, FamilySpeed.ScoringRate];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Every outcome, and each summary with its verdict, as JSON.</summary>
    public static string Json(IReadOnlyList<BenchSummary> summaries, IReadOnlyList<BenchOutcome> outcomes, IReadOnlyList<FamilyLeftOut> leftOut)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        var summary = summaries.Select(s => new
        {
            data = s.Data.Name,
            repeats = s.Repeats,
            variants = s.Methods.OfType<FamilyVariant>().Select(v => new
            {
                variant = v.Name,
                summary = v.Summary,
                overlay = v.Overlay,
                figures = Named([.. FamilyMetrics.All.Select(m => m.Key), .. Costs], key => s.Figure(v, key) is { } f ? new { mean = f.Mean, deviation = double.IsNaN(f.Deviation) ? (double?)null : f.Deviation } : null),
                toPlain = v == FamilyVariants.Plain ? null : Named([.. FamilyMetrics.All.Select(m => m.Key)], key => s.Difference(v, FamilyVariants.Plain, key) is { } d ? new { mean = d.Mean, halfInterval = d.HalfInterval, supported = d.IsSupported } : null),
            }),
            ctrBoughtBack = FamilyVerdict.Remedies(s).Select(r => new { variant = r.Variant.Name, share = r.Share, supported = r.Difference.IsSupported }),
            verdict = FamilyVerdict.Of(s),
        });
        return JsonSerializer.Serialize(new { verdict = FamilyVerdict.Overall(summaries), summary, leftOut, outcomes }, Indented) + "\n";
    }

    /// <summary>A page in one file.</summary>
    public static string Html(IReadOnlyList<BenchSummary> summaries, IReadOnlyList<FamilyLeftOut> leftOut)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        HtmlPage page = new("The family against plain ESMM", "Every model and every weighting as an overlay on one config. Mean ± standard deviation over repeats; a difference in brackets is not supported by the repeats.");
        page.Section("Verdict");
        foreach (string line in FamilyVerdict.Overall(summaries))
        {
            page.Text(line);
        }

        foreach (BenchSummary summary in summaries)
        {
            page.Section(BenchText.Title(summary), BenchText.Counts(summary));
            foreach (string line in (string[])[.. FamilyVerdict.Of(summary), .. FamilyText.LeftOut(summary, leftOut)])
            {
                page.Text(line);
            }

            FamilyVariant[] others = [.. FamilyVerdict.Others(summary)];
            page.Figures(FamilyMetrics.Aucs.Select(metric => new HtmlFigure(metric.Title + " minus the plain model's", Bars(metric.Title, others, v => summary.Difference(v, FamilyVariants.Plain, metric.Key)?.Mean), metric.Meaning))
                .Append(new HtmlFigure("Training time over the plain model's", Bars("training time", others, v => summary.Figure(v, FamilySpeed.TrainingTime)?.Mean), "fastest of interleaved rounds")));
            IReadOnlyList<BenchMetric> metrics = FamilyText.Defined(summary);
            string[] columns = [.. metrics.Select(m => m.Title + ">")];
            HtmlTable figures = new(["variant", "what it is", .. columns, .. FamilyText.CostColumns]) { Caption = "Figures" }, differences = new(["variant", .. columns]) { Caption = "Difference to plain ESMM" };
            foreach (BenchMethod variant in summary.Methods)
            {
                figures.Add([variant.Name, variant.Summary, .. metrics.Select(metric => BenchText.Of(summary.Figure(variant, metric.Key))), .. FamilyText.Costs(summary, variant)]);
            }

            foreach (FamilyVariant variant in others)
            {
                differences.Add([variant.Name, .. metrics.Select(metric => BenchText.Of(summary.Difference(variant, FamilyVariants.Plain, metric.Key)))]);
            }

            page.Table(figures).Table(differences);
        }

        return page.ToHtml();
    }

    private static BarPlot Bars(string title, FamilyVariant[] variants, Func<FamilyVariant, double?> value) =>
        new(title, [.. variants.Select(v => v.Name)], [new BarSeriesValues(title, [.. variants.Select(v => value(v) ?? double.NaN)])]);

    private static Dictionary<string, T> Named<T>(IReadOnlyList<string> keys, Func<string, T?> value)
        where T : class =>
        keys.Select(key => (key, Value: value(key))).Where(pair => pair.Value is not null).ToDictionary(pair => pair.key, pair => pair.Value!);
}
