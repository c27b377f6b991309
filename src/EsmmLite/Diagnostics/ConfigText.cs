using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EsmmLite.Diagnostics;

/// <summary>The text of a config: strict JSON but for comments and trailing commas, and no half surrogate pairs.</summary>
internal static class ConfigText
{
    private const int MostKeys = 10_000;

    /// <summary>Parses a document, which must be an object.</summary>
    /// <exception cref="EsmmException">It is not JSON, or not an object; the message names line and column.</exception>
    public static JsonElement Parse(string json, string source, EsmmErrorKind kind)
    {
        try
        {
            JsonElement root = Parse(json, duplicates: false);
            CheckText(root);
            return root.ValueKind == JsonValueKind.Object
                ? root
                : throw new EsmmException(kind, "the document is " + Describe(root), source, "an object { ... }");
        }
        catch (JsonException e)
        {
            throw Explain(json, source, kind, e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair, as it stands or as an escape: a legal JSON token, but no text.
            throw new EsmmException(kind, "the document holds half of a surrogate pair", source, "Unicode text", innerException: e);
        }
    }

    private static JsonElement Parse(string json, bool duplicates)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = duplicates, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        return document.RootElement.Clone();
    }

    private static EsmmException Explain(string json, string source, EsmmErrorKind kind, JsonException fault)
    {
        try
        {
            // What can be parsed now has a key twice, and nothing else was wrong.
            string? key = Repeated(Parse(json, duplicates: true), "");
            return new EsmmException(kind, "not valid JSON: " + (key is null ? "a key" : "the key " + key) + " stands twice in one object", source, "each key once", innerException: fault);
        }
        catch (JsonException)
        {
            string why = ErrorText.WhyNoJson(Encoding.UTF8.GetBytes(json), fault, out long line, out long column);
            return new EsmmException(kind, "not valid JSON: " + why, string.Create(CultureInfo.InvariantCulture, $"{source} line {line} column {column}"), innerException: fault);
        }
    }

    /// <summary>A value in a message.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => ErrorText.Quote(value.GetString().AsSpan()),
        JsonValueKind.Null => "null",
        _ => ErrorText.Shorten(value.GetRawText()),
    };

    private static void CheckText(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            _ = element.GetString();
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                CheckText(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                _ = property.Name;
                CheckText(property.Value);
            }
        }
    }

    /// <summary>The path of the first key that an object has twice; null if there is none, or it is hidden among too many.</summary>
    private static string? Repeated(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                int place = 0;
                return element.EnumerateArray().Select(item => Repeated(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{place++}]"))).FirstOrDefault(found => found is not null);
            case JsonValueKind.Object when element.GetPropertyCount() <= MostKeys:
                HashSet<string> seen = new(StringComparer.Ordinal);
                return element.EnumerateObject().Select(property => In(property, path, seen)).FirstOrDefault(found => found is not null);
            default:
                return null;
        }
    }

    private static string? In(JsonProperty property, string path, HashSet<string> seen)
    {
        string inside = (path.Length == 0 ? "" : path + ".") + ErrorText.Shorten(property.Name);
        return seen.Add(property.Name) ? Repeated(property.Value, inside) : inside;
    }
}
