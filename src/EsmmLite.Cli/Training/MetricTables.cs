using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Evaluation;
using EsmmLite.Formats;

namespace EsmmLite.Cli.Training;

/// <summary>Tables of counts and metrics.</summary>
internal static class MetricTables
{
    public static void Write(string title, EvaluationReport report)
    {
        new TextTable(title, "impressions>", "clicks>", "conversions>", "dropped", "labels hidden")
            .Add(Show.Count(report.Impressions), Show.Count(report.Clicks), Show.Count(report.Conversions), Dropped(report.Dropped), Dropped(report.Hidden)).Write();
        WriteMetrics("", report);
        if (report.Fixed.Count > 0)
        {
            Console.Out.WriteLine("As served: " + string.Join(", ", report.Fixed.Select(field => field.Key + " = " + ErrorText.Quote(field.Value))) + ". With --as-logged the logged values are taken.");
        }
    }

    public static void WriteMetrics(string title, EvaluationReport report)
    {
        var table = new TextTable(title, "task", "population", "rows>", "positives>", "AUC>", "log loss>", "PCOC>");
        foreach ((string name, TaskMetrics task) in new[] { ("CTR", report.Ctr), ("CVR", report.Cvr), ("CTCVR", report.Ctcvr) })
        {
            table.Add(name, task.Population, Show.Count(task.Rows), Show.Count(task.Positives), Show.Metric(task.Auc), TrainingView.Loss(task.LogLoss), Show.Metric(task.Pcoc));
        }

        table.Write();
    }

    public static void WriteCounts(FunnelCounts training, FunnelCounts? validation, int conversionStage)
    {
        var table = new TextTable("Data", "part", "impressions>", "clicks>", "conversions>", "dropped", "labels hidden");
        Add("training", training);
        if (validation is not null)
        {
            Add("validation", validation);
        }

        table.Write();

        void Add(string part, FunnelCounts counts)
            => table.Add(part, Show.Count(counts.Impressions), Show.Count(counts.Reached[0]), Show.Count(counts.Reached[conversionStage]), Dropped(counts.Dropped), Dropped(counts.Hidden));
    }

    public static string Dropped(IReadOnlyDictionary<string, long> dropped)
        => dropped.Values.Sum() == 0 ? "0" : string.Join(", ", dropped.Where(pair => pair.Value > 0).Select(pair => Show.Count(pair.Value) + " (" + pair.Key + ")"));
}
