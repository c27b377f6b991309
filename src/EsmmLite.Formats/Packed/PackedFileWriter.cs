using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace EsmmLite.Formats.Packed;

/// <summary>Writes the sections of a packed file one after another, and takes their SHA-256 on the way.</summary>
internal sealed class PackedFileWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<PackedSection> _sections = [];
    private long _written;

    private PackedFileWriter(Stream stream) => _stream = stream;

    public static void Write(Stream stream, PackedKey key, PackedData data, CancellationToken cancellation)
    {
        using var writer = new PackedFileWriter(stream);
        writer.WriteHeader();
        writer.WriteLog(PackedFile.TrainingSection, data.Training, cancellation);
        if (data.Validation is not null)
        {
            writer.WriteLog(PackedFile.ValidationSection, data.Validation, cancellation);
        }

        for (int field = 0; field < data.Space.Encoders.Count; field++)
        {
            if (data.Space.Encoders[field] is { HasOutOfVocabulary: true, Field.Shares: null })
            {
                writer.WriteSection(PackedFileReader.BytesOf(data.Space.Schema.Fields[field].Name), data.Space.VocabularyBytes(field));
                writer.WriteSection(PackedFileReader.OffsetsOf(data.Space.Schema.Fields[field].Name), data.Space.VocabularyOffsets(field));
            }

            if (data.Space.Encoders[field].Profile?.ToState() is { } profile)
            {
                writer.WriteSection(PackedFileReader.ProfileOf(data.Space.Schema.Fields[field].Name), profile);
            }
        }

        writer.WriteContents(key, data);
    }

    public void Dispose() => _hash.Dispose();

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[PackedFile.HeaderBytes];
        header.Clear();
        PackedFile.Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[PackedFile.Magic.Length..], PackedFile.Version);
        Append(header);
    }

    private void WriteLog(string name, PackedLog log, CancellationToken cancellation)
    {
        long start = _written;
        int blockRows = Math.Max(1, (1 << 20) / log.RecordBytes);
        byte[] buffer = new byte[blockRows * log.RecordBytes];
        for (long row = 0; row < log.Rows; row += blockRows)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<byte> records = buffer.AsSpan(0, (int)Math.Min(blockRows, log.Rows - row) * log.RecordBytes);
            log.ReadRecords(row, records);
            Append(records);
        }

        _sections.Add(new PackedSection(name, start, _written - start));
    }

    private void WriteSection(string name, long[] values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(values, values);
        }

        WriteSection(name, MemoryMarshal.AsBytes(values));
    }

    private void WriteSection(string name, ReadOnlySpan<byte> bytes)
    {
        _sections.Add(new PackedSection(name, _written, bytes.Length));
        Append(bytes);
    }

    private void WriteContents(PackedKey key, PackedData data)
    {
        var contents = new PackedContents
        {
            Key = key,
            Fingerprint = data.Fingerprint,
            Selection = data.Selection,
            Space = data.Space.ToJson(),
            Training = PackedCounts.Of(data.TrainingCounts),
            Validation = data.ValidationCounts is null ? null : PackedCounts.Of(data.ValidationCounts),
            BadRows = PackedBadRows.Of(data.BadRows),
            ValidBadRows = data.ValidBadRows is null ? null : PackedBadRows.Of(data.ValidBadRows),
            Notes = data.Notes,
            Sections = _sections,
        };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(contents, PackedJson.Default.PackedContents);
        Span<byte> trailer = stackalloc byte[PackedFile.TrailerBytes];
        BinaryPrimitives.WriteInt64LittleEndian(trailer, _written);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[8..], json.Length);
        Append(json);
        Append(trailer[..16]);
        _hash.GetHashAndReset(trailer[16..]);
        _stream.Write(trailer[16..]);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _stream.Write(bytes);
        _written += bytes.Length;
    }
}
