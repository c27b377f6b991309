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
        json.WriteStartObject();
        json.WriteNumber("impressions", Impressions);
        json.WriteNumber("clicks", Clicks);
        json.WriteNumber("conversions", Conversions);
        WriteAll(json, "dropped", Dropped, json.WriteNumber);
        if (Hidden.Count > 0)
        {
            WriteAll(json, "hidden", Hidden, json.WriteNumber);
        }

        if (BadRows.Count > 0)
        {
            WriteAll(json, "badRows", BadRows, json.WriteNumber);
        }

        if (Fixed.Count > 0)
        {
            WriteAll(json, "fixed", Fixed, json.WriteString);
        }

        WriteTask(json, "ctr", Ctr);
        WriteTask(json, "cvr", Cvr);
        WriteTask(json, "ctcvr", Ctcvr);
        json.WriteEndObject();
    }

    /// <summary>Sorted, so that equal evaluations give equal text.</summary>
    private static void WriteAll<T>(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, T> values, Action<string, T> write)
    {
        json.WriteStartObject(name);
        foreach ((string key, T value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            write(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteTask(Utf8JsonWriter json, string name, TaskMetrics task)
    {
        json.WriteStartObject(name);
        json.WriteString("population", task.Population);
        WriteNullable(json, "auc", task.Auc);
        WriteNullable(json, "logLoss", task.LogLoss);
        WriteNullable(json, "pcoc", task.Pcoc);
        json.WriteEndObject();
    }

    private static void WriteNullable(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
