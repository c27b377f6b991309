using System.Text.Json;
using System.Text.Json.Nodes;
using EsmmLite.Features;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>ESMM-NS, ESMM without sharing: every embedding table twice, one read by the CTR tower and one by the CVR tower.</summary>
/// <remarks>Plain numbers have no table and stay as they are: both towers read them.</remarks>
public sealed class PrivateTables
{
    private const string Suffix = " (cvr)";

    private readonly int[] _source;

    private PrivateTables(FeatureSpace space, int[] source) => (Space, _source) = (space, source);

    /// <summary>The feature space with every table twice.</summary>
    public FeatureSpace Space { get; }

    /// <summary>Makes the tables of a feature space private.</summary>
    public static PrivateTables Of(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        JsonNode root = JsonNode.Parse(space.ToJson())!;
        JsonNode schema = root["schema"]!, learned = root["learned"]!;
        JsonArray fields = schema["fields"]!.AsArray(), doubled = [];
        List<int> source = [];
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
            source.AddRange([space.SlotOf(f), space.SlotOf(f)]);
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
            int f = space.FieldIndex(name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name);
            return (space.VocabularyBytes(f), space.VocabularyOffsets(f));
        }

        return new PrivateTables(FeatureSpace.FromJson(root.ToJsonString(new JsonSerializerOptions { WriteIndented = false }), Vocabulary), [.. source]);
    }

    /// <summary>The same impressions for the space with every table twice.</summary>
    public ImpressionBatch Widen(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ImpressionBatch wide = Space.CreateBatch(batch.Capacity);
        wide.Count = batch.Count;
        for (int slot = 0; slot < wide.IdSlots; slot++)
        {
            batch.Ids(_source[slot]).CopyTo(wide.Ids(slot));
        }

        for (int slot = 0; slot < wide.NumberSlots; slot++)
        {
            batch.Numbers(slot).CopyTo(wide.Numbers(slot));
        }

        for (int stage = 0; stage < wide.Stages; stage++)
        {
            batch.Labels(stage).CopyTo(wide.Labels(stage));
        }

        batch.Times.CopyTo(wide.Times);
        return wide;
    }

    private static IEnumerable<JsonNode> Twice(JsonNode? cross)
    {
        string first = (string)cross![0]!, second = (string)cross[1]!;
        yield return new JsonArray(first, second);
        yield return new JsonArray(first + Suffix, second + Suffix);
    }
}
