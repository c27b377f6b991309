using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EsmmLite.Persistence;

/// <summary>Writes named tensors and metadata as one safetensors file of the <c>esmmlite/1</c> profile.</summary>
/// <remarks>
/// The same input gives the same bytes on every machine. The last tensor, <c>~sha256</c>, is the SHA-256 of every byte before it:
/// it protects header and payload alike, and it is the file's identity.
/// </remarks>
public static class SafetensorsWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Saves a file atomically: after a failure, or a crash at any moment, an earlier file at the path is untouched.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="metadata">Text by key, in the order to be written.</param>
    /// <param name="tensors">The tensors, in the order to be written.</param>
    /// <returns>The file's digest, lower-case hexadecimal.</returns>
    /// <exception cref="EsmmException">The file cannot be written, or the header is not possible.</exception>
    public static string Save(string path, IEnumerable<KeyValuePair<string, string>> metadata, IReadOnlyList<TensorSource> tensors) => Save(path, metadata, tensors, DiskFiles.Machine);

    /// <summary>The same on a file system of the caller's.</summary>
    internal static string Save(string path, IEnumerable<KeyValuePair<string, string>> metadata, IReadOnlyList<TensorSource> tensors, DiskFiles files)
    {
        byte[] head = Head(metadata, tensors);
        string digest = "";
        AtomicFile.Write(path, stream => digest = Write(stream, head, tensors), files);
        return digest;
    }

    /// <summary>Writes a file to a stream.</summary>
    /// <param name="destination">Takes the bytes; not closed.</param>
    /// <param name="metadata">Text by key, in the order to be written.</param>
    /// <param name="tensors">The tensors, in the order to be written.</param>
    /// <returns>The file's digest, lower-case hexadecimal.</returns>
    /// <exception cref="EsmmException">The header is not possible, or a tensor wrote another number of bytes than it announced.</exception>
    public static string Write(Stream destination, IEnumerable<KeyValuePair<string, string>> metadata, IReadOnlyList<TensorSource> tensors)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Write(destination, Head(metadata, tensors), tensors);
    }

    private static string Write(Stream destination, byte[] head, IReadOnlyList<TensorSource> tensors)
    {
        using var stream = new HashingStream(destination);
        stream.Write(head);
        foreach (TensorSource tensor in tensors)
        {
            long start = stream.BytesWritten;
            tensor.WriteTo(stream);
            if (stream.BytesWritten - start != tensor.ByteLength)
            {
                throw new EsmmException(
                    EsmmErrorKind.Usage, $"{stream.BytesWritten - start} bytes were written", $"tensor '{tensor.Name}'", $"{tensor.ByteLength} bytes, as its shape says");
            }
        }

        byte[] digest = stream.CurrentHash();
        destination.Write(digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>The length word and the header, padded with spaces.</summary>
    private static byte[] Head(IEnumerable<KeyValuePair<string, string>> metadata, IReadOnlyList<TensorSource> tensors)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(tensors);
        byte[] json;
        try
        {
            json = StrictUtf8.GetBytes(Json(metadata, tensors));
        }
        catch (EncoderFallbackException e)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "a tensor's name or the metadata is not valid UTF-16 text", "file header", innerException: e);
        }

        int length = (SafetensorsFormat.LengthBytes + json.Length + SafetensorsFormat.Alignment - 1) / SafetensorsFormat.Alignment * SafetensorsFormat.Alignment;
        if (length - SafetensorsFormat.LengthBytes > SafetensorsFormat.MaxHeaderBytes)
        {
            throw new EsmmException(
                EsmmErrorKind.Usage, $"the header would take {json.Length} bytes", "file header", $"at most {SafetensorsFormat.MaxHeaderBytes} bytes", "Large metadata belongs in a U8 tensor.");
        }

        byte[] head = new byte[length];
        head.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)(length - SafetensorsFormat.LengthBytes));
        json.CopyTo(head, SafetensorsFormat.LengthBytes);
        return head;
    }

    private static string Json(IEnumerable<KeyValuePair<string, string>> metadata, IReadOnlyList<TensorSource> tensors)
    {
        var text = new StringBuilder("{");
        AppendString(text, SafetensorsFormat.MetadataKey).Append(":{");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string key, string value) in metadata)
        {
            RequireNew(seen, key, "metadata key");
            AppendString(text.Append(seen.Count == 1 ? "" : ","), key).Append(':');
            AppendString(text, value);
        }

        text.Append('}');
        seen.Clear();
        long offset = 0;
        foreach (TensorSource tensor in tensors)
        {
            RequireNew(seen, tensor.Name, "tensor");
            offset = AppendEntry(text, tensor.Name, tensor.Type, tensor.Shape.AsSpan(), offset, tensor.ByteLength);
        }

        AppendEntry(text, SafetensorsFormat.DigestName, DType.U8, [SafetensorsFormat.DigestBytes], offset, SafetensorsFormat.DigestBytes);
        return text.Append('}').ToString();
    }

    private static void RequireNew(HashSet<string> seen, string name, string what)
    {
        if (!seen.Add(name))
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the {what} '{name}' occurs twice", "file header");
        }
    }

    private static long AppendEntry(StringBuilder text, string name, DType type, ReadOnlySpan<long> shape, long offset, long bytes)
    {
        long end = checked(offset + bytes);
        AppendString(text.Append(','), name);
        text.Append(CultureInfo.InvariantCulture, $":{{\"dtype\":\"{DTypes.NameOf(type)}\",\"shape\":[");
        for (int i = 0; i < shape.Length; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(shape[i].ToString(CultureInfo.InvariantCulture));
        }

        text.Append(CultureInfo.InvariantCulture, $"],\"data_offsets\":[{offset},{end}]}}");
        return end;
    }

    // Written by hand: the escapes of a JSON library may change with its version, and these bytes are part of the digest.
    private static StringBuilder AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            if (c < ' ')
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                text.Append(c is '"' or '\\' ? "\\" : "").Append(c);
            }
        }

        return text.Append('"');
    }
}
