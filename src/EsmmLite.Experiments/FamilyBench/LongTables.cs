using System.Text.Json;
using System.Text.Json.Nodes;
using EsmmLite.Features;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>
/// Shared tables with embeddings twice as long: as many numbers as a table set for each tower has, so that a comparison of the two tells room of
/// one's own from more room.
/// </summary>
internal static class LongTables
{
    /// <summary>The feature space with every embedding twice as long; it encodes as before.</summary>
    /// <param name="space">The feature space.</param>
    /// <exception cref="EsmmException">An embedding would be longer than any may be.</exception>
    public static FeatureSpace Of(FeatureSpace space)
    {
        JsonNode root = JsonNode.Parse(space.ToJson())!;
        foreach (JsonNode? field in root["schema"]!["fields"]!.AsArray())
        {
            if (field!["dim"] is { } dim)
            {
                field["dim"] = 2 * (int)dim;
            }
        }

        return FeatureSpace.FromJson(root.ToJsonString(new JsonSerializerOptions { WriteIndented = false }), name => (space.VocabularyBytes(space.FieldIndex(name)), space.VocabularyOffsets(space.FieldIndex(name))));
    }
}
