using System.Text.Json;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Behaviour sequences.
public static partial class SchemaJson
{
    private static Sequence ReadSequence(ConfigNode? node)
    {
        if (node is null)
        {
            return new Sequence { Name = "", Actions = [], Candidate = [] };
        }

        foreach (string key in (ReadOnlySpan<string>)["actions", "candidate"])
        {
            if (!node.Has(key))
            {
                node.FaultMissing(key, "a list of field names");
            }
        }

        return new Sequence { Name = node.RequiredText("name"), Actions = node.Texts("actions") ?? [], Candidate = node.Texts("candidate") ?? [] };
    }

    private static void WriteSequences(Utf8JsonWriter writer, IReadOnlyList<Sequence> sequences)
    {
        writer.WriteStartArray("sequences");
        foreach (Sequence sequence in sequences)
        {
            writer.WriteStartObject();
            writer.WriteString("name", sequence.Name);
            WriteTexts(writer, "actions", sequence.Actions);
            WriteTexts(writer, "candidate", sequence.Candidate);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
