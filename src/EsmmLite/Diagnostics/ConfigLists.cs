using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Diagnostics;

/// <summary>Lists in a config: of objects, of texts, of numbers. Faults carry the path of the item.</summary>
public static class ConfigLists
{
    /// <summary>The objects of a list; empty when absent.</summary>
    public static IReadOnlyList<ConfigNode> Sections(this ConfigNode node, string key)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Read(node, key, "a list of objects", "an object { ... }", (at, item) => item.ValueKind == JsonValueKind.Object ? node.Child(at, item) : null) ?? [];
    }

    /// <summary>The texts of a list, or null when absent.</summary>
    public static IReadOnlyList<string>? Texts(this ConfigNode node, string key)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Read(node, key, "a list of texts", "a text", (_, item) => item.ValueKind == JsonValueKind.String ? item.GetString() : null);
    }

    /// <summary>The lists of texts in a list, or null when absent.</summary>
    public static IReadOnlyList<IReadOnlyList<string>>? TextLists(this ConfigNode node, string key)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Read(node, key, "a list of lists", "a list of texts", static (_, item) =>
        {
            if (item.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var texts = new List<string>();
            foreach (JsonElement text in item.EnumerateArray())
            {
                if (text.ValueKind != JsonValueKind.String)
                {
                    return null;
                }

                texts.Add(text.GetString()!);
            }

            return (IReadOnlyList<string>)texts;
        });
    }

    /// <summary>The whole numbers of a list, or null when absent.</summary>
    public static IReadOnlyList<int>? Integers(this ConfigNode node, string key, int low, int high)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Unbox(Read(node, key, "a list of whole numbers", "a whole number " + ConfigNode.Range(low, high), (_, item) =>
            item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int value) && value >= low && value <= high ? (object)value : null), o => (int)o);
    }

    /// <summary>The finite numbers of a list, or null when absent.</summary>
    public static IReadOnlyList<double>? Numbers(this ConfigNode node, string key)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Unbox(Read(node, key, "a list of numbers", "a finite number", static (_, item) =>
            item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double value) && double.IsFinite(value) ? (object)value : null), o => (double)o);
    }

    internal static string TooMany(int count, int most) => string.Create(CultureInfo.InvariantCulture, $"a list of {count} where at most {most} were expected");

    private static List<T>? Unbox<T>(List<object>? boxed, Converter<object, T> convert) => boxed?.ConvertAll(convert);

    private static List<T>? Read<T>(ConfigNode node, string key, string expectedList, string expectedItem, Func<string, JsonElement, T?> read)
        where T : class
    {
        if (node.List(key, expectedList) is not { } list)
        {
            return null;
        }

        var items = new List<T>();
        int index = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            string at = key + "[" + index++.ToString(CultureInfo.InvariantCulture) + "]";
            if (read(at, element) is { } item)
            {
                items.Add(item);
            }
            else
            {
                node.FaultType(at, element, expectedItem);
            }
        }

        return items;
    }
}
