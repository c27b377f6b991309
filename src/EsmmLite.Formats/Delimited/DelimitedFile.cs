using System.Buffers;
using System.Globalization;
using EsmmLite.Formats.BadInput;
using Sylvan.Data.Csv;

namespace EsmmLite.Formats.Delimited;

/// <summary>A file of records with a delimiter between their fields: CSV, TSV and their relatives.</summary>
internal sealed class DelimitedFile(LogText text, DelimitedLogOptions options, string file) : LogFile(text, file)
{
    // Half of a surrogate pair begins no line of valid text, so no line is taken for a comment.
    private const char NoComment = '\uDC00';

    private static readonly SearchValues<char> Special = SearchValues.Create("\"\0");

    private CsvDataReader? _csv;
    private char[] _kept = [];
    private int _keptLength;
    private bool _hasQuotes;
    private long _nextLine;

    // Taking values out of quotes changes the reader's copy of the record.
    public override ReadOnlySpan<char> Record => _hasQuotes ? _kept.AsSpan(0, _keptLength) : _csv!.GetRawRecordSpan();

    public override bool IsVerbatim => !_hasQuotes;

    public ReadOnlySpan<char> Value(int place) => _csv!.GetFieldSpan(place);

    public override int PlaceOf(string column) => Array.IndexOf(Header, column);

    public override void Dispose()
    {
        _csv?.Dispose();
        base.Dispose();
    }

    protected override void Begin()
    {
        Line = 1;
        string? header = HeaderLine.Read(Text.Reader, options.MaxRecordLength, out int lines);
        if (header is null)
        {
            throw new EsmmException(EsmmErrorKind.Data, "there is no header", Where, "a first line with the names of the columns");
        }

        if (header.Contains('\0', StringComparison.Ordinal))
        {
            throw new EsmmException(EsmmErrorKind.Data, "the header holds the character NUL", Where, "UTF-8 text with the names of the columns", "If the file is UTF-16, save it as UTF-8.");
        }

        var csv = new CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = options.Delimiter ?? HeaderLine.ChooseDelimiter(Name, header),
            Comment = NoComment,
            Culture = CultureInfo.InvariantCulture,
            BufferSize = Math.Min(LogText.BufferLength, options.MaxRecordLength),
            MaxBufferSize = options.MaxRecordLength,
        };
        try
        {
            Header = HeaderLine.Split(header, csv);
        }
        catch (CsvFormatException e)
        {
            throw Broken(e);
        }

        HeaderText = header;
        Delimiter = csv.Delimiter!.Value;
        _nextLine = 1 + lines;
        (Line, Records) = (_nextLine, 1); // the first record is looked at now
        try
        {
            _csv = CsvDataReader.Create(Text.Reader, csv);
        }
        catch (CsvFormatException e)
        {
            throw Broken(e);
        }

        Records = 0;
    }

    protected override bool Advance()
    {
        try
        {
            while (true)
            {
                Line = _nextLine;
                if (!_csv!.Read())
                {
                    return false;
                }

                ReadOnlySpan<char> record = _csv.GetRawRecordSpan();
                int special = record.IndexOfAny(Special);
                _hasQuotes = special >= 0 && record[special..].Contains('"');
                _nextLine = Line + (_hasQuotes ? Keep(record) : 1);
                if (record.Length > 2 || !record.TrimEnd("\r\n").IsEmpty)
                {
                    Records++;
                    Fault = _csv.RowFieldCount != Header.Length ? RowFault.Ragged(_csv.RowFieldCount, Header.Length)
                        : special >= 0 && record[special..].Contains('\0') ? RowFault.Nul : null;
                    return true;
                }
            }
        }
        catch (CsvFormatException e)
        {
            Records++;
            throw Broken(e);
        }
    }

    /// <summary>Keeps a record with quotes as it is.</summary>
    /// <returns>Over how many lines it stretches.</returns>
    private int Keep(ReadOnlySpan<char> record)
    {
        if (_kept.Length < record.Length)
        {
            _kept = new char[Math.Max(record.Length, 2 * _kept.Length)];
        }

        record.CopyTo(_kept);
        _keptLength = record.Length;
        int lineEnds = record.Count('\n');
        return lineEnds == 0 ? 1 : record[^1] == '\n' || record[^1] == '\r' ? lineEnds : lineEnds + 1;
    }

    private EsmmException Broken(CsvFormatException e) => e is CsvRecordTooLargeException
        ? new EsmmException(EsmmErrorKind.Data, LogText.NameOf(Records) + " is too long", Where, string.Create(CultureInfo.InvariantCulture, $"at most {options.MaxRecordLength:N0} characters"), "A quote that is never closed takes in all that follows.", e)
        : new EsmmException(EsmmErrorKind.Data, "the quotes of " + LogText.NameOf(Records) + " don't match", Where, "a quoted value that ends with a quote before the delimiter", "A quote inside a quoted value is written twice.", e);
}
