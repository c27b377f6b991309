using System.Globalization;
using System.Text.Json;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Fields.
public static partial class SchemaJson
{
    private static Field ReadField(ConfigNode? node)
    {
        if (node is null)
        {
            return new UnreadField { Name = "" };
        }

        string name = node.RequiredText("name");
        string column = node.Text("column", name);
        Side side = node.Choice("side", Side.Candidate, ("candidate", Side.Candidate), ("request", Side.Request));
        bool separate = node.Flag("separate", false);
        string? served = node.Section("serve")?.RequiredValue("fixed");
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
                FixedAtServing = served,
                Dim = node.Integer("dim", 16, 1, 4096),
                MinCount = node.Integer("minCount", 1, 1, int.MaxValue),
                MaxEntries = node.OptionalInteger("maxEntries", 1, int.MaxValue),
                Integer = node.Flag("integer", false),
                Missing = ReadMissing(node, MissingRule.Value),
            },
            "numeric" => ReadNumber(node, new NumericField { Name = name, Column = column, Side = side, Separate = separate, FixedAtServing = served }),
            "hashed" => new HashedField
            {
                Name = name,
                Column = column,
                Side = side,
                Separate = separate,
                FixedAtServing = served,
                Buckets = node.RequiredInteger("buckets", 1, int.MaxValue),
                Dim = node.Integer("dim", 16, 1, 4096),
                Integer = node.Flag("integer", false),
                Missing = ReadMissing(node, MissingRule.Zero),
            },
            _ => ReadUnknownKind(node, name, column),
        };
    }

    /// <summary>A field whose kind is wrong: all keys are asked for, so that they are not reported as unknown on top.</summary>
    private static UnreadField ReadUnknownKind(ConfigNode node, string name, string column)
    {
        foreach (string key in (ReadOnlySpan<string>)["buckets", "dim", "integer", "missing", "minCount", "maxEntries", "clip", "log", "standardise", "missingIndicator"])
        {
            _ = node.Has(key);
        }

        return new UnreadField { Name = name, Column = column };
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
}
