using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Blocks;

/// <summary>Reads a log with a schema: rows with field values, labels after the funnel rule, and the part they belong to.</summary>
internal sealed class LabelledRows : IDisposable
{
    private const int RowsPerFill = 4 * RowBlock.Capacity;

    private readonly FunnelRule _rule;
    private readonly Holdout? _holdout;
    private readonly LogColumns _columns;
    private readonly FunnelTimes? _times;
    private readonly RowCheck _check;
    private readonly OverflowRows? _overflows;
    private readonly bool _isSpaceNew;
    private readonly byte[] _values;
    private readonly long? _totalBytes;
    private readonly bool _withoutValues;
    private long _soundRows;

    public LabelledRows(DelimitedLog log, RowRules rules)
    {
        rules.Require();
        _rule = new FunnelRule(rules.Schema.ConversionWithoutClick, rules.Schema.Labels);
        _holdout = rules.Holdout;
        _totalBytes = log.TotalBytes;
        _columns = new LogColumns(rules);
        _times = rules.Schema.Time is null ? null : new FunnelTimes(rules, _columns);
        _values = new byte[rules.Schema.Labels.Count];
        Training = new FunnelCounts(_values.Length);
        Validation = new FunnelCounts(_values.Length);
        _withoutValues = rules.WithoutValues;
        _check = new RowCheck(rules.Schema, _columns);
        _overflows = rules.Space is null ? null : new OverflowRows(rules.Space, _columns.Fields);
        _isSpaceNew = rules.IsSpaceNew;
        Reader = rules.IsLaterPass ? log.OpenAgain(_columns.Names) : log.Open(_columns.Names);
    }

    public DelimitedReader Reader { get; }

    public FunnelCounts Training { get; }

    public FunnelCounts Validation { get; }

    public LogProgress Progress => new(Reader.BytesRead, _totalBytes, Reader.Row + 1);

    /// <summary>Appends rows to a block until it is full; rows that are bad or left out are counted.</summary>
    /// <returns>False at the end of the log.</returns>
    /// <exception cref="EsmmException">There are too many bad rows, or the file is damaged; the rows before that are in the block.</exception>
    public bool Fill(LogBlock block)
    {
        for (int i = 0; i < RowsPerFill && !block.Training.IsFull && !block.Validation.IsFull; i++)
        {
            if (!Reader.Read())
            {
                return false;
            }

            Take(block);
        }

        return true;
    }

    public void Dispose() => Reader.Dispose();

    /// <summary>Puts the current row where it belongs. Every pass over a log takes the same decision, whatever the pass is for.</summary>
    private void Take(LogBlock block)
    {
        if (Judge(out long shown, out FunnelCounts counts, out string? outside) is { } fault)
        {
            Reader.Reject(fault.Reason, fault.Error);
            return;
        }

        _soundRows++;
        if (outside is not null)
        {
            counts.Drop(outside);
        }
        else if (_overflows?.FaultOf(Reader) is { } overflow)
        {
            // A sound row to the pass that did not know: it keeps its number, and with it all rows behind keep their part.
            Reader.Reject(overflow.Reason, overflow.Error, _isSpaceNew);
        }
        else if (_rule.Keep(_values, out string? reason))
        {
            counts.Keep(_values);
            (counts == Validation ? block.Validation : block.Training).Append(Reader, _withoutValues ? [] : _columns.Kept, _values, shown);
        }
        else
        {
            counts.Drop(reason!);
        }
    }

    /// <summary>Reads times and labels of the current row and looks at its fields. A row outside the times that count is looked at no further.</summary>
    /// <returns>What is bad about it; null if nothing is.</returns>
    private RowFault? Judge(out long shown, out FunnelCounts counts, out string? outside)
    {
        (shown, counts, outside) = (0, Training, null);
        if (_times?.Shown(Reader, out shown) is { } noTime)
        {
            return noTime;
        }

        counts = IsValidation(shown) ? Validation : Training;
        outside = _times?.LeftOutBecause(shown);
        return outside is not null ? null : _check.Labels(Reader, _values) ?? _check.Fields(Reader) ?? _times?.Judge(Reader, shown, _values, counts);
    }

    private bool IsValidation(long shown) => _holdout switch
    {
        null => false,
        { IsByTime: true } => _holdout.IsNewest(shown),
        { Column: null } => _holdout.IsValidation(_soundRows), // so that bad rows between them change nothing
        _ => _holdout.IsValidation(Reader.Value(_columns.Holdout)),
    };
}
