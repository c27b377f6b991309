using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using EsmmLite.Diagnostics;

namespace EsmmLite.Persistence;

/// <summary>A verified safetensors file of the <c>esmmlite/1</c> profile: metadata, and tensors to be read by name.</summary>
/// <remarks>
/// <para>Opening reads the whole file once, in bounded memory, and refuses it unless header and checksum hold. On the way every tensor's own
/// SHA-256 is kept. A later read hashes the very bytes it hands out and compares, so a file that changes meanwhile is noticed.</para>
/// <para>Every refusal is an <see cref="EsmmException"/> of kind <see cref="EsmmErrorKind.ModelFile"/> with file, byte and reason.
/// Reading is safe for several threads.</para>
/// </remarks>
public sealed class TensorFile : IDisposable
{
    private const int BufferBytes = 1 << 19;
    private readonly FileBytes _bytes;
    private readonly Dictionary<string, (TensorInfo Info, byte[] Digest)> _byName = new(StringComparer.Ordinal);

    private TensorFile(FileBytes bytes)
    {
        _bytes = bytes;
        byte[] head = ReadHead();
        SafetensorsHeader header = SafetensorsHeader.Parse(head.AsSpan(SafetensorsFormat.LengthBytes), bytes.Length - head.Length, bytes.Path);
        Metadata = header.Metadata;
        Tensors = [.. header.Tensors.SkipLast(1)];
        Digest = Verify(head, header.Tensors[^1].Offset);
    }

    /// <summary>The file's name, for messages.</summary>
    public string Path => _bytes.Path;

    /// <summary>Text by key, in the order of the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of the file, without the checksum.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>The file's digest, lower-case hexadecimal: SHA-256 of every byte before the checksum.</summary>
    public string Digest { get; }

    /// <summary>Opens and verifies a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EsmmException">The file cannot be read, is damaged, or is not of this format.</exception>
    public static TensorFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = new FileBytes(path);
        try
        {
            return new TensorFile(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file has a tensor.</summary>
    /// <param name="name">The tensor's name.</param>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>What the header says of a tensor.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="EsmmException">The file has no such tensor.</exception>
    public TensorInfo Info(string name) => Find(name).Info;

    /// <summary>Reads a whole tensor into new memory.</summary>
    /// <inheritdoc cref="ReadInto{T}(string, Span{T}, bool)"/>
    public T[] Read<T>(string name, bool requireFinite = true)
        where T : unmanaged
    {
        TensorInfo info = Find(name).Info;
        long elements = info.Type is { } type ? info.ByteLength / DTypes.SizeOf(type) : 0;
        if (elements > Array.MaxLength)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"{elements} elements do not fit one array", $"tensor '{name}'", hint: "Read it into several blocks.");
        }

        T[] values = new T[elements];
        ReadInto(name, values.AsSpan(), requireFinite);
        return values;
    }

    /// <summary>Reads a whole tensor.</summary>
    /// <typeparam name="T">float, double, long or byte, as the tensor's type is.</typeparam>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">As many elements as the tensor has. After an exception its content is not to be used.</param>
    /// <param name="requireFinite">Whether an infinity or NaN is a fault.</param>
    /// <exception cref="EsmmException">There is no such tensor, it has another type or size, a value is not finite, or the file changed since it was opened.</exception>
    public void ReadInto<T>(string name, Span<T> destination, bool requireFinite = true)
        where T : unmanaged
    {
        using TensorReading reading = Begin<T>(name, destination.Length);
        reading.Fill(destination);
        reading.Finish();
        if (requireFinite)
        {
            reading.RequireFinite<T>(destination, 0);
        }
    }

    /// <summary>Reads a whole tensor into several blocks that follow one another; for tensors too large for one.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="blocks">Together as many elements as the tensor has. After an exception their content is not to be used.</param>
    /// <param name="requireFinite">Whether an infinity or NaN is a fault.</param>
    /// <inheritdoc cref="ReadInto{T}(string, Span{T}, bool)"/>
    public void ReadBlocks<T>(string name, IReadOnlyList<Memory<T>> blocks, bool requireFinite = true)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(blocks);
        using TensorReading reading = Begin<T>(name, blocks.Sum(b => (long)b.Length));
        foreach (Memory<T> block in blocks)
        {
            reading.Fill(block.Span);
        }

