using EsmmLite.Features;
using Microsoft.Win32.SafeHandles;

namespace EsmmLite.Formats.Packed;

/// <summary>Encoded impressions in a file of records of one size, read by row number. Safe for several threads.</summary>
/// <remarks>Training reads this instead of the text: parsing and encoding are done once, memory stays bounded. The file is a temporary one, or a part of a packed log that was kept.</remarks>
public sealed class PackedLog : IDisposable
{
    private const int BufferRows = 1024;

    private static readonly int[] InOrder = [.. Enumerable.Range(0, BufferRows)];

    private readonly SafeFileHandle _file;
    private readonly long _offset; // of the first record
    private readonly byte[] _buffer;
    private readonly Lock _lock = new();

    internal PackedLog(SafeFileHandle file, long offset, PackedLayout layout, long rows)
    {
        _file = file;
        _offset = offset;
        Layout = layout;
        Rows = rows;
        _buffer = new byte[checked(BufferRows * layout.RecordBytes)];
    }

    /// <summary>Number of impressions.</summary>
    public long Rows { get; }

    /// <summary>Bytes of one impression.</summary>
    public int RecordBytes => Layout.RecordBytes;

    internal PackedLayout Layout { get; }

    /// <summary>Reads impressions into a batch, whose count is left as it is.</summary>
    /// <param name="firstRow">The first impression.</param>
    /// <param name="count">How many.</param>
    /// <param name="destination">The batch to write into.</param>
    /// <param name="destinationRow">The first row to write.</param>
    public void Read(long firstRow, int count, ImpressionBatch destination, int destinationRow)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(destinationRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destinationRow, destination.Capacity - count);
        Layout.Check(destination);
        lock (_lock)
        {
            for (int done = 0; done < count;)
            {
                int block = Math.Min(BufferRows, count - done);
                Span<byte> records = _buffer.AsSpan(0, block * RecordBytes);
                ReadRecords(firstRow + done, records);
                Layout.Unpack(records, InOrder.AsSpan(0, block), destination, destinationRow + done);
                done += block;
            }
        }
    }

    /// <summary>Closes the file; a temporary one is deleted.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Reads records as they lie in the file.</summary>
    internal void ReadRecords(long firstRow, Span<byte> records)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, Rows - records.Length / RecordBytes);
        long offset = _offset + firstRow * RecordBytes;
        while (records.Length > 0)
        {
            int read = RandomAccess.Read(_file, records, offset);
            if (read == 0)
            {
                throw new EsmmException(EsmmErrorKind.Data, "the packed log ends early", hint: "Its file was cut by something else.");
            }

            records = records[read..];
            offset += read;
        }
    }
}
