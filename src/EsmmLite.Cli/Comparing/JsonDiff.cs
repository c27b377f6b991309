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
        List<(string, string, string)> differences = [];
        Compare("", one.RootElement, other.RootElement, differences);
        return differences;
    }

    private static void Compare(string path, JsonElement? before, JsonElement? after, List<(string, string, string)> into)
    {
        Dictionary<string, JsonElement>? first = Parts(before), second = Parts(after);
        bool alike = first is not null && second is not null, isList = (before ?? after)?.ValueKind == JsonValueKind.Array;
        if (alike || (first ?? second) is not null && (before is null || after is null))
        {
            first ??= [];
            second ??= [];
            foreach (string name in first.Keys.Concat(second.Keys.Where(name => !first.ContainsKey(name))))
            {
                JsonElement? one = first.TryGetValue(name, out JsonElement x) ? x : null, other = second.TryGetValue(name, out JsonElement y) ? y : null;
                string at = path.Length == 0 ? name : path + "." + name;
                if (isList && (one is null || other is null))
                {
                    // A field that only one model has is one difference, not one for each of its keys.
                    into.Add((at, Brief(one), Brief(other)));
                }
                else
                {
                    Compare(at, one, other, into);
                }
            }
        }
        else if (Text(before) is var one && Text(after) is var other && one != other)
        {
            into.Add((path, one, other));
        }
    }

    /// <summary>The properties of an object; the items of a list of objects; null for anything else.</summary>
    private static Dictionary<string, JsonElement>? Parts(JsonElement? value)
    {
        if (value is { ValueKind: JsonValueKind.Object } found)
        {
            return found.EnumerateObject().ToDictionary(property => property.Name, property => property.Value);
        }

        if (value is not { ValueKind: JsonValueKind.Array } list || !list.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object))
        {
            return null;
        }

        // Fields and labels go by their names: one more in front does not change all the others.
        Dictionary<string, JsonElement> items = [];
        foreach (JsonElement item in list.EnumerateArray())
        {
            items[Word(item, "name") ?? "[" + items.Count + "]"] = item;
        }

        return items;
    }

    private static string Brief(JsonElement? item) => item is { } there && Word(there, "kind") is { } kind ? kind : Text(item);

    private static string? Word(JsonElement item, string key) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static string Text(JsonElement? value) => value is { } there ? JsonSerializer.Serialize(there) : Absent; // on one line
}
