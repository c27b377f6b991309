using System.Text;
using System.Text.Json;
using EsmmLite.Features;
using EsmmLite.Model;

namespace EsmmLite.Cli.Inspecting;

/// <summary>A model file as one JSON object.</summary>
internal static class ModelJson
{
    /// <summary>What the loader lets pass as a text of the metadata.</summary>
    public static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static string Write(string path, EsmmModel model)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteNumber("bytes", new FileInfo(path).Length);
            json.WriteString("digest", model.Digest);
            json.WriteString("weightsDigest", model.WeightsDigest());
            json.WriteString("dataFingerprint", model.Info.DataFingerprint);
            json.WriteString("dataSelection", model.Info.DataSelection);
            json.WriteNumber("trainStep", model.Info.TrainStep);
            WriteParameters(json, model);
            json.WriteStartArray("fields");
            foreach (FieldEncoder encoder in model.Space.Encoders)
            {
                WriteField(json, encoder);
            }

            json.WriteEndArray();
            json.WritePropertyName("config");
            WriteRaw(json, model.Info.ConfigJson);
            json.WritePropertyName("metrics");
            WriteRaw(json, model.Info.MetricsJson);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteParameters(Utf8JsonWriter json, EsmmModel model)
    {
        json.WriteStartObject("parameters");
        json.WriteNumber("embeddings", model.EmbeddingParameters);
        json.WriteNumber("towers", model.TowerParameters);
        json.WriteNumber("all", model.EmbeddingParameters + model.TowerParameters);
        json.WriteStartObject("parts");
        foreach (ModelPart part in ModelParts.Of(model))
        {
            json.WriteNumber(part.Name, part.Parameters);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, FieldEncoder encoder)
    {
        json.WriteStartObject();
        json.WriteString("name", encoder.Field.Name);
        json.WriteString("column", encoder.Field.Column);
        json.WriteString("kind", FieldText.Kind(encoder));
        json.WriteNumber("rows", encoder.Rows);
        json.WriteNumber("dim", encoder.Dim);
        json.WriteString("side", encoder.Field.Side == Side.Request ? "request" : "candidate");
        json.WriteBoolean("separate", encoder.Field.Separate);
        json.WriteString("servedAs", encoder.Field is NumericField { Input: false } ? null : encoder.Field.FixedAtServing);
        json.WriteString("missing", FieldText.Missing(encoder.Field));
        json.WriteString("learned", FieldText.Learned(encoder));
        json.WriteEndObject();
    }

    private static void WriteRaw(Utf8JsonWriter json, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            json.WriteNullValue();
        }
        else
        {
            using JsonDocument document = JsonDocument.Parse(text, Lenient);
            document.RootElement.WriteTo(json);
        }
    }
}
