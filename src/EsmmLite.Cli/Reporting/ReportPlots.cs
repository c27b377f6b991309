using EsmmLite.Evaluation;
using EsmmLite.Experiments.Plots;
using EsmmLite.Experiments.Reports;

namespace EsmmLite.Cli.Reporting;

/// <summary>The figures of a report.</summary>
internal static class ReportPlots
{
    private const int MostItems = 400;
    private const int FewestPositives = 10;
    private static readonly string[] TaskNames = ["CTR", "CVR", "CTCVR"];

    public static HtmlFigure Roc(IReadOnlyList<TaskCurves> tasks) => new(
        "ROC", new LinePlot(Share("false positive rate"), Share("true positive rate"),
        [
            .. tasks.Select((task, t) => new PlotSeries(TaskNames[t], [.. Defined(task).Select(point => new PlotPoint(point.FalsePositives / (double)Negatives(task), point.TruePositives / (double)task.Metrics.Positives))]) { Colour = t }),
            new PlotSeries("chance", [new(0, 0), new(1, 1)], PlotMark.Dashed),
        ]),
        "The area under each curve is its AUC. CVR: clicked impressions only.");

    public static HtmlFigure PrecisionRecall(IReadOnlyList<TaskCurves> tasks) => new(
        "Precision and recall", new LinePlot(Share("recall"), new PlotAxis("precision") { Logarithmic = true },
            [.. tasks.Select((task, t) => new PlotSeries(TaskNames[t], [.. Defined(task).Where(point => point.TruePositives > 0)
                .Select(point => new PlotPoint(point.TruePositives / (double)task.Metrics.Positives, point.TruePositives / (double)(point.TruePositives + point.FalsePositives)))]) { Colour = t })]),
        "At recall 1 each curve ends at its rate: what a random order would have everywhere.");

    public static HtmlFigure Reliability(TaskCurves task, int colour)
    {
        CalibrationBin[] bins = Merged(task.Calibration);
        double low = bins.Select(bin => bin.Predicted / bin.Rows).Where(mean => mean > 0).DefaultIfEmpty(1e-3).Min(), high = bins.Select(bin => bin.Predicted / bin.Rows).DefaultIfEmpty(1).Max();
        return new HtmlFigure(TaskNames[colour] + ": predicted and observed", new LinePlot(new PlotAxis("mean prediction") { Logarithmic = true }, new PlotAxis("observed rate") { Logarithmic = true },
        [
            new PlotSeries("observed",  [.. bins.Select(bin => new PlotPoint(bin.Predicted / bin.Rows, bin.Positives / (double)bin.Rows))], PlotMark.LineAndDots)
            {
                Colour = colour,
                Intervals = [.. bins.Select(bin => Interval.OfRate(bin.Positives, bin.Rows)).Select(interval => (interval.Low, interval.High))],
            },
            new PlotSeries("calibrated", [new(low, low), new(high, high)], PlotMark.Dashed),
        ]), task.Metrics.Population + "; bars are 95 % intervals of the rate.");
    }

    public static HtmlFigure Scores(ScoreHistogram ctr, ScoreHistogram cvr, ScoreHistogram ctcvr) => new(
        "The three scores", Histogram(ctr.ToSeries("pCTR"), cvr.ToSeries("pCVR"), ctcvr.ToSeries("pCTCVR")), "All impressions, clicked or not; eight steps a power of ten.");

    public static HtmlFigure Selection(ScoreHistogram clicked, ScoreHistogram others) => new(
        "pCVR where clicked and where not", Histogram(clicked.ToSeries("clicked"), others.ToSeries("not clicked")),
        "Only clicked impressions can tell whether pCVR is right. The further apart the two, the less they say of the others.");

    public static HtmlFigure? Losses(TrainingHistory history)
    {
        (string Name, (int Epoch, double Value)[] Values)[] losses = [.. new[] { ("CTR", "ctrLoss"), ("CTCVR", "ctcvrLoss") }.Select(loss => (loss.Item1 + " loss, training", history.Numbers(loss.Item2).ToArray())),
            .. new[] { ("CTR", "ctr"), ("CTCVR", "ctcvr") }.Select(task => (task.Item1 + " log loss, validation", history.Numbers("validation", task.Item2, "logLoss").ToArray()))];
        return ByEpoch("Losses", "nats", losses, history, "Training losses are running means taken before each update, so they lie above what the epoch ended with.");
    }

