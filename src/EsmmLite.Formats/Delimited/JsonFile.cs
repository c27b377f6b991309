using System.Globalization;
using EsmmLite.Formats.BadInput;

namespace EsmmLite.Formats.Delimited;

/// <summary>A file of JSON lines: an object a line. Its keys are the columns; a key that is not there, and null, are the empty text.</summary>
/// <remarks>Numbers are the texts as they are written, true and false those words. Names of columns are the keys of the first lines.</remarks>
internal sealed class JsonFile : LogFile
{
    /// <summary>Stands for the delimiter.</summary>
    public const char Mark = '{';

    private const int LookAhead = 1 << 18;

    private static readonly string[] Names = [".jsonl", ".ndjson"];
    private static readonly string[] OtherNames = [".csv", ".tsv", ".tab"];

    private readonly LineBuffer _lines;
    private readonly JsonRow _row = new();

    public JsonFile(LogText text, DelimitedLogOptions options, string file)
        : base(text, file)
    {
        if (options.Delimiter is not null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "a delimiter was given, but JSON lines have none", DelimitedLog.DisplayName(file), "a CSV or TSV file, or no delimiter");
        }

        _lines = new LineBuffer(text.Reader, options.MaxRecordLength);
        Delimiter = Mark;
    }

    public override ReadOnlySpan<char> Record => _lines.Current;

    public override bool IsVerbatim => false;

    /// <summary>Whether a file is one of JSON lines: by its name, or else by its first character.</summary>
    public static bool IsMeant(DelimitedLogOptions options, string file, LogText text)
    {
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Names.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            || (options.Delimiter is null && !OtherNames.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) && text.Reader.Peek() == Mark);
    }

    public ReadOnlySpan<char> Value(int place) => _row.Value(place);

    public override int PlaceOf(string column) => _row.Want(column);

    public override string? Unseen() => _row.SoundRows == 0 ? null : _row.Unseen();

    protected override void Begin()
    {
        Line = 1;
        foreach (Range line in _lines.Peek(LookAhead))
        {
            _row.Look(_lines.Peeked(line));
        }

        Header = _row.Plain();
        Line = 0;
    }

    protected override bool Advance()
    {
        for (Line++; _lines.Next(); Line++)
        {
            ReadOnlySpan<char> line = _lines.Current;
            if (!line.IsWhiteSpace())
            {
                Records++;
                Fault = line.Contains('\0') ? RowFault.Nul : _row.Read(line);
                return true;
            }
        }

        return _lines.IsTooLong ? throw new EsmmException(EsmmErrorKind.Data, LogText.NameOf(Records + 1) + " is too long", Where, string.Create(CultureInfo.InvariantCulture, $"at most {_lines.Longest:N0} characters"),
            "Each object stands on a line of its own.") : false;
    }
}
