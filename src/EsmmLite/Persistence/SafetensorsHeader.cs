using System.Text.Json;
using System.Text.Unicode;
using EsmmLite.Diagnostics;

namespace EsmmLite.Persistence;

/// <summary>The strict parser of a header: whatever the spec leaves open is refused here.</summary>
/// <remarks>
/// A header is trusted only after the file's digest was verified, so this parser decides nothing but its own consistency: it must neither
/// crash on any bytes nor let two readings of the same header exist. Duplicate keys (after unescaping), fractions, exponents and
/// signs are faults; tensors follow one another without hole or overlap, in the order they are listed, up to the last byte of the file.
/// </remarks>
internal sealed class SafetensorsHeader
{
    private readonly string _path;
    private readonly long _payloadStart;
    private readonly long _payloadBytes;
    private readonly List<TensorInfo> _tensors = [];
    private OrderedDictionary<string, string>? _metadata;

    private SafetensorsHeader(string path, int headerBytes, long payloadBytes)
    {
        _path = path;
        _payloadStart = SafetensorsFormat.LengthBytes + headerBytes;
        _payloadBytes = payloadBytes;
    }

    /// <summary>The map of strings; empty if the header has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata ??= new(StringComparer.Ordinal);

    /// <summary>Every tensor in the order of the file; the last is the digest.</summary>
    public IReadOnlyList<TensorInfo> Tensors => _tensors;

    /// <summary>Parses a header.</summary>
    /// <param name="json">The header without its length word.</param>
    /// <param name="payloadBytes">Number of bytes that follow it in the file.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="EsmmException">The header is not of the profile.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long payloadBytes, string path)
    {
        var header = new SafetensorsHeader(path, json.Length, payloadBytes);
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw header.Fault(0, "the header does not begin with '{'");
        }

        if (!Utf8.IsValid(json))
        {
            throw header.Fault(0, "the header is not valid UTF-8");
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        try
        {
            header.ParseRoot(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of an escaped surrogate pair, which only unescaping notices.
            throw header.Fault(reader.BytesConsumed, "the header is not valid JSON of the expected depth", innerException: e);
        }

        if (json[(int)reader.BytesConsumed..].ContainsAnyExcept((byte)' '))
        {
            throw header.Fault(reader.BytesConsumed, "the header goes on after its closing '}'", "only spaces");
        }

        header.CheckEnd();
        return header;
    }

    private void ParseRoot(ref Utf8JsonReader reader)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Next(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader, seen) is { } name)
        {
            if (name == SafetensorsFormat.MetadataKey)
            {
                ParseMetadata(ref reader);
            }
            else
            {
                ParseTensor(ref reader, name);
            }
        }
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        _metadata = new(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Next(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader, seen) is { } key)
        {
            _metadata.Add(key, NextString(ref reader));
        }
    }

    private void ParseTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null;
        List<long>? span = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long at = reader.TokenStartIndex;
        Next(ref reader, JsonTokenType.StartObject);
        while (NextKey(ref reader, seen) is { } key)
        {
            switch (key)
            {
                case "dtype":
                    type = NextString(ref reader);
                    break;
                case "shape":
                    shape = NextIntegers(ref reader);
                    break;
                case "data_offsets":
                    span = NextIntegers(ref reader);
                    break;
                default:
                    throw Fault(reader.TokenStartIndex, $"tensor '{Name(name)}' has an unknown property '{Name(key)}'", "dtype, shape and data_offsets");
            }
        }

        if (type is null || shape is null || span is not [long begin, long end])
        {
            throw Fault(at, $"tensor '{Name(name)}' is not described completely", "dtype, shape and two data_offsets");
        }

        _tensors.Add(Check(at, name, type, shape, begin, end));
    }

    private TensorInfo Check(long at, string name, string typeName, List<long> shape, long begin, long end)
    {
        long previous = _tensors.Count == 0 ? 0 : _tensors[^1].Offset + _tensors[^1].ByteLength - _payloadStart;
        if (begin != previous)
        {
            string fault = begin > previous ? "leaves a hole before it" : "overlaps the tensor before it";
            throw Fault(at, $"tensor '{Name(name)}' starts at {begin} of the payload and {fault}", $"{previous}, and tensors in the order of the payload");
        }

        if (end < begin || end > _payloadBytes)
        {
            throw Fault(at, $"tensor '{Name(name)}' ends at {end} of the payload", $"between {begin} and {_payloadBytes}");
        }

        var info = new TensorInfo(name, DTypes.Parse(typeName), [.. shape], _payloadStart + begin, end - begin);
        if (info.Type is { } type)
        {
            if (DTypes.ByteLength(type, info.Shape.AsSpan()) != info.ByteLength)
            {
                throw Fault(at, $"tensor '{Name(name)}' of {Name(typeName)} {TensorInfo.Text(info.Shape)} has {info.ByteLength} bytes", "the product of its dims times the size of an element");
            }
        }
        else if (!info.IsExtension)
        {
            throw Fault(at, $"tensor '{Name(name)}' has the unknown type '{Name(typeName)}'", "F32, F64, I64 or U8", "The file may have been written by a newer version of EsmmLite.");
        }

        return info;
    }

    private void CheckEnd()
    {
        long end = _payloadStart + _payloadBytes;
        if (_tensors is not [.., { Name: SafetensorsFormat.DigestName, Type: DType.U8, Shape: [SafetensorsFormat.DigestBytes] } last])
        {
            throw FileBytes.Fault(_path, end, $"the last tensor is not the checksum '{SafetensorsFormat.DigestName}'", "a file written by EsmmLite");
        }

        if (last.Offset + last.ByteLength != end)
        {
            throw FileBytes.Fault(_path, last.Offset + last.ByteLength, $"{end - last.Offset - last.ByteLength} bytes follow the last tensor", "the end of the file");
        }
    }

    private void Next(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (!reader.Read() || reader.TokenType != expected)
        {
            throw Fault(reader.TokenStartIndex, $"the header has a {reader.TokenType} here", expected.ToString());
        }
    }

    /// <summary>The next property's name, or null at the end of the object.</summary>
    private string? NextKey(ref Utf8JsonReader reader, HashSet<string> seen)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        string key = reader.GetString()!;
        return seen.Add(key) ? key : throw Fault(reader.TokenStartIndex, $"the key '{Name(key)}' occurs twice");
    }

    private string NextString(ref Utf8JsonReader reader)
    {
        Next(ref reader, JsonTokenType.String);
        return reader.GetString()!;
    }

    private List<long> NextIntegers(ref Utf8JsonReader reader)
    {
        var values = new List<long>();
        Next(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (values.Count == SafetensorsFormat.MaxRank)
            {
                throw Fault(reader.TokenStartIndex, "a list of dims or offsets is too long", $"at most {SafetensorsFormat.MaxRank}");
            }

            // The digits are checked as text: a JSON number may also be 1e2, 1.0 or -0.
            if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !reader.TryGetInt64(out long value))
            {
                throw Fault(reader.TokenStartIndex, "a dim or an offset is not a plain integer", "digits, less than 2^63");
            }

            values.Add(value);
        }

        return values;
    }

    /// <summary>A name as a message may show it: a stranger wrote it, of any length.</summary>
    private static string Name(string name) => ErrorText.Shorten(name);

    private EsmmException Fault(long at, string reason, string? expected = null, string? hint = null, Exception? innerException = null) =>
        FileBytes.Fault(_path, SafetensorsFormat.LengthBytes + at, reason, expected, hint, innerException);
}
