using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>A whole configuration: schema, shape of the model, and training. See docs/config.md.</summary>
/// <param name="Schema">Fields, crosses and labels.</param>
/// <param name="Model">Shape of the model.</param>
/// <param name="Training">How it is trained.</param>
public sealed record EsmmConfig(Schema Schema, ModelOptions Model, TrainingOptions Training)
{
    /// <summary>Reads a configuration; every fault is listed at once.</summary>
    /// <param name="json">JSON text; comments and trailing commas are allowed.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="overrides">Texts such as <c>towers.ctr=[256,64]</c> that replace values.</param>
    public static EsmmConfig Parse(string json, string source, IReadOnlyList<string>? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ConfigNode node = ConfigNode.Parse(overrides is { Count: > 0 } ? Override(json, source, overrides) : json, source);
        Schema schema = SchemaJson.Read(node);
        TrainingOptions training = TrainingOptions.Read(node);
        ModelOptions model = ModelOptions.Read(node, training.Seed);
        node.Finish();
        SchemaValidator.Validate(schema);
        return new EsmmConfig(schema, model, training);
    }

    /// <summary>Reads a configuration from a file.</summary>
    /// <exception cref="EsmmException">The file cannot be read, or has faults; all of them are listed.</exception>
    public static EsmmConfig Load(string path, IReadOnlyList<string>? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Parse(File.ReadAllText(path), path, overrides);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EsmmException(EsmmErrorKind.Config, "the config cannot be read: " + fault.Message, path, "a JSON file", "Start from one of the samples.", fault);
        }
    }

    /// <summary>The same configuration with another seed.</summary>
    public EsmmConfig WithSeed(ulong seed) => this with { Model = Model with { Seed = seed }, Training = Training with { Seed = seed } };

    /// <summary>The resolved configuration: every default explicit, always the same text for the same values.</summary>
    public string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            SchemaJson.Write(json, Schema);
            Model.Write(json);
            Training.Write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Override(string json, string source, IReadOnlyList<string> overrides)
    {
        JsonDocumentOptions reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

        // Faults of the text itself are reported by the reader that knows lines.
        ConfigNode.Parse(json, source);
        JsonObject root = JsonNode.Parse(json, null, reading)!.AsObject();
        foreach (string text in overrides)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new EsmmException(EsmmErrorKind.Config, $"'{text}' is not an override", "--set", "path=value, such as towers.ctr=[256,64]");
            }

            string[] path = text[..equals].Split('.');
            JsonObject at = root;
            foreach (string key in path[..^1])
            {
                at = at[key] switch
                {
                    JsonObject child => child,
                    null => (JsonObject)(at[key] = new JsonObject()),
                    _ => throw new EsmmException(EsmmErrorKind.Config, $"'{key}' is not an object", $"--set {text}", "a path through objects, such as training.batch"),
                };
            }

            at[path[^1]] = Value(text[(equals + 1)..]);
        }

        return root.ToJsonString();
    }

    // A value that is no JSON is a text: --set training.earlyStopping.metric=ctr.auc needs no quotes.
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
