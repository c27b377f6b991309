using System.Text.Json;

namespace EsmmLite.Cli.Training;

/// <summary>Which values differ between two configs.</summary>
internal static class ConfigDifference
{
    /// <summary>Their paths, such as <c>training.seed</c>, with both values.</summary>
    public static IReadOnlyList<string> Of(string then, string now)
    {
        Dictionary<string, string> before = [], after = [];
        using (JsonDocument a = JsonDocument.Parse(then), b = JsonDocument.Parse(now))
        {
            Flatten("", a.RootElement, before);
            Flatten("", b.RootElement, after);
        }

        return [.. before.Keys.Concat(after.Keys).Distinct().Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
            .Select(path => path + " (" + before.GetValueOrDefault(path, "nothing") + ", now " + after.GetValueOrDefault(path, "nothing") + ")")];
    }

    private static void Flatten(string path, JsonElement element, Dictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Flatten(path.Length == 0 ? property.Name : path + "." + property.Name, property.Value, values);
                }

                break;
            case JsonValueKind.Array:
                int i = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Flatten(path + "[" + i++ + "]", item, values);
                }

                break;
            default:
                values[path] = element.GetRawText();
                break;
        }
    }
}
