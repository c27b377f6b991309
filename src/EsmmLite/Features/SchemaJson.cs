using System.Globalization;
using System.Text.Json;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>The schema's part of a config: keys <c>fields</c>, <c>crosses</c>, <c>labels</c>, <c>conversionWithoutClick</c>, <c>missing</c>.</summary>
public static partial class SchemaJson
{
    /// <summary>Reads a schema. Faults go to the node, which throws them together with those of other sections in <see cref="ConfigNode.Finish"/>.</summary>
    /// <param name="node">The top of the config.</param>
    /// <returns>The schema; to be used only if there were no faults.</returns>
    public static Schema Read(ConfigNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        int before = node.FaultCount;
        node.LimitList("fields", SchemaValidator.MaxInputs);
        node.LimitList("crosses", SchemaValidator.MaxInputs);
        node.LimitList("labels", SchemaValidator.MaxLabels);
        if (!node.Has("fields"))
        {
            node.FaultMissing("fields", "a list of fields");
        }

        if (!node.Has("labels"))
        {
            node.FaultMissing("labels", "a list of label stages");
        }

        var schema = new Schema
        {
            Fields = [.. node.Sections("fields").Select(ReadField)],
            Crosses = ReadCrosses(node),
            Labels = [.. node.Sections("labels").Select(ReadLabel)],
            ConversionWithoutClick = node.Choice("conversionWithoutClick", ConversionWithoutClick.Drop,
                ("drop", ConversionWithoutClick.Drop), ("as_negative", ConversionWithoutClick.AsNegative), ("as_click", ConversionWithoutClick.AsClick)),
            MissingValues = node.Texts("missing") ?? [""],
        };

        // An item that could not be read is not in the schema, and would shift the numbers in the validator's paths.
        if (node.FaultCount == before || schema.Fields.Count > 0 && schema.Labels.Count > 0 && SameShape(node, schema))
        {
            // Where reading found a fault already, the validator would only echo it.
            foreach (SchemaFault fault in SchemaValidator.Faults(schema).Where(fault => !node.HasFault(fault.Path)).ToList())
            {
                node.Fault(fault.Path, fault.Message);
            }
        }

        return schema;
    }

    private static Field ReadField(ConfigNode node)
    {
        string name = node.RequiredText("name");
        string column = node.Text("column", name);
        Side side = node.Choice("side", Side.Candidate, ("candidate", Side.Candidate), ("request", Side.Request));
        bool separate = node.Flag("separate", false);
        if (!node.Has("kind"))
        {
            node.FaultMissing("kind", "\"hashed\", \"vocabulary\" or \"numeric\"");
        }

        return node.Choice("kind", "", ("hashed", "hashed"), ("vocabulary", "vocabulary"), ("numeric", "numeric")) switch
        {
            "vocabulary" => new VocabularyField
            {
                Name = name,
                Column = column,
                Side = side,
                Separate = separate,
                Dim = node.Integer("dim", 16, 1, 4096),
                MinCount = node.Integer("minCount", 1, 1, int.MaxValue),
                MaxEntries = node.OptionalInteger("maxEntries", 1, int.MaxValue),
                Integer = node.Flag("integer", false),
                Missing = ReadMissing(node, MissingRule.Value),
            },
            "numeric" => ReadNumber(node, new NumericField { Name = name, Column = column, Side = side, Separate = separate }),
            "hashed" => new HashedField
            {
                Name = name,
                Column = column,
                Side = side,
                Separate = separate,
                Buckets = node.RequiredInteger("buckets", 1, int.MaxValue),
                Dim = node.Integer("dim", 16, 1, 4096),
                Integer = node.Flag("integer", false),
                Missing = ReadMissing(node, MissingRule.Zero),
            },
            _ => ReadUnknownKind(node, name, column),
        };
    }

    /// <summary>A field whose kind is wrong: all keys are asked for, so that they are not reported as unknown on top.</summary>
    private static HashedField ReadUnknownKind(ConfigNode node, string name, string column)
    {
        foreach (string key in (ReadOnlySpan<string>)["buckets", "dim", "integer", "missing", "minCount", "maxEntries", "clip", "log", "standardise", "missingIndicator"])
        {
            _ = node.Has(key);
        }

        return new HashedField { Name = name, Column = column, Buckets = 1 };
    }

    private static NumericField ReadNumber(ConfigNode node, NumericField field)
    {
        IReadOnlyList<double?>? clip = ReadClip(node);
        int? buckets = node.OptionalInteger("buckets", 1, QuantileSample.Capacity);
        if (buckets is null && node.Has("dim"))
        {
            node.Fault("dim", "a plain number has no embedding; give it \"buckets\" or leave this out");
        }

        return field with
        {
            ClipLow = clip?[0],
            ClipHigh = clip?[1],
            Log = node.Flag("log", false),
            Standardise = node.Flag("standardise", true),
            MissingIndicator = node.Flag("missingIndicator", false),
            Buckets = buckets,
            Dim = node.Integer("dim", 8, 1, 4096),
        };
    }

    private static IReadOnlyList<double?>? ReadClip(ConfigNode node)
    {
        if (node.List("clip", "a list [low, high]") is not { } list)
        {
            return null;
        }

        var ends = new List<double?>();
        foreach (JsonElement item in list.EnumerateArray())
        {
            bool number = item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double value) && double.IsFinite(value);
            if (!number && item.ValueKind != JsonValueKind.Null)
            {
                node.FaultType("clip[" + ends.Count.ToString(CultureInfo.InvariantCulture) + "]", item, "a finite number, or null for no limit");
            }

            ends.Add(number ? item.GetDouble() : null);
        }

        if (ends.Count == 2)
        {
            return ends;
        }

        node.Fault("clip", "a list of " + ends.Count.ToString(CultureInfo.InvariantCulture) + " where [low, high] was expected");
        return null;
    }

    private static MissingRule ReadMissing(ConfigNode node, MissingRule fallback)
    {
        return node.Choice("missing", fallback, ("zero", MissingRule.Zero), ("value", MissingRule.Value));
    }

    private static LabelStage ReadLabel(ConfigNode node)
    {
        string name = node.RequiredText("name");
        return new LabelStage { Name = name, Column = node.Text("column", name), In = node.Texts("in") };
    }

    private static List<Cross> ReadCrosses(ConfigNode node)
    {
        var crosses = new List<Cross>();
        int index = -1;
        foreach (IReadOnlyList<string> names in node.TextLists("crosses") ?? [])
        {
            index++;
            if (names.Count == 2)
            {
                crosses.Add(new Cross(names[0], names[1]));
            }
            else
            {
                node.Fault("crosses[" + index.ToString(CultureInfo.InvariantCulture) + "]", names.Count + " names where two fields were expected");
            }
        }

        return crosses;
    }

    private static bool SameShape(ConfigNode node, Schema schema)
    {
        return node.List("fields", "")?.GetArrayLength() == schema.Fields.Count
            && node.List("labels", "")?.GetArrayLength() == schema.Labels.Count
            && (node.List("crosses", "")?.GetArrayLength() ?? 0) == schema.Crosses.Count;
    }
}
