using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;
using EsmmLite.Training;

namespace EsmmLite.Formats;

/// <summary>Visits the labelled rows of a log straight from its text, in their order: for a single visit, where packing would not pay.</summary>
/// <remarks>The next rows are read and parsed on a thread of its own while the batch before them is worked on. Every epoch reads the text again.</remarks>
public sealed class TextSource : IImpressionSource, IDisposable
{
    private readonly DelimitedLog _log;
    private readonly RowRules _rules;
    private readonly BlockEncoder _encoder;
    private readonly IProgress<LogProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private LogBlocks? _blocks;
    private LogBlock? _block;
    private readonly TextIds[] _along;
    private readonly int _fields;
    private int _next;
    private bool _wasRead;

    /// <summary>Creates a source that stands at the first row.</summary>
    /// <param name="log">The log.</param>
    /// <param name="space">The feature space that encodes; with <see cref="FeatureSpace.Serving"/> the columns of fields that are fixed then are not read.</param>
    /// <param name="times">Which impressions and labels count; all when null.</param>
    /// <param name="progress">Told every few thousand rows, on the thread that asks for batches.</param>
    /// <param name="cancellation">Ends waiting for rows.</param>
    /// <param name="along">Columns to take along as text; none when null.</param>
    public TextSource(DelimitedLog log, FeatureSpace space, TimeSelection? times = null, IProgress<LogProgress>? progress = null, CancellationToken cancellation = default, IEnumerable<string>? along = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(space);
        _log = log;
        _encoder = new BlockEncoder(space);
        _rules = new RowRules(space.Schema) { Space = space, Times = times, AsServed = space.Serving == space, Along = [.. along ?? []] };
        _along = [.. _rules.Along.Select(column => new TextIds(column))];
        _fields = space.Schema.Fields.Count;
        _progress = progress;
        _cancellation = cancellation;
        Counts = new FunnelCounts(space.Schema.Labels.Count);
        BadRows = new BadRowCounts();
        IdForms = new IdForms(space.Schema);
    }

    /// <summary>Not known: 0.</summary>
    public long Rows => 0;

    /// <summary>Impressions, clicks, conversions and rows left out, up to the block that the last batch was taken from; complete at the end of an epoch.</summary>
    public FunnelCounts Counts { get; private set; }

    /// <summary>The columns that are taken along, in the order in which they were asked for.</summary>
    public IReadOnlyList<TextIds> Along => _along;

    /// <summary>Rows read, and those that were bad and left out, up to that block.</summary>
    public BadRowCounts BadRows { get; private set; }

    /// <summary>How ids are written, in all rows visited.</summary>
    public IdForms IdForms { get; }

    /// <summary>Opens the log at its first row.</summary>
    public void StartEpoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        Dispose();
        _blocks = new LogBlocks(_log, _rules with { IsLaterPass = _wasRead }, _progress, _cancellation);
        (Counts, BadRows, _wasRead) = (_blocks.Training, _blocks.BadRows, true);
    }

    /// <summary>Fills a batch with the next rows, up to its capacity, and sets its count.</summary>
    /// <returns>Whether there were any.</returns>
    /// <exception cref="EsmmException">Too many bad rows, or a damaged file, with file, line and column.</exception>
    public bool Fill(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_blocks is null)
        {
            StartEpoch(0);
        }

        batch.Count = 0;
        while (batch.Count < batch.Capacity && NextRows() is { } rows)
        {
            int count = Math.Min(batch.Capacity - batch.Count, rows.Count - _next);
            _encoder.Encode(_block!, rows, _next, count, batch, batch.Count);
            for (int column = 0; column < _along.Length; column++)
            {
                _along[column].Take(rows.Column(_fields + column), _next, count, batch.Count, batch.Capacity);
            }

            _next += count;
            batch.Count += count;
        }

        return batch.Count > 0;
    }

    /// <summary>Ends the reading thread and closes the log.</summary>
    public void Dispose()
    {
        _blocks?.Dispose();
        (_blocks, _block, _next) = (null, null, 0);
    }

    /// <summary>A part with rows that were not visited yet.</summary>
    private RowBlock? NextRows()
    {
        while (_block is null || _next == _block.Training.Count)
        {
            _next = 0;
            _block = _blocks!.Next();
            if (_block is null)
            {
                return null;
            }

            IdForms.Observe(_block.Training);
        }

        return _block.Training;
    }
}
