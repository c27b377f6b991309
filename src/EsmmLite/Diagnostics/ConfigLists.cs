using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Diagnostics;

/// <summary>Lists in a config: of objects, of texts, of numbers. Faults carry the path of the item.</summary>
public static class ConfigLists
{
    /// <summary>The objects of a list; empty when absent.</summary>
    public static IReadOnlyList<ConfigNode> Sections(this ConfigNode node, string key) => [.. SectionPlaces(node, key).OfType<ConfigNode>()];

    /// <summary>The objects of a list, with null in the place of an item that is none; empty when absent.</summary>
    internal static IReadOnlyList<ConfigNode?> SectionPlaces(this ConfigNode node, string key)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Places(node, key, "a list of objects", "an object { ... }", (at, item) => item.ValueKind == JsonValueKind.Object ? node.Child(at, item) : null) ?? [];
    }

    /// <summary>The texts of a list, or null when absent.</summary>
    public static IReadOnlyList<string>? Texts(this ConfigNode node, string key)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Read(node, key, "a list of texts", "a text", (_, item) => item.ValueKind == JsonValueKind.String ? item.GetString() : null);
    }

    /// <summary>The lists of texts in a list, with null in the place of an item that is none; empty when absent.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>?> TextListPlaces(this ConfigNode node, string key)
    {
        return Places(node, key, "a list of lists", "a list of texts", static (_, item) =>
        {
            bool texts = item.ValueKind == JsonValueKind.Array && item.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String);
            return texts ? (IReadOnlyList<string>)[.. item.EnumerateArray().Select(text => text.GetString()!)] : null;
        }) ?? [];
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
        where T : class => Places(node, key, expectedList, expectedItem, read)?.OfType<T>().ToList();

    private static List<T?>? Places<T>(ConfigNode node, string key, string expectedList, string expectedItem, Func<string, JsonElement, T?> read)
        where T : class
    {
        if (node.List(key, expectedList) is not { } list)
        {
            return null;
        }

        var items = new List<T?>();
        foreach (JsonElement element in list.EnumerateArray())
        {
            string at = key + "[" + items.Count.ToString(CultureInfo.InvariantCulture) + "]";
            items.Add(read(at, element));
            if (items[^1] is null)
            {
                node.FaultType(at, element, expectedItem);
            }
        }

        return items;
    }
}
