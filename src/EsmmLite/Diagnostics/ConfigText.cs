using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Diagnostics;

/// <summary>The text of a config: strict JSON but for comments and trailing commas, and no half surrogate pairs.</summary>
internal static class ConfigText
{
    /// <summary>Parses a document, which must be an object.</summary>
    /// <exception cref="EsmmException">It is not JSON, or not an object; the message names line and byte.</exception>
    public static JsonElement Parse(string json, string source, EsmmErrorKind kind)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            using JsonDocument document = JsonDocument.Parse(json, options);
            JsonElement root = document.RootElement.Clone();
            CheckText(root);
            return root.ValueKind == JsonValueKind.Object
                ? root
                : throw new EsmmException(kind, "the document is " + Describe(root), source, "an object { ... }");
        }
        catch (JsonException e)
        {
            string line = ((e.LineNumber ?? 0) + 1).ToString(CultureInfo.InvariantCulture);
            string column = ((e.BytePositionInLine ?? 0) + 1).ToString(CultureInfo.InvariantCulture);
            throw new EsmmException(kind, "not valid JSON: " + FirstSentence(e.Message), source + " line " + line + " byte " + column, innerException: e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair, as it stands or as an escape: a legal JSON token, but no text.
            throw new EsmmException(kind, "the document holds half of a surrogate pair", source, "Unicode text", innerException: e);
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

    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message.TrimEnd('.') : message[..end];
    }
}
