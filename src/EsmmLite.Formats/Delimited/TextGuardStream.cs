using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace EsmmLite.Formats.Delimited;

/// <summary>Passes the (decompressed) bytes of a file on, takes their SHA-256 and refuses those that are not UTF-8, with their place.</summary>
internal sealed class TextGuardStream(Stream inner) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _carried = new byte[4]; // the beginning of a character that the last block cut
    private int _carriedLength;
    private long _line = 1;
    private long _column = 1; // of the next byte
    private NotUtf8Exception? _refusal;

    /// <summary>The SHA-256 of all bytes read. Ends the stream.</summary>
    public byte[] Digest() => _hash.GetHashAndReset();

    public override int Read(Span<byte> buffer)
    {
        if (_refusal is not null)
        {
            throw _refusal;
        }

        // Never all that is asked for: a reader of text then hands out what it has before it comes back, and meets what is thrown alone.
        int count = inner.Read(buffer.Length > 1 ? buffer[..^1] : buffer);
        if (count == 0 && !buffer.IsEmpty)
        {
            return _carriedLength == 0 ? 0 : throw Refuse(_carried.AsSpan(0, _carriedLength), 0);
        }

        Span<byte> block = buffer[..count];
        _hash.AppendData(block);
        int good = Check(block);
        return good > 0 || count == 0 ? good : throw _refusal!;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>How many bytes may be handed out: all, or those before the first that is not UTF-8.</summary>
    private int Check(ReadOnlySpan<byte> block)
    {
        int start = 0;
        while (_carriedLength > 0 && start < block.Length)
        {
            _carried[_carriedLength++] = block[start++];
            OperationStatus status = Rune.DecodeFromUtf8(_carried.AsSpan(0, _carriedLength), out _, out int consumed);
            if (status == OperationStatus.InvalidData || (status == OperationStatus.Done && consumed < _carriedLength))
            {
                _refusal = Refuse(_carried.AsSpan(0, _carriedLength), 0);
                return 0;
            }

            if (status == OperationStatus.Done)
            {
                _column += consumed;
                _carriedLength = 0;
            }
        }

        ReadOnlySpan<byte> rest = block[start..];
        int cut = CutCharacter(rest);
        ReadOnlySpan<byte> whole = rest[..^cut];
        if (!Utf8.IsValid(whole))
        {
            int at = 0;
            while (Rune.DecodeFromUtf8(whole[at..], out _, out int consumed) == OperationStatus.Done)
            {
                at += consumed;
            }

            _refusal = Refuse(whole, at);
            return start + at;
        }

        Pass(whole);
        if (cut > 0)
        {
            rest[^cut..].CopyTo(_carried);
            _carriedLength = cut;
        }

        return block.Length;
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        _line += bytes.Count((byte)'\n');
        int last = bytes.LastIndexOf((byte)'\n');
        _column = last < 0 ? _column + bytes.Length : bytes.Length - last;
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

    private NotUtf8Exception Refuse(ReadOnlySpan<byte> bytes, int at)
    {
        Pass(bytes[..at]);
        return new NotUtf8Exception(_line, _column, bytes[at]);
    }
}
