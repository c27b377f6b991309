using System.Globalization;
using EsmmLite.Cli.Evaluating;
using EsmmLite.Cli.Inspecting;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Evaluation;
using EsmmLite.Experiments.Plots;
using EsmmLite.Experiments.Reports;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Cli.Reporting;

/// <summary>A model and a log as one page. It is a function of both alone: it holds no time and no machine.</summary>
internal sealed class ModelReport(ReportData data, string modelName, IReadOnlyList<string> dataNames, IReadOnlyList<LeakFinding> leaks)
{
    private const long FewConversions = 50;
    private const int MostSlices = 30;
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private readonly EvaluationReport _report = data.Outcome.Report;
    private readonly HtmlPage _page = new("Report on " + modelName, "Measured on " + string.Join(", ", dataNames) + ". Model " + (data.Plan.Model.Digest ?? "")[..12] + "….");

    public string ToHtml()
    {
        Summary();
        Funnel();
        Training();
        Metrics();
        Calibration();
        Slices();
        Fields();
        Quadrants();
        return _page.ToHtml();
    }

    private void Summary()
    {
        _page.Section("Summary").Tiles(
            ("impressions", Show.Count(_report.Impressions), Show.Count(_report.Dropped.Values.Sum()) + " rows left out"),
            ("clicks", Show.Count(_report.Clicks), "CTR " + Rate(_report.Clicks, _report.Impressions)),
            ("conversions", Show.Count(_report.Conversions), "CVR " + Rate(_report.Conversions, _report.Clicks)),
            ("CTR AUC", Show.Metric(_report.Ctr.Auc), "PCOC " + Show.Metric(_report.Ctr.Pcoc)),
            ("CVR AUC", Show.Metric(_report.Cvr.Auc), "PCOC " + Show.Metric(_report.Cvr.Pcoc)),
            ("CTCVR AUC", Show.Metric(_report.Ctcvr.Auc), "PCOC " + Show.Metric(_report.Ctcvr.Pcoc)));
        foreach (LeakFinding leak in leaks)
        {
            _page.Note(leak.ToString());
        }

        if (_report.Conversions < FewConversions)
        {
            _page.Note("There are only " + Show.Count(_report.Conversions) + " conversions: everything about CVR and CTCVR below is uncertain. Look at the intervals first.");
        }

        if (_report.Fixed.Count > 0)
        {
            _page.Text("As served: " + string.Join(", ", _report.Fixed.Select(field => field.Key + " = " + field.Value)) + ".");
        }
    }

    private void Funnel()
    {
        var labels = new HtmlTable("click", "conversion", "impressions>", "share>", "counts as");
        long clickedOnly = _report.Clicks - _report.Conversions, shown = _report.Impressions - _report.Clicks;
        labels.Add("0", "0", Show.Count(shown), Rate(shown, _report.Impressions), "negative for CTR and CTCVR");
        labels.Add("1", "0", Show.Count(clickedOnly), Rate(clickedOnly, _report.Impressions), "positive for CTR, negative for CVR and CTCVR");
        labels.Add("1", "1", Show.Count(_report.Conversions), Rate(_report.Conversions, _report.Impressions), "positive for all three");
        foreach ((string reason, long count) in _report.Dropped.Where(pair => pair.Value > 0))
        {
            labels.Add("", "", Show.Count(count), "", "left out: " + reason);
        }

        foreach ((string reason, long count) in _report.Hidden.Where(pair => pair.Value > 0))
        {
            labels.Add("", "", Show.Count(count), "", "label counts as 0: " + reason);
        }

        _page.Section("Funnel and labels", "An impression is clicked or not, and only after a click it converts or not.").Table(labels);
    }

    private void Training()
    {
        var history = TrainingHistory.Read(data.Plan.Model.Info.HistoryJson);
        HtmlFigure[] figures = history is null ? [] : [.. new[] { ReportPlots.Losses(history), ReportPlots.Areas(history) }.OfType<HtmlFigure>()];
        _page.Section("Training", figures.Length == 0 ? "The model file keeps no losses by epoch." : "Losses and metrics by epoch, as the model file keeps them.");
        if (figures.Length > 0)
        {
            _page.Figures(figures);
        }
    }

