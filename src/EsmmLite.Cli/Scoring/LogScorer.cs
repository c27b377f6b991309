using System.Buffers;
using System.Globalization;
using System.Text;
using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Scoring;

/// <summary>Copies a log line by line and appends the three predictions to each, and a rank score if wanted. Memory does not grow with the log.</summary>
internal sealed class LogScorer
{
    private const int BatchRows = 1024;
    private const int LongestNumber = 32;

    private readonly string[] _columns;
    private readonly RankOutput? _rank;
    private readonly EsmmScorer _scorer;
    private readonly EncodedRows _rows;
    private readonly Stream _output;
    private readonly ImpressionBatch _batch;
    private readonly Prediction[] _predictions = new Prediction[BatchRows];
    private readonly ScoringWorkspace _workspace;
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16); // the lines of the batch, without their ends
    private readonly int[] _ends = new int[BatchRows];
    private readonly ArrayBufferWriter<byte> _text = new(1 << 16);
    private readonly char _delimiter;
    private readonly bool _isJson;
    private string _lineEnd = "\n";

    private LogScorer(EsmmScorer scorer, EncodedRows rows, Stream output, RankOutput? rank)
    {
        _rank = rank;
        _columns = ["pctr", "pcvr", "pctcvr", .. rank is null ? (string[])[] : ["rank_score"]];
        _scorer = scorer;
        _rows = rows;
        _output = output;
        _batch = scorer.Space.CreateBatch(BatchRows);
        _workspace = scorer.CreateWorkspace();
        _isJson = rows.Reader.IsJson;
        _delimiter = _isJson ? ',' : rows.Reader.Delimiter;
    }

    /// <summary>Scores a log.</summary>
    /// <returns>Number of rows.</returns>
    public static long Run(EsmmScorer scorer, DelimitedLog log, Stream output, RankOutput? rank, ProgressBoard board, ProgressPhase phase, CancellationToken token)
    {
        using var rows = new EncodedRows(log, scorer.Space, rank?.Columns ?? []);
        var writer = new LogScorer(scorer, rows, output, rank);
        foreach (string column in writer._columns)
        {
            if (rows.Reader.Header.Contains(column)) // of a log of JSON lines, those seen first
            {
                throw new EsmmException(EsmmErrorKind.Data, "there is a column " + ErrorText.Quote(column) + " already", rows.Reader.File + " line 1", "a log that was not scored before",
                    "Remove or rename it first.");
            }
        }

        long count = 0;
        while (true)
        {
            token.ThrowIfCancellationRequested();
            bool more = writer.FillBatch();
            if (count == 0)
            {
                writer.WriteHeader();
            }

            count += writer._batch.Count;
            writer.WriteBatch();
            if (!more)
            {
                rank?.Top?.WriteTo(output);
                output.Flush();
                Tell(rows, log, board);
                return count;
            }

            phase.Report(log.TotalBytes is > 0 and { } total ? rows.Reader.BytesRead / (double)total : null, Show.Count(count) + " impressions");
        }
    }

    private static void Tell(EncodedRows rows, DelimitedLog log, ProgressBoard board)
    {
        foreach (string note in rows.IdForms.NotesFor(rows.Space))
        {
            board.Line("note: " + note);
        }

        if (LogOptions.Note(rows.Reader.BadRows, log.Options) is { } bad)
        {
            board.Line(bad);
        }
    }

    private bool FillBatch()
    {
        string header = _rows.Reader.HeaderText;
        _batch.Count = 0;
        _lines.ResetWrittenCount();
        int count = 0;
        while (count < BatchRows)
        {
            if (!_rows.Read())
            {
                _batch.Count = count;
                return false;
            }

            if (_rows.Reader.HeaderText != header || _rows.Reader.IsJson != _isJson)
            {
                throw new EsmmException(EsmmErrorKind.Data, "the header differs from that of the file before", _rows.Reader.File + " line 1", ErrorText.Quote(header), "Score files of different columns one by one.");
            }

            if (_rank?.Fault(_rows, count) is { } fault)
            {
                _rows.Reader.Reject("value of the rank score that is no finite number", fault);
                continue;
            }

            Keep(_rows.Reader.Record);
            _ends[count] = _lines.WrittenCount;
            _rows.Encode(_batch, count++);
        }

        _batch.Count = count;
        return true;
    }

    private void Keep(ReadOnlySpan<char> record)
    {
        ReadOnlySpan<char> line = record.TrimEnd("\r\n");
        if (line.Length < record.Length)
        {
            _lineEnd = record.EndsWith("\r\n") ? "\r\n" : record[^1..].ToString();
        }

        if (_isJson)
        {
            // The predictions are put before the brace that ends the object; a line that holds keys has a quote.
            ReadOnlySpan<char> open = line.TrimEnd()[..^1].TrimEnd();
            line = open.Contains('"') ? open : "{";
        }

        Encoding.UTF8.GetBytes(line, _lines);
    }

    private void WriteHeader()
    {
        if (_isJson)
        {
            return;
        }

        Encoding.UTF8.GetBytes(_rows.Reader.HeaderText + _delimiter + string.Join(_delimiter, _columns) + _lineEnd, _text);
        _output.Write(_text.WrittenSpan);
        _text.ResetWrittenCount();
    }

    private void WriteBatch()
    {
        if (_batch.Count > 0)
        {
            _scorer.Score(_batch, _workspace, _predictions.AsSpan(0, _batch.Count));
        }

        int start = 0;
        for (int row = 0; row < _batch.Count; row++)
        {
            ReadOnlySpan<byte> line = _lines.WrittenSpan[start.._ends[row]];
            bool isFirst = _isJson && line.Length == 1;
            _text.Write(line);
            start = _ends[row];
            Append(0, _predictions[row].PCtr, isFirst);
            Append(1, _predictions[row].PCvr);
            Append(2, _predictions[row].PCtcvr);
            double score = _rank?.Score(_predictions[row], row) ?? 0;
            if (_rank is not null)
            {
                Append(3, score);
            }

            Encoding.UTF8.GetBytes(_isJson ? "}" : "", _text);
            Encoding.UTF8.GetBytes(_lineEnd, _text);
            if (_rank?.Top is { } top)
            {
                top.Add(_rank.GroupOf(row), score, _text.WrittenSpan, _rank.PlaceOf(row), _output);
                _text.ResetWrittenCount();
            }
        }

        _output.Write(_text.WrittenSpan);
        _text.ResetWrittenCount();
    }

    // A float or a double: the shortest text that reads back as the same.
    private void Append<T>(int column, T value, bool isFirst = false)
        where T : IUtf8SpanFormattable
    {
        Encoding.UTF8.GetBytes(isFirst ? [] : [_delimiter], _text);
        if (_isJson)
        {
            Encoding.UTF8.GetBytes("\"" + _columns[column] + "\":", _text);
        }

        value.TryFormat(_text.GetSpan(LongestNumber), out int length, default, CultureInfo.InvariantCulture);
        _text.Advance(length);
    }
}
