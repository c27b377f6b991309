using System.Text.Json;
using EsmmLite.Experiments.Plots;
using EsmmLite.Experiments.Reports;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>The comparison as JSON and as a page.</summary>
public static class BenchFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Settings, every outcome, and each summary with its verdict, as JSON.</summary>
    public static string Json(BenchSettings settings, IReadOnlyList<BenchSummary> summaries, IReadOnlyList<BenchOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        var summary = summaries.Select(s => new
        {
            data = s.Data.Name,
            rate = s.Rate,
            repeats = s.Repeats,
            methods = s.Methods.Select(m => new
            {
                method = m.Name,
                figures = Named(key => s.Figure(m, key) is { } f ? new { mean = f.Mean, deviation = double.IsNaN(f.Deviation) ? (double?)null : f.Deviation } : null),
                toBase = m == BenchMethod.Base ? null : Named(key => s.Difference(m, BenchMethod.Base, key) is { } d ? new { mean = d.Mean, halfInterval = d.HalfInterval, supported = d.IsSupported } : null),
            }),
            verdict = BenchVerdict.Of(s),
        });
        return JsonSerializer.Serialize(new { settings, summary, outcomes }, Indented) + "\n";
    }

    /// <summary>A page in one file.</summary>
    public static string Html(IReadOnlyList<BenchSummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        HtmlPage page = new("Seven ways to predict conversions", "BASE, AMAN, OVERSAMPLING, UNBIAS, DIVISION, ESMM-NS and ESMM under one protocol. Mean ± standard deviation over repeats; a difference in brackets is not supported by the repeats.");
        foreach (BenchSummary summary in summaries)
        {
            page.Section(BenchText.Title(summary), BenchText.Counts(summary));
            foreach (string line in BenchVerdict.Of(summary))
            {
                page.Text(line);
            }

            IReadOnlyList<BenchMetric> metrics = BenchText.Defined(summary);
            page.Figures(new[] { BenchMetrics.CvrAuc, BenchMetrics.CtcvrAuc, BenchMetrics.UnclickedLogLoss, BenchMetrics.EntirePcoc }
                .Select(key => metrics.FirstOrDefault(m => m.Key == key)).OfType<BenchMetric>()
                .Select(metric => new HtmlFigure(metric.Title, Bars(summary, metric), metric.Meaning)));
            HtmlTable figures = new(["method", .. metrics.Select(m => m.Title + ">")]) { Caption = "Figures" }, differences = new(["method", .. metrics.Select(m => m.Title + ">")]) { Caption = "Difference to BASE" };
            foreach (BenchMethod method in summary.Methods)
            {
                figures.Add([BenchText.Name(summary, method), .. metrics.Select(metric => BenchText.Of(summary.Figure(method, metric.Key)))]);
                if (method != BenchMethod.Base)
                {
                    differences.Add([method.Name, .. metrics.Select(metric => BenchText.Of(summary.Difference(method, BenchMethod.Base, metric.Key)))]);
                }
            }

            page.Table(figures).Table(differences);
        }

        AddSweeps(page, summaries);
        return page.ToHtml();
    }

    /// <summary>Where a data set was sampled at several rates: the paper's third figure.</summary>
    private static void AddSweeps(HtmlPage page, IReadOnlyList<BenchSummary> summaries)
    {
        foreach (IGrouping<BenchData, BenchSummary> sweep in summaries.GroupBy(s => s.Data).Where(g => g.Count() > 1))
        {
            page.Section(sweep.Key.Name + ", by sampling rate", "CVR AUC on clicked test impressions against the share of training impressions.");
            HtmlTable table = new(["method", .. sweep.Select(s => s.Rate.ToString("P0", System.Globalization.CultureInfo.InvariantCulture) + ">")]);
            foreach (BenchMethod method in sweep.First().Methods)
            {
                table.Add([method.Name, .. sweep.Select(s => BenchText.Of(s.Figure(method, BenchMetrics.CvrAuc)))]);
            }

            page.Table(table);
        }
    }

    private static BarPlot Bars(BenchSummary summary, BenchMetric metric) =>
        new(metric.Title, [.. summary.Methods.Select(m => m.Name)], [new BarSeriesValues(metric.Title, [.. summary.Methods.Select(m => summary.Figure(m, metric.Key)?.Mean ?? double.NaN)])]);

    private static Dictionary<string, T> Named<T>(Func<string, T?> value)
        where T : class =>
        BenchMetrics.All.Select(m => (m.Key, Value: value(m.Key))).Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);
}
