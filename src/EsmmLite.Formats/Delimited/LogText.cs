using System.Globalization;
using System.Text;
using EsmmLite.Formats.Blocks;

namespace EsmmLite.Formats.Delimited;

/// <summary>The text of one file of a log: decompressed, known to be UTF-8, with its digest at the end.</summary>
internal sealed class LogText : IDisposable
{
    public const int BufferLength = 1 << 16;

    private readonly Stream _raw;
    private readonly TextGuardStream _guard;
    private readonly string _file;
    private long _rawBytes;

    public LogText(DelimitedLog log, string file)
    {
        _file = file;
        _raw = log.OpenRaw(file);
        byte[] head = new byte[2];
        int read = _raw.ReadAtLeast(head, 2, throwOnEndOfStream: false);
        bool gzip = read == 2 && head[0] == 0x1F && head[1] == 0x8B;
        _guard = new TextGuardStream(gzip ? new GzipLogStream(head, _raw) : new JoinedStream(head[..read], _raw, []));
        Reader = new StreamReader(_guard, new UTF8Encoding(true, true), detectEncodingFromByteOrderMarks: false, BufferLength + 1);
    }

    public StreamReader Reader { get; }

    /// <summary>SHA-256 of the decompressed bytes; null until <see cref="Finish"/>.</summary>
    public byte[]? Digest { get; private set; }

    /// <summary>Bytes taken from the file on disk so far.</summary>
    public long BytesRead => Digest is null && _raw.CanSeek ? _raw.Position : _rawBytes;

    /// <summary>Takes the digest, once all was read.</summary>
    public void Finish()
    {
        if (Digest is null)
        {
            _rawBytes = _raw.CanSeek ? _raw.Position : 0;
            Digest = _guard.Digest();
        }
    }

    public void Dispose() => Reader.Dispose();

    /// <summary>Whether an exception says that the bytes of the file are damaged.</summary>
    public static bool IsDamage(Exception e) => e is InvalidDataException or EndOfStreamException or NotUtf8Exception;

    /// <summary>What to tell of damage.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="line">The line on which the record begins that could not be read.</param>
    /// <param name="record">Its number among the file's records, from 1; 0 for the header.</param>
    public EsmmException Damage(Exception e, long line, long record) => e switch
    {
        NotUtf8Exception text => new EsmmException(EsmmErrorKind.Data, "bytes that are not UTF-8, in " + NameOf(record) + string.Create(CultureInfo.InvariantCulture, $", byte {text.Column} of the line (0x{text.Value:X2})"),
            RowPlace.Of(_file, Math.Max(line, text.Line)), "UTF-8 text", "Save the file as UTF-8.", e),
        EndOfStreamException => new EsmmException(EsmmErrorKind.Data, "the gzip data end early, in " + NameOf(record), RowPlace.Of(_file, line), "the whole file", "It was cut: copy or write it again.", e),
        _ => new EsmmException(EsmmErrorKind.Data, "the gzip data are damaged, in or after " + NameOf(record) + (e.Message.Length > 0 ? ": " + e.Message.TrimEnd('.') : ""), RowPlace.Of(_file, line), "the file as it was compressed", innerException: e),
    };

    public static string NameOf(long record) => record == 0 ? "the header" : "record " + record.ToString("N0", CultureInfo.InvariantCulture);
}
