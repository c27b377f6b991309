using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Formats;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Scoring;

/// <summary>The rank scores of a log's rows: the columns that an expression names, and which lines are kept.</summary>
internal sealed class RankOutput
{
    private readonly RankExpression _expression;
    private readonly string? _group;
    private readonly List<double> _values = []; // of the batch, row by row
    private readonly List<string> _groups = [];
    private readonly List<(string File, long Line)> _places = [];

    private RankOutput(RankExpression expression, int? top, string? group)
    {
        (_expression, _group) = (expression, group);
        Top = top is { } keep ? new TopLines(keep) : null;
    }

    /// <summary>The columns to take along.</summary>
    public IReadOnlyList<string> Columns => [.. _expression.Columns, .. _group is null ? (string[])[] : [_group]];

    /// <summary>The lines that are kept; null where all are.</summary>
    public TopLines? Top { get; }

    /// <summary>What the options ask for; null without an expression.</summary>
    public static RankOutput? Of(string? expression, int? top, string? group)
    {
        if (expression is null && (top ?? (object?)group) is not null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, (top is null ? "--group" : "--top") + " is given without --rank", hint: "Say what to rank by, such as --rank pctcvr.");
        }

        if (group is not null && top is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--group is given without --top", hint: "Say how many lines of a group to keep.");
        }

        return expression is null ? null : new RankOutput(RankExpression.Parse(expression), top, group);
    }

    /// <summary>Takes the values of the current row, or says what is wrong with one of them.</summary>
    public EsmmException? Fault(EncodedRows rows, int row)
    {
        int width = _expression.Columns.Count;
        if (row == 0)
        {
            _values.Clear();
            _groups.Clear();
            _places.Clear();
        }

        for (int column = 0; column < width; column++)
        {
            ReadOnlySpan<char> text = rows.Extra(column).Trim();
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                _values.RemoveRange(row * width, column);
                return new EsmmException(EsmmErrorKind.Data, "value " + ErrorText.Quote(text) + " is not a finite number", "column " + ErrorText.Quote(_expression.Columns[column]), "a number for the rank score");
            }

            _values.Add(value);
        }

        _places.Add((rows.Reader.File, rows.Reader.Line));
        ReadOnlySpan<char> group = _group is null ? "" : rows.Extra(width);
        _groups.Add(row > 0 && group.SequenceEqual(_groups[^1]) ? _groups[^1] : group.ToString());
        return null;
    }

    /// <summary>The rank score of a row of the batch.</summary>
    /// <exception cref="EsmmException">It is not finite, with file and line.</exception>
    public double Score(in Prediction prediction, int row)
    {
        int width = _expression.Columns.Count;
        try
        {
            return _expression.Evaluate(in prediction, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values).Slice(row * width, width));
        }
        catch (EsmmException fault)
        {
            (string file, long line) = _places[row];
            throw new EsmmException(fault.Kind, fault.What, FormattableString.Invariant($"{file} line {line}, {fault.Where}"), fault.Expected, fault.Hint, fault);
        }
    }

    /// <summary>Where a row of the batch stands.</summary>
    public (string File, long Line) PlaceOf(int row) => _places[row];

    /// <summary>The group of a row of the batch; empty where there are none.</summary>
    public string GroupOf(int row) => _groups[row];
}
