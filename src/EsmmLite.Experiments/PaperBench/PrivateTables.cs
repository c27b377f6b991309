using System.Text.Json;
using System.Text.Json.Nodes;
using EsmmLite.Features;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>ESMM-NS, ESMM without sharing: every embedding table twice, one read by the CTR tower and one by the CVR tower.</summary>
/// <remarks>Plain numbers have no table and stay as they are: both towers read them.</remarks>
public sealed class PrivateTables
{
    private const string Suffix = " (cvr)";

    private readonly int[][] _ids;
    private readonly int[][] _numbers;

    private PrivateTables(FeatureSpace space, FeatureSpace wide)
    {
        Space = wide;
        List<int>[] ids = [.. Enumerable.Range(0, space.IdSlots).Select(_ => new List<int>())], numbers = [.. Enumerable.Range(0, space.NumberSlots).Select(_ => new List<int>())];
        for (int f = 0; f < wide.Encoders.Count; f++)
        {
            FieldSlots to = FieldSlots.Of(wide, f), from = FieldSlots.Of(space, space.FieldIndex(Original(wide.Encoders[f].Field.Name)));
            for (int k = 0; k < to.IdWidth; k++)
            {
                ids[from.Id + k].Add(to.Id + k);
            }

            for (int k = 0; k < to.WeightWidth; k++)
            {
                numbers[from.Weight + k].Add(to.Weight + k);
            }

            for (int k = 0; k < to.NumberWidth; k++)
            {
                numbers[from.Number + k].Add(to.Number + k);
            }
        }

        (_ids, _numbers) = ([.. ids.Select(slots => slots.ToArray())], [.. numbers.Select(slots => slots.ToArray())]);
    }

    /// <summary>The feature space with every table twice.</summary>
    public FeatureSpace Space { get; }

    /// <summary>Makes the tables of a feature space private.</summary>
    /// <exception cref="EsmmException">It has sequences, which are bound to one set of tables.</exception>
    public static PrivateTables Of(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (space.Schema.Sequences.Count > 0)
        {
            throw new EsmmException(EsmmErrorKind.Config, "tables can't be doubled where fields form a sequence", "sequences", hint: "Leave ESMM-NS out, or the sequences.");
        }

        JsonNode root = JsonNode.Parse(space.ToJson())!;
        JsonNode schema = root["schema"]!, learned = root["learned"]!;
        JsonArray fields = schema["fields"]!.AsArray(), doubled = [];
        for (int f = 0; f < fields.Count; f++)
        {
            JsonObject field = fields[f]!.DeepClone().AsObject();
            doubled.Add(field);
            if (space.Encoders[f].Dim == 0)
            {
                continue;
            }

            string name = (string)field["name"]!;
            field["tasks"] = new JsonArray("ctr");
            JsonObject copy = field.DeepClone().AsObject();
            copy["name"] = name + Suffix;
            copy["column"] = (string?)field["column"] ?? name;
            copy["tasks"] = new JsonArray("cvr");
            doubled.Add(copy);
            if (space.Encoders[f].Field.Shares is { } owner)
            {
                copy["shares"] = owner + Suffix;
            }

            if (learned[name] is { } statistics)
            {
                learned[name + Suffix] = statistics.DeepClone();
            }
        }

        schema["fields"] = doubled;
        if (schema["crosses"] is JsonArray crosses)
        {
            schema["crosses"] = new JsonArray([.. crosses.SelectMany(Twice)]);
        }

        (byte[] Bytes, long[] Offsets) Vocabulary(string name)
        {
            int f = space.FieldIndex(Original(name));
            return (space.VocabularyBytes(f), space.VocabularyOffsets(f));
        }

        return new PrivateTables(space, FeatureSpace.FromJson(root.ToJsonString(new JsonSerializerOptions { WriteIndented = false }), Vocabulary));
    }

    /// <summary>The same impressions for the space with every table twice.</summary>
    public BenchRows Widen(BenchRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.For(Space, _ids, _numbers);
    }

    private static string Original(string name) => name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;

    private static IEnumerable<JsonNode> Twice(JsonNode? cross)
    {
        string first = (string)cross![0]!, second = (string)cross[1]!;
        yield return new JsonArray(first, second);
        yield return new JsonArray(first + Suffix, second + Suffix);
    }
}
