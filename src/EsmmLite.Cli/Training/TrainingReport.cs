using System.Text;
using System.Text.Json;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>A training run's outcome, as tables or as one JSON object.</summary>
internal static class TrainingReport
{
    public static void Write(TrainingOutcome outcome)
    {
        MetricTables.WriteCounts(outcome.Training, outcome.Validation, outcome.ConversionStage);
        WriteEpochs(outcome.Result);
        if (outcome.Metrics is not null)
        {
            MetricTables.WriteMetrics("Validation of the saved epoch", outcome.Metrics);
        }

        outcome.Speed.Write();
        new TextTable("Model", "", "")
            .Add("file", outcome.Path)
            .Add("size", Show.Bytes(new FileInfo(outcome.Path).Length))
            .Add("digest", outcome.Digest)
            .Add("training data", outcome.Fingerprint)
            .Add("trained in", Show.Duration(outcome.Time) + ", " + Show.Count(outcome.Result.Steps) + " steps")
            .Write();
    }

    public static string ToJson(TrainingOutcome outcome)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("model", outcome.Path);
            json.WriteString("digest", outcome.Digest);
            json.WriteString("dataFingerprint", outcome.Fingerprint);
            WriteCounts(json, "training", outcome.Training, outcome.ConversionStage);
            WriteCounts(json, "validation", outcome.Validation, outcome.ConversionStage);
            json.WriteNumber("rows", outcome.BadRows.Rows);
            WriteReasons(json, "badRows", outcome.BadRows.Reasons);
            json.WriteNumber("steps", outcome.Result.Steps);
            json.WriteNumber("keptEpoch", outcome.Result.KeptEpoch);
            json.WriteBoolean("stoppedEarly", outcome.Result.StoppedEarly);
            json.WriteStartArray("epochs");
            foreach (EpochResult epoch in outcome.Result.Epochs)
            {
                WriteEpoch(json, epoch);
            }

            json.WriteEndArray();
            outcome.Speed.Write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Each epoch's losses and metrics, for the model file.</summary>
    public static string HistoryJson(TrainingResult result)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("keptEpoch", result.KeptEpoch);
            json.WriteStartArray("epochs");
            foreach (EpochResult epoch in result.Epochs)
            {
                WriteEpoch(json, epoch);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteEpochs(TrainingResult result)
    {
        var table = new TextTable("Epochs (* saved" + (result.StoppedEarly ? ", stopped early)" : ")"), "epoch>", "CTR loss>", "CTCVR loss>", "CTR AUC>", "CVR AUC>", "CTCVR AUC>", "CTCVR log loss>");
        foreach (EpochResult epoch in result.Epochs)
        {
            table.Add((epoch == TrainingJob.BestOf(result) ? "*" : "") + Show.Count(epoch.Epoch), TrainingView.Loss(TrainingView.Of(epoch.Losses, "ctr")), TrainingView.Loss(TrainingView.Of(epoch.Losses, "ctcvr")),
                Show.Metric(epoch.Validation?.Ctr.Auc), Show.Metric(epoch.Validation?.Cvr.Auc), Show.Metric(epoch.Validation?.Ctcvr.Auc), TrainingView.Loss(epoch.Validation?.Ctcvr.LogLoss));
        }

        table.Write();
    }

    private static void WriteEpoch(Utf8JsonWriter json, EpochResult epoch)
    {
        json.WriteStartObject();
        json.WriteNumber("epoch", epoch.Epoch);
        json.WriteNumber("steps", epoch.Steps);
        foreach (LossValue loss in epoch.Losses)
        {
            json.WriteNumber(loss.Name + "Loss", loss.Value);
        }

        json.WritePropertyName("validation");
        if (epoch.Validation is null)
        {
            json.WriteNullValue();
        }
        else
        {
            epoch.Validation.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, FunnelCounts? counts, int conversionStage)
    {
        json.WritePropertyName(name);
        if (counts is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("impressions", counts.Impressions);
        json.WriteNumber("clicks", counts.Reached[0]);
        json.WriteNumber("conversions", counts.Reached[conversionStage]);
        WriteReasons(json, "dropped", counts.Dropped);
        WriteReasons(json, "hidden", counts.Hidden);
        json.WriteEndObject();
    }

    private static void WriteReasons(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> reasons)
    {
        json.WriteStartObject(name);
        foreach ((string reason, long count) in reasons)
        {
            json.WriteNumber(reason, count);
        }

        json.WriteEndObject();
    }
}
