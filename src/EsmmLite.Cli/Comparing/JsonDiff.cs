using System.Text.Json;

namespace EsmmLite.Cli.Comparing;

/// <summary>Where two JSON objects differ: a path, and both values as text.</summary>
internal static class JsonDiff
{
    /// <summary>Stands for a value that is not there.</summary>
    public const string Absent = "(absent)";

    /// <summary>The differences, in the order of the first object.</summary>
    public static IReadOnlyList<(string Path, string Before, string After)> Of(string before, string after)
    {
        using JsonDocument one = JsonDocument.Parse(before), other = JsonDocument.Parse(after);
        Dictionary<string, string> first = [], second = [];
        Flatten("", one.RootElement, first);
        Flatten("", other.RootElement, second);
        return [.. first.Keys.Concat(second.Keys.Where(path => !first.ContainsKey(path)))
            .Select(path => (path, first.GetValueOrDefault(path, Absent), second.GetValueOrDefault(path, Absent))).Where(pair => pair.Item2 != pair.Item3)];
    }

    private static void Flatten(string path, JsonElement value, Dictionary<string, string> into)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in value.EnumerateObject())
            {
                Flatten(path.Length == 0 ? property.Name : path + "." + property.Name, property.Value, into);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object))
        {
            // Fields and labels go by their names: one more in front does not change all the others.
            int place = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                string name = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "[" + place + "]";
                Flatten(path + "." + name, item, into);
                place++;
            }
        }
        else
        {
            into[path] = JsonSerializer.Serialize(value); // on one line
        }
    }
}