    public static HtmlFigure? Areas(TrainingHistory history)
        => ByEpoch("AUC on the validation part", "AUC", [.. new[] { "ctr", "cvr", "ctcvr" }.Select((task, t) => (TaskNames[t], history.Numbers("validation", task, "auc").ToArray()))], history, "");

    public static HtmlFigure Items(string title, IReadOnlyList<PlacedItem> items, Func<PlacedItem, (double Ctr, double Cvr)> place, (double Ctr, double Cvr) edge, string caption)
    {
        PlacedItem[] shown = [.. items.Take(MostItems)];
        (double Ctr, double Cvr)[] places = [.. shown.Select(place)];
        return new HtmlFigure(title, new LinePlot(new PlotAxis("CTR") { Logarithmic = true }, new PlotAxis("CVR") { Logarithmic = true },
        [
            .. Enumerable.Range(0, 4).Select(q => new PlotSeries(ItemQuadrants.Names[q].Split(" (")[0], [.. shown.Zip(places).Where(pair => pair.First.Observed == q).Select(pair => new PlotPoint(pair.Second.Ctr, pair.Second.Cvr))], PlotMark.Dots) { Colour = q }),
            new PlotSeries("rate of all", [new(edge.Ctr, places.Min(p => p.Cvr)), new(edge.Ctr, places.Max(p => p.Cvr))], PlotMark.Dashed),
            new PlotSeries("", [new(places.Min(p => p.Ctr), edge.Cvr), new(places.Max(p => p.Ctr), edge.Cvr)], PlotMark.Dashed),
        ]), caption);
    }

    private static HtmlFigure? ByEpoch(string title, string axis, (string Name, (int Epoch, double Value)[] Values)[] lines, TrainingHistory history, string caption)
    {
        lines = [.. lines.Where(line => line.Values.Length > 0)];
        if (lines.Length == 0)
        {
            return null;
        }

        double[] all = [.. lines.SelectMany(line => line.Values.Select(value => value.Value))];
        PlotSeries[] kept = history.Epochs > 1 && history.KeptEpoch > 0 ? [new PlotSeries("epoch kept", [new(history.KeptEpoch, all.Min()), new(history.KeptEpoch, all.Max())], PlotMark.Dashed)] : [];
        return new HtmlFigure(title, new LinePlot(new PlotAxis("epoch") { WholeNumbers = true }, new PlotAxis(axis),
            [.. lines.Select(line => new PlotSeries(line.Name, [.. line.Values.Select(value => new PlotPoint(value.Epoch, value.Value))], PlotMark.LineAndDots)), .. kept]), caption);
    }

    /// <summary>Neighbouring bins together until each holds enough positives to tell a rate.</summary>
    private static CalibrationBin[] Merged(IReadOnlyList<CalibrationBin> bins)
    {
        List<CalibrationBin> merged = [];
        foreach (CalibrationBin bin in bins)
        {
            if (merged.Count > 0 && merged[^1].Positives < FewestPositives)
            {
                merged[^1] = Sum(merged[^1], bin);
            }
            else
            {
                merged.Add(bin);
            }
        }

        if (merged.Count > 1 && merged[^1].Positives < FewestPositives)
        {
            merged[^2] = Sum(merged[^2], merged[^1]);
            merged.RemoveAt(merged.Count - 1);
        }

        return [.. merged];
    }

    private static CalibrationBin Sum(CalibrationBin a, CalibrationBin b) => new(a.Rows + b.Rows, a.Positives + b.Positives, a.Predicted + b.Predicted);

    private static LinePlot Histogram(params PlotSeries[] series) => new(new PlotAxis("score") { Logarithmic = true }, new PlotAxis("share of impressions") { Low = 0 }, series);

    private static PlotAxis Share(string title) => new(title) { Low = 0, High = 1 };

    private static long Negatives(TaskCurves task) => task.Metrics.Rows - task.Metrics.Positives;

    private static IEnumerable<CurvePoint> Defined(TaskCurves task) => task.Metrics.Auc is null ? [] : task.Points;
}
