using System.Text.Json;
using EsmmLite.Experiments.Plots;
using EsmmLite.Experiments.Reports;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>The comparison as JSON and as a page.</summary>
public static class BenchFiles
{
    // Wider tables would have to be scrolled on a desk.
    private const int Columns = 6;

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
        AddSweeps(page, summaries);
        foreach (BenchSummary summary in summaries)
        {
            page.Section(BenchText.Title(summary), BenchText.Counts(summary));
            foreach (string line in BenchVerdict.Of(summary))
            {
                page.Text(line);
            }

            IReadOnlyList<BenchMetric> metrics = BenchText.Defined(summary);
            page.Figures([.. Differences(summary, metrics), .. Calibration(summary, metrics)]);
            foreach (BenchMetric[] some in metrics.Chunk(Columns))
            {
                page.Table(Table("Figures", some, summary.Methods, m => BenchText.Name(summary, m), (m, key) => BenchText.Of(summary.Figure(m, key))));
            }

            foreach (BenchMetric[] some in metrics.Chunk(Columns))
            {
                page.Table(Table("Difference to BASE", some, summary.Methods.Where(m => m != BenchMethod.Base), m => m.Name, (m, key) => BenchText.Of(summary.Difference(m, BenchMethod.Base, key))));
            }
        }

        return page.ToHtml();
    }

    private static HtmlTable Table(string caption, BenchMetric[] metrics, IEnumerable<BenchMethod> methods, Func<BenchMethod, string> name, Func<BenchMethod, string, string> cell)
    {
        HtmlTable table = new(["method", .. metrics.Select(m => m.Title + ">")]) { Caption = caption };
        foreach (BenchMethod method in methods)
        {
            table.Add([name(method), .. metrics.Select(metric => cell(method, metric.Key))]);
        }

        return table;
    }

    /// <summary>A method that differs shows beside 0, and not at the end of a bar as long as all others.</summary>
    private static IEnumerable<HtmlFigure> Differences(BenchSummary summary, IReadOnlyList<BenchMetric> metrics)
    {
        BenchMethod[] others = [.. summary.Methods.Where(m => m != BenchMethod.Base)];
        foreach (BenchMetric metric in metrics.Where(m => others.Length > 0 && m.Key is BenchMetrics.CvrAuc or BenchMetrics.CtcvrAuc or BenchMetrics.EntireAuc or BenchMetrics.UnclickedLogLoss))
        {
            IntervalValue[] values = [.. others.Select(m => (m.Name, Difference: summary.Difference(m, BenchMethod.Base, metric.Key)))
                .Select(d => new IntervalValue(d.Name, d.Difference?.Mean ?? double.NaN, d.Difference?.HalfInterval))];
            if (values.Any(v => double.IsFinite(v.Value)))
            {
                string how = values.Any(v => v.HalfWidth is not null) ? "; a line that reaches 0 is no supported difference" : "; without intervals, these repeats can't tell";
                yield return new HtmlFigure(metric.Title + ": difference to BASE", new IntervalPlot("difference in " + metric.Title, values, 0), metric.Meaning + how);
            }
        }
    }

    private static IEnumerable<HtmlFigure> Calibration(BenchSummary summary, IReadOnlyList<BenchMetric> metrics)
    {
        if ((metrics.FirstOrDefault(m => m.Key == BenchMetrics.EntirePcoc) ?? metrics.FirstOrDefault(m => m.Key == BenchMetrics.CvrPcoc)) is { } metric)
        {
            IntervalValue[] values = [.. summary.Methods.Select(m => (m.Name, Figure: summary.Figure(m, metric.Key))).Select(f => new IntervalValue(f.Name, f.Figure?.Mean ?? double.NaN, f.Figure is { Repeats: > 1 } mean ? mean.Deviation : null))];
            yield return new HtmlFigure(metric.Title, new IntervalPlot(metric.Title, values, 1), metric.Meaning + ": 1 is right; lines are standard deviations");
        }
    }

    /// <summary>Where a data set was sampled at several rates: the paper's third figure.</summary>
    private static void AddSweeps(HtmlPage page, IReadOnlyList<BenchSummary> summaries)
    {
        foreach (IGrouping<BenchData, BenchSummary> sweep in summaries.GroupBy(s => s.Data).Where(g => g.Count() > 1))
        {
            page.Section(sweep.Key.Name + ", by sampling rate", "The paper's two tasks against the share of training impressions; means over the repeats.");
            BenchMetric[] metrics = [.. BenchMetrics.All.Where(m => m.Key is BenchMetrics.CvrAuc or BenchMetrics.CtcvrAuc)];
            page.Figures(metrics.Select(metric => new HtmlFigure(metric.Title, SweepOf(sweep, metric), metric.Meaning)));
            foreach (BenchMetric metric in metrics)
            {
                HtmlTable table = new(["method", .. sweep.Select(s => BenchText.Percent(s.Rate) + ">")]) { Caption = metric.Title };
                foreach (BenchMethod method in sweep.First().Methods)
                {
                    table.Add([method.Name, .. sweep.Select(s => BenchText.Of(s.Figure(method, metric.Key)))]);
                }

                page.Table(table);
            }
        }
    }

    private static LinePlot SweepOf(IEnumerable<BenchSummary> sweep, BenchMetric metric)
    {
        BenchSummary[] rising = [.. sweep.OrderBy(s => s.Rate)];
        return new LinePlot(new PlotAxis("% of the training impressions") { Logarithmic = true }, new PlotAxis(metric.Title),
            [.. rising[0].Methods.Select(method => new PlotSeries(method.Name, [.. rising.Select(s => new PlotPoint(100 * s.Rate, s.Figure(method, metric.Key)?.Mean ?? double.NaN))], PlotMark.LineAndDots))]);
    }

    private static Dictionary<string, T> Named<T>(Func<string, T?> value)
        where T : class =>
        BenchMetrics.All.Select(m => (m.Key, Value: value(m.Key))).Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);
}
