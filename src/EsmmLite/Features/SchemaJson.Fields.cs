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
        if (!node.Has("kind"))
        {
            node.FaultMissing("kind", "\"hashed\", \"vocabulary\", \"numeric\" or \"crossed\"");
        }

        string kind = node.Choice("kind", "", ("hashed", "hashed"), ("vocabulary", "vocabulary"), ("numeric", "numeric"), ("crossed", "crossed"));
        if (kind == "crossed")
        {
            return ReadCrossed(node, name);
        }

        string? shares = node.OptionalText("shares");
        Field field = kind switch
        {
            "vocabulary" => new VocabularyField
            {
                Name = name,
                Dim = node.Integer("dim", 16, 1, 4096),
                MinCount = node.Integer("minCount", 1, 1, int.MaxValue),
                MaxEntries = node.OptionalInteger("maxEntries", 1, int.MaxValue),
                Integer = node.Flag("integer", false),
                Missing = ReadMissing(node, MissingRule.Value),
                MaxAge = ReadLength(node, "maxAge"),
            },
            "numeric" => ReadNumber(node, name),
            "hashed" => new HashedField
            {
                Name = name,
                Buckets = shares is null ? node.RequiredInteger("buckets", 1, int.MaxValue) : node.Integer("buckets", 1, 1, int.MaxValue),
                Dim = node.Integer("dim", 16, 1, 4096),
                Integer = node.Flag("integer", false),
                Missing = ReadMissing(node, MissingRule.Zero),
                MinCount = node.Integer("minCount", 1, 1, int.MaxValue),
                MaxAge = ReadLength(node, "maxAge"),
            },
            _ => ReadUnknownKind(node, name),
        };
        if (!field.IsInput && node.Has("serve"))
        {
            node.Fault("serve", "scoring doesn't read a field that is no input; leave this out");
        }

        return field with
        {
            Column = node.Text("column", name),
            Side = node.Choice("side", Side.Candidate, ("candidate", Side.Candidate), ("request", Side.Request)),
            Separate = node.Flag("separate", false),
            FixedAtServing = node.Section("serve")?.RequiredValue("fixed"),
            Tasks = node.Texts("tasks"),
            Shares = shares,
            List = ReadList(node),
        };
    }

    /// <summary>A field that shares a table has what its owner has of all that the shape of the table depends on, where it says nothing itself.</summary>
    private static Field Inherit(Field field, ConfigNode? node, IReadOnlyList<Field> fields)
    {
        Field? owner = field.Shares is null ? null : fields.FirstOrDefault(other => other.Name == field.Shares);
        return (field, owner) switch
        {
            (HashedField mine, HashedField his) => mine with
            {
                Buckets = node!.Has("buckets") ? mine.Buckets : his.Buckets,
                Dim = node.Has("dim") ? mine.Dim : his.Dim,
                Integer = node.Has("integer") ? mine.Integer : his.Integer,
                MinCount = node.Has("minCount") ? mine.MinCount : his.MinCount,
                MaxAge = node.Has("maxAge") ? mine.MaxAge : his.MaxAge,
            },
            (VocabularyField mine, VocabularyField his) => mine with
            {
                Dim = node!.Has("dim") ? mine.Dim : his.Dim,
                MinCount = node.Has("minCount") ? mine.MinCount : his.MinCount,
                MaxAge = node.Has("maxAge") ? mine.MaxAge : his.MaxAge,
                MaxEntries = node.Has("maxEntries") ? mine.MaxEntries : his.MaxEntries,
                Integer = node.Has("integer") ? mine.Integer : his.Integer,
            },
            _ => field,
        };
    }

    /// <summary>A field whose kind is wrong: all keys are asked for, so that they are not reported as unknown on top.</summary>
    private static UnreadField ReadUnknownKind(ConfigNode node, string name)
    {
        foreach (string key in (ReadOnlySpan<string>)["buckets", "dim", "integer", "missing", "minCount", "maxEntries", "maxAge", "clip", "log", "standardise", "missingIndicator", "input", "of", "hashKey"])
        {
            _ = node.Has(key);
        }

        return new UnreadField { Name = name };
    }

    private static CrossedField ReadCrossed(ConfigNode node, string name)
    {
        if (!node.Has("of"))
        {
            node.FaultMissing("of", "a list of field names");
        }

        return new CrossedField
        {
            Name = name,
            Of = node.Texts("of") ?? [],
            Buckets = node.RequiredInteger("buckets", 1, int.MaxValue),
            Dim = node.Integer("dim", 16, 1, 4096),
            HashKey = node.Unsigned("hashKey", FarmHash64.DefaultCrossKey),
            Tasks = node.Texts("tasks"),
        };
    }

    private static NumericField ReadNumber(ConfigNode node, string name)
    {
        IReadOnlyList<double?>? clip = ReadClip(node);
        int? buckets = node.OptionalInteger("buckets", 1, QuantileSample.Capacity);
        bool input = node.Flag("input", true);
        if (buckets is null && node.Has("dim"))
        {
            node.Fault("dim", "a plain number has no embedding; give it \"buckets\" or leave this out");
        }

        return new NumericField
        {
            Name = name,
            ClipLow = clip?[0],
            ClipHigh = clip?[1],
            Log = node.Flag("log", false),
            Standardise = node.Flag("standardise", input),
            Input = input,
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
