using System.Globalization;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Evaluation;

namespace EsmmLite.Cli.Evaluating;

/// <summary>Tables of what <c>esmm evaluate</c> measured beyond the first metrics.</summary>
internal static class EvaluationTables
{
    private const int MostSlices = 20;
    private const int LongestValue = 16;

    public static void Write(EvaluationReport report)
    {
        WriteCalibration(report);
        if (report.Ctr.AtThreshold is { } at)
        {
            WriteThreshold(report, at.Threshold);
        }

        if (report.Groups is { } groups)
        {
            WriteGroups(groups);
        }

        foreach (IGrouping<string, SliceMetrics> by in report.Slices.GroupBy(slice => slice.By))
        {
            WriteSlices(by.Key, [.. by]);
        }

        if (report.Intervals.Count > 0)
        {
            WriteIntervals(report);
        }
    }

    public static string Range(Interval? interval) => interval is { } known ? Show.Metric(known.Low) + " to " + Show.Metric(known.High) : "n/a";

    private static IEnumerable<(string Name, TaskMetrics Metrics)> Tasks(EvaluationReport report) => [("CTR", report.Ctr), ("CVR", report.Cvr), ("CTCVR", report.Ctcvr)];

    private static void WriteCalibration(EvaluationReport report)
    {
        var table = new TextTable("Calibration and precision", "task", "PCOC, 95 %>", "calibration error>", "normalised entropy>", "average precision>");
        foreach ((string name, TaskMetrics task) in Tasks(report))
        {
            table.Add(name, Range(task.PcocInterval), task.CalibrationError?.ToString("G4", CultureInfo.InvariantCulture) ?? "n/a", Show.Metric(task.NormalisedEntropy), Show.Metric(task.AveragePrecision));
        }

        table.Write();
    }

    private static void WriteThreshold(EvaluationReport report, double threshold)
    {
        var table = new TextTable("Positive from " + threshold.ToString(CultureInfo.InvariantCulture) + " on", "task", "called positive>", "accuracy>", "precision>", "recall>");
        foreach ((string name, TaskMetrics task) in Tasks(report))
        {
            ThresholdMetrics at = task.AtThreshold!;
            table.Add(name, Show.Count(at.TruePositives + at.FalsePositives), Show.Metric(at.Accuracy), Show.Metric(at.Precision), Show.Metric(at.Recall));
        }

        table.Write();
    }

    private static void WriteGroups(GroupMetrics groups)
    {
        string k = groups.K.ToString(CultureInfo.InvariantCulture);
        var table = new TextTable("Inside the " + Show.Count(groups.Groups) + " groups of " + groups.Column, "task", "GAUC>", "its groups>", "their rows>", "NDCG@" + k + ">", "MAP>", "recall@" + k + ">", "with a positive>");
        foreach ((string name, GroupTaskMetrics task) in new[] { ("CTR", groups.Ctr), ("CVR", groups.Cvr), ("CTCVR", groups.Ctcvr) })
        {
            table.Add(name, Show.Metric(task.Gauc), Show.Count(task.GaucGroups), task.GaucCoverage?.ToString("P1", CultureInfo.InvariantCulture) ?? "n/a", Show.Metric(task.Ndcg), Show.Metric(task.Map), Show.Metric(task.Recall), Show.Count(task.RankedGroups));
        }

        table.Write();
        Console.Out.WriteLine(FormattableString.Invariant($"NDCG@{k} by pCTCVR, a click worth {groups.ClickGain} and a conversion {groups.ConversionGain}: {Show.Metric(groups.GradedNdcg)}"));
        if (GroupRemarks.NothingToOrder(groups) is { } remark)
        {
            Console.Out.WriteLine(remark);
        }

        Console.Out.WriteLine();
    }

    private static void WriteSlices(string by, SliceMetrics[] slices)
    {
        var table = new TextTable("By " + by, "value", "impressions>", "clicks>", "conv.>", "AUC CTR>", "CVR>", "CTCVR>", "PCOC CTR>", "CVR>", "CTCVR>");
        foreach (SliceMetrics slice in slices.Take(MostSlices))
        {
            EvaluationReport report = slice.Report;
            string value = slice.Value.Length > LongestValue ? slice.Value[..(LongestValue - 1)] + "…" : slice.Value;
            table.Add(value, Show.Count(report.Impressions), Show.Count(report.Clicks), Show.Count(report.Conversions),
                Show.Metric(report.Ctr.Auc), Show.Metric(report.Cvr.Auc), Show.Metric(report.Ctcvr.Auc), Pcoc(report.Ctr), Pcoc(report.Cvr), Pcoc(report.Ctcvr));
        }

        table.Write();
        if (slices.Length > MostSlices)
        {
            Console.Out.WriteLine((slices.Length - MostSlices).ToString(CultureInfo.InvariantCulture) + " smaller or later parts are not shown; --json has up to a thousand.");
            Console.Out.WriteLine();
        }
    }

    private static string Pcoc(TaskMetrics task) => task.Pcoc?.ToString("F3", CultureInfo.InvariantCulture) ?? "n/a";

    private static void WriteIntervals(EvaluationReport report)
    {
        string unit = report.Groups is { } groups ? "groups of " + groups.Column : "rows";
        var table = new TextTable("Bootstrap over " + unit, "metric", "value>", "95 %>");
        foreach (IntervalEstimate estimate in report.Intervals)
        {
            table.Add(estimate.Name, estimate.Value is { } value && estimate.Name.EndsWith("logLoss", StringComparison.Ordinal) ? TrainingView.Loss(value) : Show.Metric(estimate.Value), Range(estimate.Interval));
        }

        table.Write();
    }
}