    private void Metrics()
    {
        var table = new HtmlTable("task", "population", "rows>", "positives>", "AUC>", "average precision>", "log loss>", "normalised entropy>", "PCOC>", "95 %>", "calibration error>");
        foreach ((string name, TaskMetrics task) in new[] { ("CTR", _report.Ctr), ("CVR", _report.Cvr), ("CTCVR", _report.Ctcvr) })
        {
            table.Add(name, task.Population, Show.Count(task.Rows), Show.Count(task.Positives), Show.Metric(task.Auc), Show.Metric(task.AveragePrecision), TrainingView.Loss(task.LogLoss), Show.Metric(task.NormalisedEntropy),
                Show.Metric(task.Pcoc), EvaluationTables.Range(task.PcocInterval), task.CalibrationError?.ToString("G4", Invariant) ?? "n/a");
        }

        _page.Section("Metrics", "AUC is exact and counts ties one half. PCOC is predicted ÷ observed, 1 when right as a whole. Normalised entropy below 1 says that the model knows more than the rate. n/a: undefined.").Table(table);
        if (_report.Groups is { } groups)
        {
            Groups(groups);
        }

        if (_report.Intervals.Count > 0)
        {
            var intervals = new HtmlTable("metric", "value>", "95 %>") { Caption = "Bootstrap over " + (_report.Groups is null ? "rows" : "groups") };
            foreach (IntervalEstimate estimate in _report.Intervals)
            {
                intervals.Add(estimate.Name, Show.Metric(estimate.Value), EvaluationTables.Range(estimate.Interval));
            }

            _page.Table(intervals);
        }

        TaskCurves[] defined = [.. data.Outcome.Curves.Where(task => task.Metrics.Auc is not null)];
        if (defined.Length > 0)
        {
            _page.Figures(ReportPlots.Roc(data.Outcome.Curves), ReportPlots.PrecisionRecall(data.Outcome.Curves));
        }
    }

    private void Groups(GroupMetrics groups)
    {
        string k = groups.K.ToString(Invariant);
        var table = new HtmlTable("task", "GAUC>", "groups with both labels>", "their rows>", "NDCG@" + k + ">", "MAP>", "recall@" + k + ">") { Caption = "Inside the " + Show.Count(groups.Groups) + " groups of " + groups.Column };
        foreach ((string name, GroupTaskMetrics task) in new[] { ("CTR", groups.Ctr), ("CVR", groups.Cvr), ("CTCVR", groups.Ctcvr) })
        {
            table.Add(name, Show.Metric(task.Gauc), Show.Count(task.GaucGroups), task.GaucCoverage?.ToString("P1", Invariant) ?? "n/a", Show.Metric(task.Ndcg), Show.Metric(task.Map), Show.Metric(task.Recall));
        }

        _page.Table(table);
        if (GroupRemarks.NothingToOrder(groups) is { } remark)
        {
            _page.Note(remark);
        }
    }

    private void Calibration()
    {
        _page.Section("Calibration and scores", "Each dot holds a 20th of the rows, from the lowest scores to the highest; where positives are few, several twentieths together, so that it has ten. On the dashed line, what is predicted happens as often.");
        if (_report.Impressions > 0)
        {
            _page.Figures([.. data.Outcome.Curves.Select((task, t) => (task, t)).Where(pair => pair.task.Metrics.Positives > 0).Select(pair => ReportPlots.Reliability(pair.task, pair.t)),
                ReportPlots.Scores(data.Scores[0], data.Scores[1], data.Scores[2]),
                .. data.CvrByClick.All(histogram => histogram.Count > 0) ? (HtmlFigure[])[ReportPlots.Selection(data.CvrByClick[1], data.CvrByClick[0])] : []]);
        }
    }

    private void Slices()
    {
        if (_report.Slices.Count == 0)
        {
            return;
        }

        _page.Section("Slices", "A model can be right as a whole and wrong in every part.");
        foreach (IGrouping<string, SliceMetrics> by in _report.Slices.GroupBy(slice => slice.By))
        {
            var table = new HtmlTable(by.Key, "impressions>", "clicks>", "conversions>", "CTR AUC>", "CVR AUC>", "CTCVR AUC>", "CTR PCOC>", "CVR PCOC>", "CTCVR PCOC>") { Caption = "By " + by.Key };
            foreach (SliceMetrics slice in by.Take(MostSlices))
            {
                EvaluationReport part = slice.Report;
                table.Add(slice.Value, Show.Count(part.Impressions), Show.Count(part.Clicks), Show.Count(part.Conversions), Show.Metric(part.Ctr.Auc), Show.Metric(part.Cvr.Auc), Show.Metric(part.Ctcvr.Auc),
                    Show.Metric(part.Ctr.Pcoc), Show.Metric(part.Cvr.Pcoc), Show.Metric(part.Ctcvr.Pcoc));
            }

            _page.Table(table);
            if (by.Count() > MostSlices)
            {
                _page.Text((by.Count() - MostSlices).ToString(Invariant) + " more parts are not shown.");
            }
        }
    }

