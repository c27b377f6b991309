using System.Text.Json;

namespace EsmmLite.Diagnostics;

/// <summary>
/// An object of a JSON config, read key by key. A getter never throws: it notes the fault, with the path of the value, and
/// returns the fallback, so that one run lists every fault. <see cref="Finish"/> throws them together.
/// </summary>
/// <remarks>
/// Comments and trailing commas are allowed, duplicate keys are not; <c>null</c> counts as absent; a key <c>why</c> may hold a
/// remark in every object, and <c>$schema</c> at the top names a JSON Schema; both are ignored. A key that no getter asked for is
/// unknown, and is reported with the nearest known one.
/// </remarks>
public sealed partial class ConfigNode
{
    private const string SchemaKey = "$schema"; // at the top: where editors find the JSON Schema

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
        var root = new ConfigNode(ConfigText.Parse(json, source, kind), "", new ConfigFaults(source, kind));
        root._known.Add(SchemaKey);
        return root;
    }

    /// <summary>Whether the key is there, and is not null.</summary>
    public bool Has(string key) => TryGet(key, out _);

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

    /// <summary>Whether a fault was noted at a key of this node, or at what it is a part of.</summary>
    internal bool HasFault(string key) => _faults.Covers(Under(key));

    /// <summary>The keys that a reader asked for so far, and those that every object may have.</summary>
    internal IReadOnlyList<string> KnownKeys => _known;

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

    internal void FaultType(string key, JsonElement value, string expected) => Fault(key, ConfigText.Describe(value) + " where " + expected + " was expected");

    internal void FaultMissing(string key, string expected) => Fault(key, "missing; " + expected + " was expected");

    private string Under(string key)
    {
        key = ErrorText.Shorten(key);
        return Path.Length == 0 ? (key.Length == 0 ? "(document)" : key) : key.Length == 0 ? Path : Path + (key[0] == '[' ? "" : ".") + key;
    }

    private bool TryGet(string key, out JsonElement value)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }

        return _element.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
    }
}