        reading.Finish();
        long first = 0;
        foreach (Memory<T> block in requireFinite ? blocks : [])
        {
            reading.RequireFinite<T>(block.Span, first);
            first += block.Length;
        }
    }

    /// <summary>A tensor of this file as one to be saved under another name: its bytes pass through a small buffer, and are compared with those verified.</summary>
    internal TensorSource AsSource(string name, string newName)
    {
        (TensorInfo info, byte[] digest) = Find(name);
        return new Copy(newName, _bytes, info, digest);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _bytes.Dispose();

    private (TensorInfo Info, byte[] Digest) Find(string name) => _byName.TryGetValue(name, out var found)
        ? found
        : throw new EsmmException(EsmmErrorKind.ModelFile, $"there is no tensor '{ErrorText.Shorten(name)}'", Path, hint: "The file belongs to another kind of model, or to another schema.");

    private TensorReading Begin<T>(string name, long elements)
        where T : unmanaged
    {
        (TensorInfo info, byte[] digest) = Find(name);
        if (info.Type != DTypes.Of<T>() || elements != info.ByteLength / DTypes.SizeOf(info.Type.Value))
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"{elements} elements of {DTypes.Of<T>()} were asked for", $"{Path}, tensor '{name}'", $"{info.Type} {TensorInfo.Text(info.Shape)}");
        }

        return new TensorReading(_bytes, info, digest);
    }

    /// <summary>Length word and header. The claim is checked before any memory is taken for it.</summary>
    private byte[] ReadHead()
    {
        Span<byte> word = stackalloc byte[SafetensorsFormat.LengthBytes];
        if (_bytes.Length < word.Length)
        {
            throw FileBytes.Fault(Path, 0, $"the file has {_bytes.Length} bytes", "at least 8");
        }

        _bytes.Read(0, word);
        ulong claim = BinaryPrimitives.ReadUInt64LittleEndian(word);
        if (claim > SafetensorsFormat.MaxHeaderBytes || (long)claim > _bytes.Length - word.Length)
        {
            throw FileBytes.Fault(Path, 0, $"the header claims {claim} bytes in a file of {_bytes.Length}", $"at most {SafetensorsFormat.MaxHeaderBytes}, and not more than the file has");
        }

        byte[] head = new byte[word.Length + (int)claim];
        word.CopyTo(head);
        _bytes.Read(word.Length, head.AsSpan(word.Length));
        return head;
    }

    /// <summary>Hashes the file as a whole and each tensor on its own, in one pass.</summary>
    private string Verify(byte[] head, long end)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var single = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            whole.AppendData(head);
            foreach (TensorInfo tensor in Tensors)
            {
                for (long done = 0; done < tensor.ByteLength;)
                {
                    Span<byte> part = buffer.AsSpan(0, (int)Math.Min(BufferBytes, tensor.ByteLength - done));
                    _bytes.Read(tensor.Offset + done, part);
                    whole.AppendData(part);
                    single.AppendData(part);
                    done += part.Length;
                }

                _byName.Add(tensor.Name, (tensor, single.GetHashAndReset()));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        byte[] stored = new byte[SafetensorsFormat.DigestBytes];
        _bytes.Read(end, stored);
        byte[] actual = whole.GetHashAndReset();
        return actual.AsSpan().SequenceEqual(stored)
            ? Convert.ToHexStringLower(actual)
            : throw FileBytes.Fault(Path, end, $"the checksum is {Convert.ToHexStringLower(stored)}", $"{Convert.ToHexStringLower(actual)}, the SHA-256 of the bytes before it");
    }

    private sealed class Copy(string name, FileBytes bytes, TensorInfo info, byte[] digest) : TensorSource(name, info.Type!.Value, info.Shape.AsSpan())
    {
        public override void WriteTo(Stream destination)
        {
            using TensorReading reading = new(bytes, info, digest);
            byte[] buffer = new byte[(int)Math.Min(BufferBytes, ByteLength)];
            for (long done = 0; done < ByteLength;)
            {
                Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, ByteLength - done));
                reading.Fill(part);
                destination.Write(part);
                done += part.Length;
            }

            reading.Finish();
        }
    }
}
