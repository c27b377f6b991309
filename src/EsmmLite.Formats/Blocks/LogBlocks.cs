using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Blocks;

/// <summary>
/// A pass over a log in blocks. A thread of its own reads, decompresses, parses and labels; the caller encodes meanwhile. A few
/// blocks go round between the two, so memory is bounded.
/// </summary>
/// <remarks>
/// Blocks come in the order of the log and hold what reading row by row would give. A fault is thrown to the caller once all rows
/// before it were handed out, so the first fault of the log wins, whichever thread meets it.
/// </remarks>
internal sealed class LogBlocks : IDisposable
{
    private const int BlocksAround = 4;
    private const long RowsBetweenReports = 8192;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly LabelledRows _rows;
    private readonly BlockingCollection<LogBlock> _free = [];
    private readonly BlockingCollection<LogBlock> _filled = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly IProgress<LogProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private LogBlock? _current;
    private long _nextReport;

    /// <summary>Opens a log and begins to read.</summary>
    /// <param name="log">The log.</param>
    /// <param name="rules">How its rows become impressions.</param>
    /// <param name="progress">Told every few thousand rows, on the calling thread.</param>
    /// <param name="cancellation">Stops the pass.</param>
    public LogBlocks(DelimitedLog log, RowRules rules, IProgress<LogProgress>? progress, CancellationToken cancellation)
    {
        Training = new FunnelCounts(rules.Schema.Labels.Count);
        Validation = new FunnelCounts(rules.Schema.Labels.Count);
        _rows = new LabelledRows(log, rules);
        _progress = progress;
        _cancellation = cancellation;
        for (int i = 0; i < BlocksAround; i++)
        {
            _free.Add(new LogBlock(rules.WithoutValues ? 0 : rules.Schema.Fields.Count, rules.Schema.Labels.Count, rules.Along.Count));
        }

        _thread = new Thread(ReadAll) { IsBackground = true, Name = "log reader" };
        _thread.Start();
    }

    /// <summary>What was kept and dropped of the rows to train on, in the blocks handed out. Changes on the caller's thread only.</summary>
    public FunnelCounts Training { get; }

    /// <summary>What was kept and dropped of the rows set aside, in the blocks handed out. Changes on the caller's thread only.</summary>
    public FunnelCounts Validation { get; }

    /// <summary>Rows read and bad rows, up to the end of the blocks handed out. Changes on the caller's thread only.</summary>
    public BadRowCounts BadRows { get; } = new();

    /// <summary>Identifies the data: see <see cref="DelimitedReader.Fingerprint"/>; set with the last block.</summary>
    public string? Fingerprint { get; private set; }

    /// <summary>The next block, valid until the next call; null at the end.</summary>
    /// <exception cref="EsmmException">Too many bad rows, or a damaged file; all rows before that were handed out.</exception>
    public LogBlock? Next()
    {
        _current?.Fault?.Throw();
        if (_current is { IsLast: true })
        {
            return null;
        }

        if (_current is not null)
        {
            _free.Add(_current);
        }

        _cancellation.ThrowIfCancellationRequested();
        _current = _filled.Take(_cancellation);
        Training.CopyFrom(_current.TrainingCounts);
        Validation.CopyFrom(_current.ValidationCounts);
        BadRows.CopyFrom(_current.BadRows);
        Fingerprint = _current.Fingerprint;
        Report(_current);
        return _current;
    }

    /// <summary>Ends the thread, which closes the log. A thread that waits for standard input is left to itself: it ends with its wait, or with the process.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        if (!_thread.Join(Patience))
        {
            return; // it still needs what is disposed below
        }

        _free.Dispose();
        _filled.Dispose();
        _stop.Dispose();
    }

    private void Report(LogBlock block)
    {
        if (block.Progress.Rows >= _nextReport || block.IsLast)
        {
            _nextReport = block.Progress.Rows + RowsBetweenReports;
            _progress?.Report(block.Progress);
        }
    }

    private void ReadAll()
    {
        try
        {
            bool last = false;
            while (!last)
            {
                LogBlock block = _free.Take(_stop.Token);
                Fill(block);
                last = block.IsLast;
                _filled.Add(block);
            }
        }
        catch (OperationCanceledException)
        {
            // The caller wants no more.
        }
        finally
        {
            _rows.Dispose();
        }
    }

    private void Fill(LogBlock block)
    {
        block.Clear();
        try
        {
            block.IsLast = !_rows.Fill(block);
        }
        catch (Exception e)
        {
            block.Fault = ExceptionDispatchInfo.Capture(e);
            block.IsLast = true;
        }

        block.Progress = _rows.Progress;
        block.TrainingCounts.CopyFrom(_rows.Training);
        block.ValidationCounts.CopyFrom(_rows.Validation);
        block.BadRows.CopyFrom(_rows.Reader.BadRows);
        block.Fingerprint = _rows.Reader.Fingerprint;
    }
}
