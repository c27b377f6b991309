using EsmmLite.Features;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats;

/// <summary>A pass over a log with a schema: rows with field values, labels after the funnel rule, and the part they belong to.</summary>
internal sealed class LabelledRows : IDisposable
{
    private const int RowsBetweenReports = 8192;

    private readonly LabelReader _labels;
    private readonly FunnelRule _rule;
    private readonly Holdout? _holdout;
    private readonly int _firstLabel;
    private readonly byte[] _values;
    private readonly IProgress<LogProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly long? _totalBytes;

    public LabelledRows(DelimitedLog log, Schema schema, Holdout? holdout, IProgress<LogProgress>? progress, CancellationToken cancellation)
    {
        _labels = new LabelReader(schema);
        _rule = new FunnelRule(schema.ConversionWithoutClick);
        _holdout = holdout;
        _progress = progress;
        _cancellation = cancellation;
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

    /// <summary>The labels of the current row.</summary>
    public ReadOnlySpan<byte> Labels => _values;

    /// <summary>Whether the current row is set aside for validation.</summary>
    public bool IsValidation { get; private set; }

    /// <summary>Goes to the next row that is kept, and counts it and those left out.</summary>
    public bool Read()
    {
        while (Reader.Read())
        {
            if (Reader.Row % RowsBetweenReports == 0)
            {
                _cancellation.ThrowIfCancellationRequested();
                Report();
            }

            ReadLabels();
            IsValidation = _holdout is not null && (_holdout.Column is null ? _holdout.IsValidation(Reader.Row) : _holdout.IsValidation(Reader.Value(_firstLabel + _values.Length)));
            FunnelCounts counts = IsValidation ? Validation : Training;
            if (_rule.Keep(_values, out string? reason))
            {
                counts.Keep(_values);
                return true;
            }

            counts.Drop(reason!);
        }

        Report();
        return false;
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

    private void Report() => _progress?.Report(new LogProgress(Reader.BytesRead, _totalBytes, Reader.Row + 1));
}
