using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Diagnostics;

/// <summary>
/// An object of a JSON config, read key by key. A getter never throws: it notes the fault, with the path of the value, and
/// returns the fallback, so that one run lists every fault. <see cref="Finish"/> throws them together.
/// </summary>
/// <remarks>
/// Comments and trailing commas are allowed, duplicate keys are not; <c>null</c> counts as absent; a key <c>why</c> may hold a
/// remark in every object. A key that no getter asked for is unknown, and is reported with the nearest known one.
/// </remarks>
public sealed class ConfigNode
{
    private readonly JsonElement _element;
    private readonly ConfigFaults _faults;
    private readonly List<string> _known = ["why"];
    private readonly Dictionary<string, ConfigNode> _children = [];

    private ConfigNode(JsonElement element, string path, ConfigFaults faults)
    {
        _element = element;
        _faults = faults;
        Path = path;
        faults.Track(this);
    }

    /// <summary>Where the object stands, such as <c>fields[3]</c>; empty for the whole document.</summary>
    public string Path { get; }

    /// <summary>How many faults the whole document has so far.</summary>
    public int FaultCount => _faults.Count;

    /// <summary>Parses a config document.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What to call it in messages: a file name.</param>
    /// <param name="kind">The kind of the exceptions: a config, unless a model file holds the document.</param>
    /// <exception cref="EsmmException">It is not JSON, or not an object.</exception>
    public static ConfigNode Parse(string json, string source, EsmmErrorKind kind = EsmmErrorKind.Config)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            using JsonDocument document = JsonDocument.Parse(json, options);
            JsonElement root = document.RootElement.Clone();
            CheckText(root);
            return root.ValueKind == JsonValueKind.Object
                ? new ConfigNode(root, "", new ConfigFaults(source, kind))
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

    /// <summary>Whether the key is there, and is not null.</summary>
    public bool Has(string key) => TryGet(key, out _);

    /// <summary>A text, or the fallback when absent.</summary>
    public string Text(string key, string fallback) => OptionalText(key) ?? fallback;

    /// <summary>A text that must be there and must not be empty.</summary>
    public string RequiredText(string key)
    {
        if (!TryGet(key, out JsonElement value))
        {
            FaultMissing(key, "a text");
            return "";
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        FaultType(key, value, "a text that is not empty");
        return "";
    }

    /// <summary>A text, or null when absent.</summary>
    public string? OptionalText(string key)
    {
        if (!TryGet(key, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        FaultType(key, value, "a text");
        return null;
    }

    /// <summary>A whole number in a range, or the fallback when absent.</summary>
    public int Integer(string key, int fallback, int low, int high) => OptionalInteger(key, low, high) ?? fallback;

    /// <summary>A whole number that must be there; the low end of its range after a fault.</summary>
    public int RequiredInteger(string key, int low, int high)
    {
        if (!Has(key))
        {
            FaultMissing(key, "a whole number " + Range(low, high));
        }

        return OptionalInteger(key, low, high) ?? low;
    }

    /// <summary>A whole number in a range, or null when absent.</summary>
    public int? OptionalInteger(string key, int low, int high) => (int?)OptionalLong(key, low, high);

    /// <summary>A whole number of up to 64 bits in a range, or the fallback when absent.</summary>
    public long Long(string key, long fallback, long low, long high) => OptionalLong(key, low, high) ?? fallback;

    /// <summary>A whole number from 0 to 2^64 - 1, or the fallback when absent.</summary>
    internal ulong Unsigned(string key, ulong fallback)
    {
        if (TryGet(key, out JsonElement value))
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number))
            {
                return number;
            }

            FaultType(key, value, "a whole number " + Range(0UL, ulong.MaxValue));
        }

        return fallback;
    }

    /// <summary>A number in a range, or the fallback when absent.</summary>
    public double Number(string key, double fallback, double low, double high) => OptionalNumber(key, low, high) ?? fallback;

    /// <summary>A number in a range, or null when absent.</summary>
    public double? OptionalNumber(string key, double low, double high)
    {
        if (TryGet(key, out JsonElement value))
        {
            // 1e400 reads as infinity, which is no number that anyone meant.
            if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) && number >= low && number <= high)
            {
                return number;
            }

