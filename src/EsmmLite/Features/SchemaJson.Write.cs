using System.Text.Json;

namespace EsmmLite.Features;

public static partial class SchemaJson
{
    /// <summary>Writes a schema's keys into the object that is open, with every default made explicit.</summary>
    public static void Write(Utf8JsonWriter writer, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(schema);
        writer.WriteStartArray("fields");
        foreach (Field field in schema.Fields)
        {
            WriteField(writer, field);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("crosses");
        foreach (Cross cross in schema.Crosses)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(cross.First);
            writer.WriteStringValue(cross.Second);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        if (schema.Sequences.Count > 0)
        {
            WriteSequences(writer, schema.Sequences);
        }

        writer.WriteStartArray("labels");
        foreach (LabelStage label in schema.Labels)
        {
            writer.WriteStartObject();
            writer.WriteString("name", label.Name);
            writer.WriteString("column", label.Column);
            WriteRest(writer, label);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("conversionWithoutClick", schema.ConversionWithoutClick switch
        {
            ConversionWithoutClick.AsNegative => "as_negative",
            ConversionWithoutClick.AsClick => "as_click",
            _ => "drop",
        });
        WriteTexts(writer, "missing", schema.MissingValues);
        if (schema.Time is not null)
        {
            WriteTime(writer, schema.Time);
        }

        WriteIfAny(writer, "group", schema.Group);
    }

    private static void WriteRest(Utf8JsonWriter writer, LabelStage label)
    {
        if (label.In is not null)
        {
            WriteTexts(writer, "in", label.In);
        }

        WriteIfAny(writer, "counts", label.BinariseCounts ? "binarise" : null);
        if (label.Optional)
        {
            writer.WriteBoolean("optional", true);
        }

        WriteIfAny(writer, "timeColumn", label.TimeColumn);
        WriteIfAny(writer, "window", label.Window is { } window ? WindowText.Write(window) : null);
    }

    private static void WriteTime(Utf8JsonWriter writer, ImpressionTime time)
    {
        writer.WriteStartObject("time");
        writer.WriteString("column", time.Column);
        writer.WriteString("format", time.Format switch { TimeFormat.Seconds => "seconds", TimeFormat.Milliseconds => "milliseconds", _ => "iso" });
        WriteIfAny(writer, "zone", time.Zone);
        writer.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter writer, Field field)
    {
        writer.WriteStartObject();
        writer.WriteString("name", field.Name);
        writer.WriteString("kind", field switch { HashedField => "hashed", VocabularyField => "vocabulary", CrossedField => "crossed", _ => "numeric" });
        if (field is not CrossedField)
        {
            writer.WriteString("column", field.Column);
            writer.WriteString("side", field.Side == Side.Request ? "request" : "candidate");
            writer.WriteBoolean("separate", field.Separate);
        }

        if (field.FixedAtServing is not null && field.IsInput)
        {
            writer.WriteStartObject("serve");
            writer.WriteString("fixed", field.FixedAtServing);
            writer.WriteEndObject();
        }

        if (field.Tasks is not null)
        {
            WriteTexts(writer, "tasks", field.Tasks);
        }

        WriteIfAny(writer, "shares", field.Shares);
        if (field.List is not null)
        {
            WriteList(writer, field.List);
        }

        switch (field)
        {
            case HashedField hashed:
                writer.WriteNumber("buckets", hashed.Buckets);
                writer.WriteNumber("dim", hashed.Dim);
                writer.WriteBoolean("integer", hashed.Integer);
                writer.WriteString("missing", hashed.Missing == MissingRule.Zero ? "zero" : "value");
                if (hashed.MinCount > 1)
                {
                    writer.WriteNumber("minCount", hashed.MinCount);
                }

                WriteIfAny(writer, "maxAge", hashed.MaxAge is { } oldest ? WindowText.Write(oldest) : null);
                break;
            case VocabularyField vocabulary:
                writer.WriteNumber("dim", vocabulary.Dim);
                writer.WriteNumber("minCount", vocabulary.MinCount);
                WriteOptional(writer, "maxEntries", vocabulary.MaxEntries);
                writer.WriteBoolean("integer", vocabulary.Integer);
                writer.WriteString("missing", vocabulary.Missing == MissingRule.Zero ? "zero" : "value");
                WriteIfAny(writer, "maxAge", vocabulary.MaxAge is { } age ? WindowText.Write(age) : null);
                break;
            case CrossedField crossed:
                WriteTexts(writer, "of", crossed.Of);
                writer.WriteNumber("buckets", crossed.Buckets);
                writer.WriteNumber("dim", crossed.Dim);
                writer.WriteNumber("hashKey", crossed.HashKey);
                break;
            case NumericField number:
                WriteNumber(writer, number);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, NumericField number)
    {
        writer.WriteStartArray("clip");
        WriteEnd(writer, number.ClipLow);
        WriteEnd(writer, number.ClipHigh);
        writer.WriteEndArray();
        writer.WriteBoolean("log", number.Log);
        writer.WriteBoolean("standardise", number.Standardise);
        if (!number.Input)
        {
            writer.WriteBoolean("input", false);
        }

        writer.WriteBoolean("missingIndicator", number.MissingIndicator);
        if (number.Buckets is { } buckets)
        {
            writer.WriteNumber("buckets", buckets);
            writer.WriteNumber("dim", number.Dim);
        }
    }

    private static void WriteEnd(Utf8JsonWriter writer, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static void WriteOptional(Utf8JsonWriter writer, string key, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(key, number);
        }
        else
        {
            writer.WriteNull(key);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter writer, string key, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(key, text);
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, string key, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(key);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
