using System.Text;
using System.Text.Json;
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
    /// <param name="overrides">Texts such as <c>towers.ctr=[256,64]</c> or <c>fields.user_id.dim=8</c> that replace values.</param>
    public static EsmmConfig Parse(string json, string source, IReadOnlyList<string>? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ConfigNode node = ConfigNode.Parse(json, source); // faults of the text itself are reported with their lines
        if (overrides is { Count: > 0 })
        {
            node = ConfigNode.Parse(ConfigOverrides.Apply(json, overrides), source);
        }

        Schema schema = SchemaJson.Read(node);
        TrainingOptions training = TrainingOptions.Read(node);
        ModelOptions model = ModelOptions.Read(node, training.Seed);
        if (ModelPlan.FaultOf(schema, model) is { } fault)
        {
            node.Fault(fault.Path, fault.Message);
        }

        if (TrainingParts.FaultOf(model.Kind, training.Loss) is { } weights)
        {
            node.Fault(weights.Path, weights.Message);
        }

        if (schema.Time?.Zone is { Length: > 0 } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            // Not for the schema's own validator: a machine that only scores needs no time zones.
            node.Fault("time.zone", ErrorText.Quote(zone) + " is no time zone that this machine knows; expected a name such as \"UTC\" or \"Europe/Berlin\"");
        }

        node.Finish();
        SchemaValidator.Validate(schema);
        return new EsmmConfig(schema, model, training);
    }

    /// <summary>Reads a configuration from a file.</summary>
    /// <exception cref="EsmmException">The file cannot be read, or has faults; all of them are listed.</exception>
    public static EsmmConfig Load(string path, IReadOnlyList<string>? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        string json;
        try
        {
            json = File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new EsmmException(EsmmErrorKind.Config, ErrorText.WhyUnreadable(path, fault), path, "a config as JSON", "Samples are in the folder samples.", fault);
        }

        return Parse(json, path, overrides);
    }

    /// <summary>The label that is the conversion: <see cref="ModelOptions.ConversionStage"/>.</summary>
    public int ConversionStage => Model.ConversionStage(Schema.Labels.Count);

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
}
