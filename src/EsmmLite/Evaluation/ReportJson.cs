using System.Text.Json;

namespace EsmmLite.Evaluation;

/// <summary>A report as JSON: what is undefined is null, what was not asked for is not there.</summary>
internal static class ReportJson
{
    public static void Write(Utf8JsonWriter json, EvaluationReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("impressions", report.Impressions);
        json.WriteNumber("clicks", report.Clicks);
        json.WriteNumber("conversions", report.Conversions);
        WriteAll(json, "dropped", report.Dropped, json.WriteNumber);
        if (report.Hidden.Count > 0)
        {
            WriteAll(json, "hidden", report.Hidden, json.WriteNumber);
        }

        if (report.BadRows.Count > 0)
        {
            WriteAll(json, "badRows", report.BadRows, json.WriteNumber);
        }

        if (report.Fixed.Count > 0)
        {
            WriteAll(json, "fixed", report.Fixed, json.WriteString);
        }

        WriteTask(json, "ctr", report.Ctr);
        WriteTask(json, "cvr", report.Cvr);
        WriteTask(json, "ctcvr", report.Ctcvr);
        if (report.Groups is { } groups)
        {
            WriteGroups(json, groups);
        }

        WriteIntervals(json, report.Intervals);
        WriteSlices(json, report.Slices);
        json.WriteEndObject();
    }

    public static void WriteIntervals(Utf8JsonWriter json, IReadOnlyList<IntervalEstimate> intervals)
    {
        if (intervals.Count == 0)
        {
            return;
        }

        json.WriteStartObject("intervals");
        foreach (IntervalEstimate estimate in intervals)
        {
            json.WriteStartObject(estimate.Name);
            Write(json, "value", estimate.Value);
            Write(json, "low", estimate.Interval?.Low);
            Write(json, "high", estimate.Interval?.High);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSlices(Utf8JsonWriter json, IReadOnlyList<SliceMetrics> slices)
    {
        if (slices.Count == 0)
        {
            return;
        }

        json.WriteStartArray("slices");
        foreach (SliceMetrics slice in slices)
        {
            json.WriteStartObject();
            json.WriteString("by", slice.By);
            json.WriteString("value", slice.Value);
            json.WritePropertyName("metrics");
            Write(json, slice.Report);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
        Write(json, "auc", task.Auc);
        Write(json, "logLoss", task.LogLoss);
        Write(json, "pcoc", task.Pcoc);
        Write(json, "pcocLow", task.PcocInterval?.Low);
        Write(json, "pcocHigh", task.PcocInterval?.High);
        Write(json, "normalisedEntropy", task.NormalisedEntropy);
        Write(json, "calibrationError", task.CalibrationError);
        Write(json, "averagePrecision", task.AveragePrecision);
        if (task.AtThreshold is { } at)
        {
            json.WriteStartObject("atThreshold");
            json.WriteNumber("threshold", at.Threshold);
            Write(json, "accuracy", at.Accuracy);
            Write(json, "precision", at.Precision);
            Write(json, "recall", at.Recall);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter json, GroupMetrics groups)
    {
        json.WriteStartObject("groups");
        json.WriteString("column", groups.Column);
        json.WriteNumber("groups", groups.Groups);
        json.WriteNumber("k", groups.K);
        foreach ((string name, GroupTaskMetrics task) in new[] { ("ctr", groups.Ctr), ("cvr", groups.Cvr), ("ctcvr", groups.Ctcvr) })
        {
            json.WriteStartObject(name);
            Write(json, "gauc", task.Gauc);
            json.WriteNumber("gaucGroups", task.GaucGroups);
            Write(json, "gaucCoverage", task.GaucCoverage);
            Write(json, "ndcg", task.Ndcg);
            Write(json, "map", task.Map);
            Write(json, "recall", task.Recall);
            json.WriteNumber("rankedGroups", task.RankedGroups);
            json.WriteEndObject();
        }

        Write(json, "gradedNdcg", groups.GradedNdcg);
        json.WriteNumber("clickGain", groups.ClickGain);
        json.WriteNumber("conversionGain", groups.ConversionGain);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
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
