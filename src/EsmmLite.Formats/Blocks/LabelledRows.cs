using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Blocks;

/// <summary>Reads a log with a schema: rows with field values, labels after the funnel rule, and the part they belong to.</summary>
internal sealed class LabelledRows : IDisposable
{
    private const int RowsPerFill = 4 * RowBlock.Capacity;

    private readonly LabelReader _labels;
    private readonly FunnelRule _rule;
    private readonly Holdout? _holdout;
    private readonly LogColumns _columns;
    private readonly FunnelTimes? _times;
    private readonly byte[] _values;
    private readonly long? _totalBytes;

    public LabelledRows(DelimitedLog log, RowRules rules)
    {
        rules.Require();
        _labels = new LabelReader(rules.Schema);
        _rule = new FunnelRule(rules.Schema.ConversionWithoutClick, rules.Schema.Labels);
        _holdout = rules.Holdout;
        _totalBytes = log.TotalBytes;
        _columns = new LogColumns(rules);
        _times = rules.Schema.Time is null ? null : new FunnelTimes(rules, _columns);
        _values = new byte[rules.Schema.Labels.Count];
        Training = new FunnelCounts(_values.Length);
        Validation = new FunnelCounts(_values.Length);
        Reader = log.Open(_columns.Names);
    }

    public DelimitedReader Reader { get; }

    public FunnelCounts Training { get; }

    public FunnelCounts Validation { get; }

    public LogProgress Progress => new(Reader.BytesRead, _totalBytes, Reader.Row + 1);

    /// <summary>Appends rows to a block until it is full; rows that are left out are counted.</summary>
    /// <returns>False at the end of the log.</returns>
    /// <exception cref="EsmmException">A bad row or label, with file and line; the rows before it are in the block.</exception>
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

    /// <summary>Puts the current row where it belongs.</summary>
    private void Take(LogBlock block)
    {
        try
        {
            long shown = _times?.Shown(Reader) ?? 0;
            bool isValidation = IsValidation(shown);
            FunnelCounts counts = isValidation ? Validation : Training;
            if (_times?.LeftOutBecause(shown) is { } outside)
            {
                counts.Drop(outside);
                return;
            }

            for (int i = 0; i < _values.Length; i++)
            {
                _values[i] = _labels.Read(i, Reader.Value(_columns.Label(i)));
            }

            _times?.Judge(Reader, shown, _values, counts);
            if (_rule.Keep(_values, out string? reason))
            {
                counts.Keep(_values);
                (isValidation ? block.Validation : block.Training).Append(Reader, _columns.Fields, _values, shown);
            }
            else
            {
                counts.Drop(reason!);
            }
        }
        catch (EsmmException e)
        {
            throw Reader.Locate(e);
        }
    }

    private bool IsValidation(long shown) => _holdout switch
    {
        null => false,
        { IsByTime: true } => _holdout.IsNewest(shown),
        { Column: null } => _holdout.IsValidation(Reader.Row),
        _ => _holdout.IsValidation(Reader.Value(_columns.Holdout)),
    };
}
