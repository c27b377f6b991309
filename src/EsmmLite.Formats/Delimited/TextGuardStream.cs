using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace EsmmLite.Formats.Delimited;

/// <summary>Passes the (decompressed) bytes of a file on, takes their SHA-256 and refuses those that are not UTF-8, with their line.</summary>
internal sealed class TextGuardStream(Stream inner, string file) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _carried = new byte[4]; // the beginning of a character that the last block cut
    private int _carriedLength;
    private long _line = 1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The SHA-256 of all bytes read. Ends the stream.</summary>
    public byte[] Digest() => _hash.GetHashAndReset();

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        if (count == 0 && !buffer.IsEmpty)
        {
            if (_carriedLength > 0)
            {
                throw Refuse();
            }

            return 0;
        }

        Span<byte> block = buffer[..count];
        _hash.AppendData(block);
        Check(block);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> block)
    {
        while (_carriedLength > 0 && block.Length > 0)
        {
            _carried[_carriedLength++] = block[0];
            block = block[1..];
            OperationStatus status = Rune.DecodeFromUtf8(_carried.AsSpan(0, _carriedLength), out _, out int consumed);
            if (status == OperationStatus.InvalidData || (status == OperationStatus.Done && consumed < _carriedLength))
            {
                throw Refuse();
            }

            _carriedLength = status == OperationStatus.Done ? 0 : _carriedLength;
        }

        int cut = CutCharacter(block);
        ReadOnlySpan<byte> whole = block[..^cut];
        if (!Utf8.IsValid(whole))
        {
            int at = 0;
            while (Rune.DecodeFromUtf8(whole[at..], out _, out int consumed) == OperationStatus.Done)
            {
                at += consumed;
            }

            _line += whole[..at].Count((byte)'\n');
            throw Refuse();
        }

        _line += whole.Count((byte)'\n');
        if (cut > 0)
        {
            block[^cut..].CopyTo(_carried);
            _carriedLength = cut;
        }
    }

    /// <summary>How many bytes at the end begin a character that goes on in the next block.</summary>
    private static int CutCharacter(ReadOnlySpan<byte> block)
    {
        for (int length = 1; length <= Math.Min(3, block.Length); length++)
        {
            byte b = block[^length];
            if ((b & 0xC0) != 0x80)
            {
                return Rune.DecodeFromUtf8(block[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
            }
        }

        return 0;
    }

    private EsmmException Refuse()
    {
        return new EsmmException(EsmmErrorKind.Data, "bytes that are not UTF-8", file + " line " + _line.ToString(CultureInfo.InvariantCulture), "UTF-8 text", "Save the file as UTF-8.");
    }
}
