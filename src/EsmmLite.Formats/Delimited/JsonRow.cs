using System.Text;
using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Formats.BadInput;

namespace EsmmLite.Formats.Delimited;

/// <summary>The values of one line of JSON, by the place of their key. Nothing is allocated for a line like those before it.</summary>
internal sealed class JsonRow
{
    private const int MostKeys = 10_000;
    private const int MostNested = 64;

    private readonly List<Key> _keys = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<int> _order = []; // places of the keys of the line before, which tend to come again
    private byte[] _utf8 = new byte[1 << 12];
    private char[] _text = new char[1 << 12];
    private int _used;
    private long _line;

    /// <summary>Lines that were objects of plain values.</summary>
    public long SoundRows { get; private set; }

    /// <summary>The place of a key, whose values will be asked for.</summary>
    public int Want(string name)
    {
        int place = PlaceOf(name);
        _keys[place].IsWanted = true;
        return place;
    }

    /// <summary>A value of the line that was read last.</summary>
    public ReadOnlySpan<char> Value(int place)
    {
        Key key = _keys[place];
        return key.Line == _line ? _text.AsSpan(key.Start, key.Length) : default;
    }

    /// <summary>Takes the names of a line's keys only.</summary>
    public void Look(ReadOnlySpan<char> line)
    {
        Read(line);
        SoundRows = 0;
    }

    /// <summary>The keys met so far that never held an object or a list.</summary>
    public string[] Plain() => [.. _keys.Where(key => key.Line > 0 && !key.IsNested).Select(key => key.Name)];

    /// <summary>A key that was wanted and was in no line; null if there is none.</summary>
    public string? Unseen() => _keys.Find(key => key.IsWanted && key.Line == 0)?.Name;

    /// <summary>Reads a line.</summary>
    /// <returns>Why it has no values; null if it has.</returns>
    public RowFault? Read(ReadOnlySpan<char> line)
    {
        _line++;
        _used = 0;
        int most = Encoding.UTF8.GetMaxByteCount(line.Length);
        if (_utf8.Length < most)
        {
            _utf8 = new byte[most];
        }

        if (_text.Length < line.Length)
        {
            _text = new char[2 * line.Length]; // no value is longer than it is written
        }

        try
        {
            var reader = new Utf8JsonReader(_utf8.AsSpan(0, Encoding.UTF8.GetBytes(line, _utf8)), new JsonReaderOptions { MaxDepth = MostNested });
            RowFault? fault = reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Object(ref reader)
                : RowFault.Json("no JSON object", "the line is no object", expected: "{ \"key\": value, .. } on each line");
            while (reader.Read())
            {
                // Whatever follows the object is a fault, which the reader throws.
            }

            fault ??= _text.AsSpan(0, _used).Contains('\0') ? RowFault.Nul : null; // an escaped one
            SoundRows += fault is null ? 1 : 0;
            return fault;
        }
        catch (JsonException e)
        {
            return RowFault.Json("broken JSON", "the line is no JSON: " + Complaint(line, e), expected: "a whole object on each line");
        }
        catch (InvalidOperationException)
        {
            return RowFault.Json("broken JSON", "the line is no JSON: half of a surrogate pair is escaped", expected: "whole characters");
        }
    }

    private string Complaint(ReadOnlySpan<char> line, JsonException e)
        => ErrorText.WhyNoJson(_utf8.AsSpan(0, Encoding.UTF8.GetBytes(line, _utf8)), e, out _, out long column) + string.Create(System.Globalization.CultureInfo.InvariantCulture, $", column {column}");

    private RowFault? Object(ref Utf8JsonReader reader)
    {
        RowFault? fault = null;
        for (int position = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; position++)
        {
            int place = PlaceOf(ref reader, position);
            if (place < 0)
            {
                return RowFault.Json("too many keys", "there are more than 10,000 different keys", hint: "Are values written as keys?");
            }

            Key key = _keys[place];
            if (key.Line == _line)
            {
                fault ??= RowFault.Json("twice", "the key stands twice in one object", key.Name, "each key once");
            }

            key.Line = _line;
            reader.Read();
            if (!Take(ref reader, key))
            {
                key.IsNested = true;
                fault ??= key.IsWanted ? RowFault.Json("nested", "the value is an object or a list", key.Name, "a text, a number, true, false or null", "Flatten it first.") : null;
                reader.Skip();
            }
        }

        return fault;
    }

    /// <summary>Copies a value; false for one that has values of its own.</summary>
    private bool Take(ref Utf8JsonReader reader, Key key)
    {
        Span<char> rest = _text.AsSpan(_used);
        int length = 0;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                return false;
            case JsonTokenType.String when reader.ValueIsEscaped:
                length = reader.CopyString(rest);
                break;
            case not JsonTokenType.Null:
                length = Encoding.UTF8.GetChars(reader.ValueSpan, rest);
                break;
        }

        (key.Start, key.Length) = (_used, length);
        _used += length;
        return true;
    }

    /// <summary>The place of the key that the reader stands at; -1 if there are too many.</summary>
    private int PlaceOf(ref Utf8JsonReader reader, int position)
    {
        if (position < _order.Count && reader.ValueTextEquals(_keys[_order[position]].Utf8))
        {
            return _order[position];
        }

        string name = reader.GetString()!;
        if (_keys.Count >= MostKeys && !_places.ContainsKey(name))
        {
            return -1;
        }

        int place = PlaceOf(name);
        if (position < _order.Count)
        {
            _order[position] = place;
        }
        else
        {
            _order.Add(place);
        }

        return place;
    }

    private int PlaceOf(string name)
    {
        if (!_places.TryGetValue(name, out int place))
        {
            place = _keys.Count;
            _places.Add(name, place);
            _keys.Add(new Key(name));
        }

        return place;
    }

    /// <summary>A key, and where its value lies in the line that was read last.</summary>
    private sealed class Key(string name)
    {
        public string Name => name;

        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

        public bool IsWanted { get; set; }

        public bool IsNested { get; set; }

        /// <summary>The last line that had it; 0 for none.</summary>
        public long Line { get; set; }

        public int Start { get; set; }

        public int Length { get; set; }
    }
}