    private void Fields()
    {
        FieldUsage[] fields = [.. data.Use.Fields];
        if (fields.Length == 0 || _report.Impressions == 0)
        {
            return;
        }

        var table = new HtmlTable("field", "kind", "dim>", "rows>", "rows trained>", "missing>", "unseen>", "mean norm>");
        foreach (FieldUsage field in fields)
        {
            table.Add(field.Encoder.Field.Name, FieldText.Kind(field.Encoder), Show.Count(field.Encoder.Dim), Show.Count(field.Encoder.Rows), Show.Count(field.TrainedRows), Percent(field.Missing), Percent(field.Unseen),
                double.IsNaN(field.Norm) ? "n/a" : field.Norm.ToString("F3", Invariant));
        }

        string[] names = [.. fields.Select(field => field.Encoder.Field.Name)];
        _page.Section("Fields and embeddings", "Unseen: impressions whose value is none of the vocabulary, or whose row training never touched and so still holds its random start. A field that is often unseen here and was not in training is encoded differently, or has aged.")
            .Table(table).Figures(
                new HtmlFigure("Mean norm of the embeddings looked up", new BarPlot("norm", names, [new("norm", [.. fields.Select(field => field.Norm)])]), "The longer, the more the field can say."),
                new HtmlFigure("Missing and unseen values", new BarPlot("share of impressions", names, [new("missing", [.. fields.Select(field => field.Missing)]), new("unseen", [.. fields.Select(field => field.Unseen)])]) { High = Math.Max(0.01, fields.Max(field => Math.Max(field.Missing, field.Unseen)) * 1.05) }));
    }

    private void Quadrants()
    {
        if (data.ItemColumn is not { } column)
        {
            return;
        }

        IReadOnlyList<PlacedItem> items = data.Items.Place(_report);
        _page.Section("Item quadrants", "Items by " + column + ". Rates are smoothed: to each item one click and one conversion at the common rates are added. Only items with so many impressions that a click could be expected are placed. "
            + "High and low: above and below the rate of all; for the model, above and below its own means.");
        if (items.Count < 2)
        {
            _page.Text("There are too few such items, or no conversions.");
            return;
        }

        var table = new HtmlTable(["observed", .. ItemQuadrants.Names.Select(name => "model: " + name.Split(" (")[0] + ">"), "items>"]);
        for (int observed = 0; observed < 4; observed++)
        {
            PlacedItem[] row = [.. items.Where(item => item.Observed == observed)];
            table.Add([ItemQuadrants.Names[observed], .. Enumerable.Range(0, 4).Select(q => Show.Count(row.Count(item => item.Modelled == q))), Show.Count(row.Length)]);
        }

        double ctr = _report.Clicks / (double)_report.Impressions, cvr = _report.Conversions / (double)_report.Clicks;
        double weight = items.Sum(item => (double)item.Impressions), pCtr = items.Sum(item => item.PCtr * item.Impressions) / weight, pCvr = items.Sum(item => item.PCvr * item.Impressions) / weight;
        _page.Table(table).Text("The model places " + Percent(items.Count(item => item.Observed == item.Modelled) / (double)items.Count) + " of the items as observed; a part of the rest is chance in the observed rates.").Figures(
            ReportPlots.Items("Observed, smoothed", items, item => (item.Ctr, item.Cvr), (ctr, cvr), "The " + Math.Min(400, items.Count).ToString(Invariant) + " items with the most impressions."),
            ReportPlots.Items("As the model sees them", items, item => (item.PCtr, item.PCvr), (pCtr, pCvr), "Mean pCTR and pCVR over all impressions of an item; colours as observed."));
    }

    private static string Rate(long part, long whole) => whole == 0 ? "n/a" : Percent(part / (double)whole);

    private static string Percent(double share) => share.ToString(share is > 0 and < 0.001 ? "0.####%" : "0.##%", Invariant).Replace("%", " %", StringComparison.Ordinal);
}
