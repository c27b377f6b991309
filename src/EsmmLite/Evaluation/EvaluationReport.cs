using System.Text;
using System.Text.Json;

namespace EsmmLite.Evaluation;

/// <summary>What an evaluation found: the rows it saw and the metrics of the three tasks.</summary>
/// <param name="Impressions">Number of impressions that were counted.</param>
/// <param name="Clicks">Number of them that were clicked.</param>
/// <param name="Conversions">Number of them that were clicked and converted.</param>
/// <param name="Dropped">Number of rows that were left out, by reason.</param>
/// <param name="Ctr">Click-through rate, over all impressions.</param>
/// <param name="Cvr">Conversion rate, over clicked impressions.</param>
/// <param name="Ctcvr">Click-and-conversion rate, over all impressions.</param>
public sealed record EvaluationReport(
    long Impressions, long Clicks, long Conversions, IReadOnlyDictionary<string, long> Dropped, TaskMetrics Ctr, TaskMetrics Cvr, TaskMetrics Ctcvr)
{
    /// <summary>Number of labels that came too late and count as 0, by reason.</summary>
    public IReadOnlyDictionary<string, long> Hidden { get; init; } = new Dictionary<string, long>();

    /// <summary>Number of rows that could not be read as the schema says and were left out, by reason.</summary>
    public IReadOnlyDictionary<string, long> BadRows { get; init; } = new Dictionary<string, long>();

    /// <summary>Fields that had one value for all impressions, as when serving, with that value; none where all values were logged ones.</summary>
    public IReadOnlyDictionary<string, string> Fixed { get; init; } = new Dictionary<string, string>();

    /// <summary>How impressions are ranked inside groups; null unless asked for.</summary>
    public GroupMetrics? Groups { get; init; }

    /// <summary>Metrics of parts of the impressions; none unless asked for.</summary>
    public IReadOnlyList<SliceMetrics> Slices { get; init; } = [];

    /// <summary>Bootstrap intervals; none unless asked for.</summary>
    public IReadOnlyList<IntervalEstimate> Intervals { get; init; } = [];

    /// <summary>Whether a larger value of a metric is better; for early stopping and for choosing among models.</summary>
    /// <param name="name">The metric's name, such as <c>ctcvr.auc</c>.</param>
    /// <returns>True for an AUC, false for a log loss.</returns>
    /// <exception cref="EsmmException">There is no such metric, or it is a PCOC, which is best at 1.</exception>
    public static bool LargerIsBetter(string name)
    {
        MetricNames.Require(name, MetricNames.All, "is not a metric");
        MetricNames.Require(name, MetricNames.Ordered, "has no better and worse direction: it is best at 1");
        return name.EndsWith(".auc", StringComparison.Ordinal);
    }

    /// <summary>A metric by name; null where it is undefined.</summary>
    /// <param name="name">Task and metric: <c>ctr</c>, <c>cvr</c> or <c>ctcvr</c>, and <c>auc</c>, <c>logLoss</c> or <c>pcoc</c>, such as <c>cvr.logLoss</c>.</param>
    /// <exception cref="EsmmException">There is no such metric; the message lists the valid names.</exception>
    public double? Metric(string name)
    {
        MetricNames.Require(name, MetricNames.All, "is not a metric");
        string[] parts = name.Split('.');
        TaskMetrics task = parts[0] switch
        {
            "ctr" => Ctr,
            "cvr" => Cvr,
            _ => Ctcvr,
        };
        return parts[1] switch
        {
            "auc" => task.Auc,
            "logLoss" => task.LogLoss,
            _ => task.Pcoc,
        };
    }

    /// <summary>The report as one JSON object on one line; a metric that is undefined is null.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            WriteTo(json);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Writes the report as one JSON object, to stand on its own or inside another document.</summary>
    /// <param name="json">The writer, at a place where a value may stand.</param>
    public void WriteTo(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        ReportJson.Write(json, this);
    }
}
