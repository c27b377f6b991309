using EsmmLite.Features;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Blocks;

/// <summary>Reads a log with a schema: rows with field values, labels after the funnel rule, and the part they belong to.</summary>
internal sealed class LabelledRows : IDisposable
{
    private const int RowsPerFill = 4 * RowBlock.Capacity;

    private readonly LabelReader _labels;
    private readonly FunnelRule _rule;
    private readonly Holdout? _holdout;
    private readonly int _firstLabel;
    private readonly byte[] _values;
    private readonly long? _totalBytes;

    public LabelledRows(DelimitedLog log, Schema schema, Holdout? holdout)
    {
        _labels = new LabelReader(schema);
        _rule = new FunnelRule(schema.ConversionWithoutClick);
        _holdout = holdout;
        _totalBytes = log.TotalBytes;
        _firstLabel = schema.Fields.Count;
        _values = new byte[schema.Labels.Count];
        Training = new FunnelCounts(_values.Length);
        Validation = new FunnelCounts(_values.Length);
        List<string> columns = [.. schema.Fields.Select(field => field.Column), .. schema.Labels.Select(label => label.Column)];
        if (holdout?.Column is { } column)
        {
            columns.Add(column);
        }

        Reader = log.Open(columns);
    }

    /// <summary>The reader; column i is the column of field i.</summary>
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

            ReadLabels();
            bool isValidation = _holdout is not null && (_holdout.Column is null ? _holdout.IsValidation(Reader.Row) : _holdout.IsValidation(Reader.Value(_firstLabel + _values.Length)));
            FunnelCounts counts = isValidation ? Validation : Training;
            if (_rule.Keep(_values, out string? reason))
            {
                counts.Keep(_values);
                (isValidation ? block.Validation : block.Training).Append(Reader, _values);
            }
            else
            {
                counts.Drop(reason!);
            }
        }

        return true;
    }

    public void Dispose() => Reader.Dispose();

    private void ReadLabels()
    {
        try
        {
            for (int i = 0; i < _values.Length; i++)
            {
                _values[i] = _labels.Read(i, Reader.Value(_firstLabel + i));
            }
        }
        catch (EsmmException e)
        {
            throw Reader.Locate(e);
        }
    }
}
