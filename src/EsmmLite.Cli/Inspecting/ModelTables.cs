using System.Text.Json;
using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Model;

namespace EsmmLite.Cli.Inspecting;

/// <summary>A model file as tables.</summary>
internal static class ModelTables
{
    public static void Write(string path, EsmmModel model)
    {
        WriteFields(model.Space);
        WriteParameters(model);
        new TextTable("File", "", "")
            .Add("path", path)
            .Add("size on disk", Show.Bytes(new FileInfo(path).Length))
            .Add("digest", model.Digest ?? "n/a")
            .Add("weights digest", model.WeightsDigest())
            .Add("training data", model.Info.DataFingerprint ?? "n/a")
            .Add("rows used", model.Info.DataSelection ?? "all")
            .Add("training step", Show.Count(model.Info.TrainStep))
            .Add("calibration", Calibrating.CalibrationTables.Describe(model.Calibration))
            .Write();
        WriteMetrics(model.Info.MetricsJson);
    }

    private static void WriteFields(FeatureSpace space)
    {
        var table = new TextTable("Fields (learned from the training data: entries, buckets, or mean ± deviation after clip and log)", "field", "kind", "rows>", "dim>", "side", "missing", "learned");
        foreach (FieldEncoder encoder in space.Encoders)
        {
            Field field = encoder.Field;
            table.Add(field.Name + (field.Column == field.Name ? "" : " <- " + field.Column), FieldText.Kind(encoder), encoder.Rows == 0 ? "" : Show.Count(encoder.Rows), encoder.Dim == 0 ? "" : Show.Count(encoder.Dim),
                FieldText.Side(field), FieldText.Missing(field), FieldText.Learned(encoder));
        }

        table.Write();
        var rest = new TextTable("Crosses, sequences and labels", "", "");
        foreach (Cross cross in space.Schema.Crosses)
        {
            rest.Add("cross", cross.First + " x " + cross.Second);
        }

        foreach (Sequence sequence in space.Schema.Sequences)
        {
            rest.Add("sequence " + sequence.Name, string.Join(", ", sequence.Actions) + " seen from " + string.Join(", ", sequence.Candidate));
        }

        foreach (LabelStage label in space.Schema.Labels)
        {
            rest.Add("label " + label.Name, FieldText.Label(label));
        }

        rest.Add("click 0, conversion 1", space.Schema.ConversionWithoutClick switch
        {
            ConversionWithoutClick.AsNegative => "as_negative",
            ConversionWithoutClick.AsClick => "as_click",
            _ => "drop",
        });
        if (space.Schema.Time is { } time)
        {
            rest.Add("time", time.Column + (time.Zone is null ? "" : " in " + time.Zone));
        }

        if (space.Schema.Group is { } group)
        {
            rest.Add("group", group);
        }

        rest.Write();
    }

    private static void WriteParameters(EsmmModel model)
    {
        var table = new TextTable("Parameters", "part", "shape", "parameters>");
        foreach (ModelPart part in ModelParts.Of(model))
        {
            table.Add(part.Name, part.Shape, Show.Count(part.Parameters));
        }

        table.Add("embeddings", "", Show.Count(model.EmbeddingParameters));
        table.Add("towers", "", Show.Count(model.TowerParameters));
        table.Add("all", "", Show.Count(model.EmbeddingParameters + model.TowerParameters));
        table.Write();
    }

    private static void WriteMetrics(string? metrics)
    {
        if (metrics is null)
        {
            Console.Out.WriteLine("The file holds no validation metrics.");
            return;
        }

        using JsonDocument document = JsonDocument.Parse(metrics, ModelJson.Lenient);
        var table = new TextTable("Validation metrics of the saved epoch", "task", "population", "AUC>", "log loss>", "PCOC>");
        foreach (string task in (ReadOnlySpan<string>)["ctr", "cvr", "ctcvr"])
        {
            if (document.RootElement.TryGetProperty(task, out JsonElement values) && values.ValueKind == JsonValueKind.Object)
            {
                string population = values.TryGetProperty("population", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "n/a";
                table.Add(task.ToUpperInvariant(), population, Show.Metric(Number(values, "auc")), Training.TrainingView.Loss(Number(values, "logLoss")), Show.Metric(Number(values, "pcoc")));
            }
        }

        table.Write();
    }

    private static double? Number(JsonElement values, string name)
        => values.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
