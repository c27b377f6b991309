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

    public static string ProfileOf(string field) => "profile." + field;

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
        FeatureSpace space = FeatureSpace.FromJson(Contents.Space, name => (Bytes(BytesOf(name)), Longs(OffsetsOf(name))), name => Section(ProfileOf(name)) is null ? null : Longs(ProfileOf(name)));
        if (PackedKey.JsonOf(space.Schema) != Contents.Key.Schema)
        {
            throw Damaged("its feature space is of another schema");
        }

        PackedLog? training = Log(PackedFile.TrainingSection, Contents.Training, space), validation = Log(PackedFile.ValidationSection, Contents.Validation, space);
        return new PackedData(space, Contents.Fingerprint, training ?? throw Damaged("it holds nothing to train on"), Contents.Training.Restore(), validation, Contents.Validation?.Restore())
        {
            Selection = Contents.Selection,
            BadRows = Contents.BadRows.Restore(),
            ValidBadRows = Contents.ValidBadRows?.Restore(),
            Notes = Contents.Notes,
        };
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
        long end = length - trailer.Length, start = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        if (start < PackedFile.HeaderBytes || start > end || BinaryPrimitives.ReadInt64LittleEndian(trailer[8..]) != end - start || end - start > Array.MaxLength)
        {
            throw Damaged("its table of contents is not where it should be");
        }

        byte[] json = new byte[end - start];
        Read(file, start, json);
        PackedContents contents = JsonSerializer.Deserialize(json, PackedJson.Default.PackedContents) ?? throw Damaged("its table of contents is empty");
        return contents.Fault(start) is { } fault ? throw Damaged(fault) : contents;
    }

    private static EsmmException Damaged(string what) => new(EsmmErrorKind.ModelFile, what);

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

    /// <summary>A log that is as long as its counts say; null without counts.</summary>
    private PackedLog? Log(string name, PackedCounts? counts, FeatureSpace space)
    {
        var layout = new PackedLayout(space);
        PackedSection? section = Section(name);
        if (counts is null || section is null)
        {
            return counts is null && section is null ? null : throw Damaged("it has rows without counts, or counts without rows");
        }

        (long rows, long rest) = Math.DivRem(section.Length, layout.RecordBytes);
        return rest == 0 && rows == counts.Impressions && counts.Reached.Count == layout.Stages
            ? new PackedLog(_file, section.Offset, layout, rows)
            : throw Damaged("its rows are not those that it counts");
    }

    private byte[] Bytes(string name)
    {
        PackedSection section = Section(name) is { } found && found.Length <= Array.MaxLength ? found : throw Damaged("a vocabulary is missing");
        byte[] bytes = new byte[section.Length];
        Read(_file, section.Offset, bytes);
        return bytes;
    }

    private long[] Longs(string name)
    {
        // A last piece that is no whole integer is left out: then there are too few, which is noticed.
        long[] values = MemoryMarshal.Cast<byte, long>(Bytes(name)).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(values, values);
        }

        return values;
    }

    private PackedSection? Section(string name) => Contents.Sections.FirstOrDefault(section => section.Name == name);
}