            FaultType(key, value, "a number " + Range(low, high));
        }

        return null;
    }

    /// <summary>true or false, or the fallback when absent.</summary>
    public bool Flag(string key, bool fallback)
    {
        if (TryGet(key, out JsonElement value))
        {
            if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return value.GetBoolean();
            }

            FaultType(key, value, "true or false");
        }

        return fallback;
    }

    /// <summary>One of several words, or the fallback when absent.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">The value when absent or wrong.</param>
    /// <param name="choices">The words and what they stand for.</param>
    public T Choice<T>(string key, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (!TryGet(key, out JsonElement element))
        {
            return fallback;
        }

        string? text = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        var words = new List<string>();
        foreach ((string word, T value) in choices)
        {
            if (word == text)
            {
                return value;
            }

            words.Add(word);
        }

        string? near = text is null ? null : ErrorText.Nearest(text, words);
        FaultType(key, element, "one of " + ErrorText.List(words) + (near is null ? "" : " (did you mean \"" + near + "\"?)"));
        return fallback;
    }

    /// <summary>A list, or null when absent or not a list.</summary>
    internal JsonElement? List(string key, string expected)
    {
        if (!TryGet(key, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return value;
        }

        FaultType(key, value, expected);
        return null;
    }

    /// <summary>Refuses the document at once when a list is too long: every item costs memory and time, and the document may come from elsewhere.</summary>
    internal void LimitList(string key, int most)
    {
        if (TryGet(key, out JsonElement value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > most)
        {
            Fault(key, ConfigLists.TooMany(value.GetArrayLength(), most));
            _faults.Throw();
        }
    }

    /// <summary>The object under a key, or null when absent.</summary>
    public ConfigNode? Section(string key)
    {
        if (!TryGet(key, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return Child(key, value);
        }

        FaultType(key, value, "an object { ... }");
        return null;
    }

    /// <summary>Notes a fault of a value that has the right type but makes no sense.</summary>
    /// <param name="key">The key, or a path below this node; empty for the node itself.</param>
    /// <param name="message">What is wrong and what was expected.</param>
    public void Fault(string key, string message) => _faults.Add(Under(key), message);

    /// <summary>Notes every key that no getter asked for, in all objects that were read, and throws when there is any fault.</summary>
    /// <exception cref="EsmmException">All faults of the document.</exception>
    public void Finish() => _faults.Finish();

    /// <summary>Whether a fault was noted at a key of this node.</summary>
    internal bool HasFault(string key) => _faults.Has(Under(key));

    /// <summary>Number of keys, known or not.</summary>
    internal int KeyCount => _element.GetPropertyCount();

    internal void CollectUnknownKeys()
    {
        foreach (JsonProperty property in _element.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
            {
                if (_faults.IsFull)
                {
                    Fault("", "an unknown key");
                    continue;
                }

                string? near = ErrorText.Nearest(property.Name, _known);
                string help = near is null ? "; known here: " + ErrorText.List(_known.Order(StringComparer.Ordinal)) : "; did you mean \"" + near + "\"?";
                Fault(property.Name, "unknown key" + help);
            }
        }
    }

    /// <summary>The node of an object below; the same one each time, so that two readers of a section share its known keys.</summary>
    internal ConfigNode Child(string key, JsonElement element)
    {
        if (!_children.TryGetValue(key, out ConfigNode? child))
        {
            _children.Add(key, child = new ConfigNode(element, Under(key), _faults));
        }

        return child;
    }

    internal void FaultType(string key, JsonElement value, string expected) => Fault(key, Describe(value) + " where " + expected + " was expected");

    internal void FaultMissing(string key, string expected) => Fault(key, "missing; " + expected + " was expected");

    internal static string Range<T>(T low, T high)
        where T : IComparable<T>, IFormattable
    {
        return string.Create(CultureInfo.InvariantCulture, $"from {low} to {high}");
    }

    private string Under(string key)
    {
        key = ErrorText.Shorten(key);
        return Path.Length == 0 ? (key.Length == 0 ? "(document)" : key) : key.Length == 0 ? Path : Path + (key[0] == '[' ? "" : ".") + key;
    }

    private long? OptionalLong(string key, long low, long high)
    {
        if (TryGet(key, out JsonElement value))
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= low && number <= high)
            {
                return number;
            }

            FaultType(key, value, "a whole number " + Range(low, high));
        }

        return null;
    }

    private bool TryGet(string key, out JsonElement value)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }

        return _element.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
    }

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

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => ErrorText.Quote(value.GetString().AsSpan()),
        JsonValueKind.Null => "null",
        _ => ErrorText.Shorten(value.GetRawText()),
    };

    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message.TrimEnd('.') : message[..end];
    }
}
