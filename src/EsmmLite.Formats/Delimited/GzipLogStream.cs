using System.IO.Compression;

namespace EsmmLite.Formats.Delimited;

/// <summary>Decompresses gzip of any number of members, and notices when the data end early, which the runtime's stream does not.</summary>
/// <remarks>
/// A known member is appended to the compressed bytes. If its content comes out last, everything before it was whole; if it
/// does not, the file was cut somewhere or other bytes follow the last member. It was cut if the decompressor asked for the mark
/// before it was done with a member: everything else is found before that. From then on nothing is handed out until the end has
/// come, because a decompressor in the middle of something takes the mark for whatever it waits for.
/// </remarks>
internal sealed class GzipLogStream : ReadOnlyStream
{
    // It says the same twice, so that it is not stored as it is, and can't come out of a cut file by accident.
    private static readonly byte[] Mark = "\u0001end of the log, written by its reader; end of the log, written by its reader\u0002"u8.ToArray();
    private static readonly byte[] MarkMember = Compress(Mark);

    private readonly JoinedStream _bytes;
    private readonly GZipStream _inner;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _over;

    /// <summary>Creates the stream over compressed bytes of which the first were read already.</summary>
    public GzipLogStream(byte[] head, Stream rest)
    {
        _bytes = new JoinedStream(head, rest, MarkMember);
        _inner = new GZipStream(_bytes, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        // The last bytes are held back until it is known whether they are the mark.
        while (!_over && (_bytes.IsTailTaken || _end - _start <= Mark.Length))
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * _buffer.Length);
            }

            int read = Decompress(_buffer.AsSpan(_end));
            _end += read;
            if (read == 0)
            {
                _over = true;
                if (!_buffer.AsSpan(_start, _end - _start).EndsWith(Mark))
                {
                    throw _bytes.IsTailTaken ? new EndOfStreamException() : new InvalidDataException("other bytes follow them");
                }
            }
        }

        int count = Math.Min(buffer.Length, _end - _start - Mark.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Decompress(Span<byte> buffer)
    {
        try
        {
            return _inner.Read(buffer);
        }
        catch (InvalidDataException e) when (_bytes.IsTailTaken)
        {
            throw new EndOfStreamException(e.Message, e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("", e);
        }
    }

    private static byte[] Compress(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }
}
