using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using EsmmLite.Features;
using Microsoft.Win32.SafeHandles;

namespace EsmmLite.Formats.Packed;

/// <summary>An open packed file whose checksum was found right: only then is anything in it believed.</summary>
internal sealed class PackedFileReader : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly SafeFileHandle _file;

    private PackedFileReader(SafeFileHandle file, PackedContents contents)
    {
        _file = file;
        Contents = contents;
    }

    public PackedContents Contents { get; }

    public static string BytesOf(string field) => "vocab." + field + ".bytes";

    public static string OffsetsOf(string field) => "vocab." + field + ".offsets";

    /// <summary>Opens a file and checks all of it.</summary>
    /// <returns>Null if it is damaged or of another version.</returns>
    public static PackedFileReader? Open(string path, CancellationToken cancellation, out string? unusable)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            PackedContents? contents = Check(file, cancellation, out unusable);
            return contents is null ? null : new PackedFileReader(Take(ref file), contents);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>The data; the file is theirs from now on.</summary>
    public PackedData Data()
    {
        FeatureSpace space = FeatureSpace.FromJson(Contents.Space, name => (Bytes(BytesOf(name)), Offsets(OffsetsOf(name))));
        return new PackedData(space, Contents.Fingerprint, Log(PackedFile.TrainingSection, space)!, Contents.Training.Restore(), Log(PackedFile.ValidationSection, space), Contents.Validation?.Restore()) { Selection = Contents.Selection };
    }

    public void Dispose() => _file.Dispose();

    private static PackedContents? Check(SafeFileHandle file, CancellationToken cancellation, out string? unusable)
    {
        Span<byte> header = stackalloc byte[PackedFile.HeaderBytes];
        long length = RandomAccess.GetLength(file);
        unusable = "is damaged: it ends early";
        if (length < PackedFile.HeaderBytes + PackedFile.TrailerBytes)
        {
            return null;
        }

        unusable = "was packed by another version";
        if (BinaryPrimitives.ReadInt32LittleEndian(Read(file, 0, header)[PackedFile.Magic.Length..]) != PackedFile.Version)
        {
            return null;
        }

        unusable = "is damaged: its checksum does not match";
        Span<byte> trailer = stackalloc byte[PackedFile.TrailerBytes];
        if (!Hash(file, length - SHA256.HashSizeInBytes, cancellation).AsSpan().SequenceEqual(Read(file, length - trailer.Length, trailer)[16..]))
        {
            return null;
        }

        unusable = null;
        byte[] json = new byte[BinaryPrimitives.ReadInt64LittleEndian(trailer[8..])];
        Read(file, BinaryPrimitives.ReadInt64LittleEndian(trailer), json);
        return JsonSerializer.Deserialize(json, PackedJson.Default.PackedContents)!;
    }

    private static byte[] Hash(SafeFileHandle file, long length, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        for (long at = 0; at < length;)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
            hash.AppendData(Read(file, at, block));
            at += block.Length;
        }

        return hash.GetHashAndReset();
    }

    private static Span<byte> Read(SafeFileHandle file, long offset, Span<byte> destination)
    {
        for (int done = 0; done < destination.Length;)
        {
            int read = RandomAccess.Read(file, destination[done..], offset + done);
            done += read > 0 ? read : throw new EndOfStreamException("it became shorter while it was read");
        }

        return destination;
    }

    private static SafeFileHandle Take(ref SafeFileHandle file)
    {
        SafeFileHandle taken = file;
        file = null!;
        return taken;
    }

    private PackedLog? Log(string name, FeatureSpace space)
    {
        var layout = new PackedLayout(space);
        return Section(name) is { } section ? new PackedLog(_file, section.Offset, layout, section.Length / layout.RecordBytes) : null;
    }

    private byte[] Bytes(string name)
    {
        PackedSection section = Section(name)!;
        byte[] bytes = new byte[section.Length];
        Read(_file, section.Offset, bytes);
        return bytes;
    }

    private long[] Offsets(string name)
    {
        long[] offsets = MemoryMarshal.Cast<byte, long>(Bytes(name)).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(offsets, offsets);
        }

        return offsets;
    }

    private PackedSection? Section(string name) => Contents.Sections.FirstOrDefault(section => section.Name == name);
}
