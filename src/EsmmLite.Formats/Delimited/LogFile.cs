using System.Globalization;
using System.Text;
using EsmmLite.Formats.Blocks;
using Sylvan.Data.Csv;

namespace EsmmLite.Formats.Delimited;

/// <summary>One file of a log, open: header, then records with the line they begin on.</summary>
internal sealed class LogFile : IDisposable
{
    // Half of a surrogate pair begins no line of valid text, so no line is taken for a comment.
    private const char NoComment = '\uDC00';
    private const int BufferLength = 1 << 16;

    private readonly Stream _raw;
    private readonly TextGuardStream _guard;
    private readonly StreamReader _text;
    private readonly string _file;
    private CsvDataReader? _csv;
    private long _nextLine;
    private long _rawBytes;

    public LogFile(DelimitedLog log, string file)
    {
        _file = file;
        _raw = log.OpenRaw(file);
        byte[] head = new byte[2];
        int read = _raw.ReadAtLeast(head, 2, throwOnEndOfStream: false);
        bool gzip = read == 2 && head[0] == 0x1F && head[1] == 0x8B;
        Stream bytes = gzip ? new GzipLogStream(head, _raw) : new JoinedStream(head[..read], _raw, []);
        _guard = new TextGuardStream(bytes, DelimitedLog.DisplayName(file));
        _text = new StreamReader(_guard, new UTF8Encoding(true, true), detectEncodingFromByteOrderMarks: false, BufferLength);
        Header = [];
        try
        {
            Guarded(() => Begin(log, file));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The column names.</summary>
    public string[] Header { get; private set; }

    /// <summary>The header as it was written, without its line end.</summary>
    public string HeaderText { get; private set; } = "";

    /// <summary>What stands between two fields.</summary>
    public char Delimiter { get; private set; }

    /// <summary>The current record as it was written, with its line end if it has one.</summary>
    public ReadOnlySpan<char> Record => _csv!.GetRawRecordSpan();

    /// <summary>Whether there is a quote in the current record; without one its values lie in it as they are.</summary>
    public bool HasQuotes { get; private set; }

    /// <summary>The line on which the current record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>SHA-256 of the decompressed bytes; null until the last record was read.</summary>
    public byte[]? Digest { get; private set; }

    /// <summary>Bytes taken from the file on disk so far.</summary>
    public long BytesRead => Digest is null && _raw.CanSeek ? _raw.Position : _rawBytes;

    public string Where => RowPlace.Of(_file, Line);

    /// <summary>Goes to the next record; blank lines are passed over.</summary>
    public bool Read()
    {
        try
        {
            while (Advance())
            {
                ReadOnlySpan<char> record = _csv!.GetRawRecordSpan();
                HasQuotes = record.Contains('"');
                _nextLine = Line + (HasQuotes ? LinesOf(record) : 1);
                if (record.Length <= 2 && record.TrimEnd("\r\n").IsEmpty)
                {
                    continue;
                }

                if (_csv.RowFieldCount != Header.Length)
                {
                    throw new EsmmException(EsmmErrorKind.Data, "the record has " + _csv.RowFieldCount + " fields", Where, Header.Length + " as in the header",
                        "A delimiter inside a value needs quotes around the value.");
                }

                return true;
            }

            Finish();
            return false;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damage(e);
        }
    }

    public ReadOnlySpan<char> Value(int ordinal) => _csv!.GetFieldSpan(ordinal);

    public void Dispose()
    {
        _csv?.Dispose();
        _text.Dispose();
    }

    private void Begin(DelimitedLog log, string file)
    {
        Line = 1;
        string? header = HeaderLine.Read(_text, log.Options.MaxRecordLength, out int lines);
        if (header is null)
        {
            throw new EsmmException(EsmmErrorKind.Data, "there is no header", Where, "a first line with the names of the columns");
        }

        var options = new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = log.Options.Delimiter ?? HeaderLine.ChooseDelimiter(file, header),
            Comment = NoComment,
            Culture = CultureInfo.InvariantCulture,
            BufferSize = Math.Min(BufferLength, log.Options.MaxRecordLength),
            MaxBufferSize = log.Options.MaxRecordLength,
        };
        Header = HeaderLine.Split(header, options);
        HeaderText = header;
        Delimiter = options.Delimiter!.Value;
        _nextLine = 1 + lines;
        Line = _nextLine;
        _csv = CsvDataReader.Create(_text, options);
    }

    /// <summary>Over how many lines a record stretches.</summary>
    private static int LinesOf(ReadOnlySpan<char> record)
    {
        int lineEnds = record.Count('\n');
        return lineEnds == 0 ? 1 : record[^1] == '\n' || record[^1] == '\r' ? lineEnds : lineEnds + 1;
    }

    private bool Advance()
    {
        Line = _nextLine;
        return _csv!.Read();
    }

    private void Finish()
    {
        if (Digest is null)
        {
            _rawBytes = _raw.CanSeek ? _raw.Position : 0;
            Digest = _guard.Digest();
        }
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damage(e);
        }
    }

    private static bool IsDamage(Exception e) => e is CsvFormatException or InvalidDataException;

    private EsmmException Damage(Exception e) => e switch
    {
        CsvRecordTooLargeException => new EsmmException(EsmmErrorKind.Data, "the record is too long", Where, "a record within the longest allowed", "A quote that is never closed takes in all that follows.", e),
        CsvFormatException => new EsmmException(EsmmErrorKind.Data, "the record's quotes don't match", Where, "a quoted value that ends with a quote before the delimiter", "A quote inside a quoted value is written twice.", e),
        _ => new EsmmException(EsmmErrorKind.Data, "the gzip data are damaged or end early", Where, innerException: e),
    };
}
