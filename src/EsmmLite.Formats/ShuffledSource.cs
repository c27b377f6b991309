using EsmmLite.Features;
using EsmmLite.Training;
using EsmmLite.Formats.Packed;
using EsmmLite.Kernels;

namespace EsmmLite.Formats;

/// <summary>Visits every row of a packed log once an epoch, in an order that seed and epoch decide, with bounded memory.</summary>
/// <remarks>
/// The log is cut into blocks of 4,096 rows; their order is shuffled, and the rows of 16 blocks at a time are shuffled among
/// themselves. So reads stay long, and a batch mixes rows from all over the log. The order depends on neither batch size nor earlier epochs.
/// </remarks>
public sealed class ShuffledSource : IImpressionSource
{
    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 4096;

    /// <summary>Blocks that are held in memory.</summary>
    public const int WindowBlocks = 16;

    private readonly PackedLog _log;
    private readonly ulong _seed;
    private readonly int _blockRows;
    private readonly int[] _blocks;
    private readonly byte[] _window;
    private readonly int[] _order; // places in the window, in the order of the visit
    private SplitMix _random;
    private int _nextBlock;
    private int _windowRows;
    private int _visited;

    /// <summary>Creates a source that stands at the beginning of epoch 0.</summary>
    /// <param name="log">The rows.</param>
    /// <param name="seed">Decides the order, together with the epoch.</param>
    public ShuffledSource(PackedLog log, ulong seed)
        : this(log, seed, BlockRows, WindowBlocks)
    {
    }

    internal ShuffledSource(PackedLog log, ulong seed, int blockRows, int windowBlocks)
    {
        ArgumentNullException.ThrowIfNull(log);
        _log = log;
        _seed = seed;
        _blockRows = blockRows;
        _blocks = new int[checked((int)((log.Rows + blockRows - 1) / blockRows))];
        int rows = (int)Math.Min(log.Rows, (long)blockRows * windowBlocks);
        _order = new int[rows];
        _window = new byte[checked(rows * log.RecordBytes)];
        StartEpoch(0);
    }

    /// <summary>Number of rows visited in an epoch.</summary>
    public long Rows => _log.Rows;

    /// <summary>Goes to the beginning of an epoch.</summary>
    public void StartEpoch(int epoch) => StartEpoch(epoch, 0);

    /// <summary>Goes to a place within an epoch, as if the rows before it had been visited: to resume training.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="visited">How many rows of it were visited already.</param>
    public void StartEpoch(int epoch, long visited)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(visited);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(visited, Rows);
        _random = SplitMix.Stream(_seed, (ulong)epoch);
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = i;
        }

        _random.Shuffle(_blocks);
        (_nextBlock, _windowRows, _visited) = (0, 0, 0);
        while (visited > 0)
        {
            // Windows that lie behind only draw their share of random numbers.
            int first = _nextBlock;
            PlanWindow();
            _visited = (int)Math.Min(visited, _windowRows);
            visited -= _visited;
            if (visited == 0 && _visited < _windowRows)
            {
                LoadWindow(first);
            }
        }
    }

    /// <inheritdoc/>
    public void GoTo(int epoch, long impressions, ImpressionBatch scratch)
    {
        if (impressions > Rows)
        {
            throw new EsmmException(EsmmErrorKind.Data, $"the log has {Rows} rows where {impressions} were trained on", "training data", "the log of the interrupted run");
        }

        StartEpoch(epoch, impressions);
    }

    /// <summary>Fills a batch with the next rows, up to its capacity, and sets its count.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Fill(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _log.Layout.Check(batch);
        int count = 0;
        while (count < batch.Capacity && (_visited < _windowRows || NextWindow()))
        {
            int rows = Math.Min(batch.Capacity - count, _windowRows - _visited);
            _log.Layout.Unpack(_window, _order.AsSpan(_visited, rows), batch, count);
            _visited += rows;
            count += rows;
        }

        batch.Count = count;
        return count > 0;
    }

    private bool NextWindow()
    {
        if (_nextBlock == _blocks.Length)
        {
            return false;
        }

        int first = _nextBlock;
        PlanWindow();
        LoadWindow(first);
        return true;
    }

    /// <summary>Decides the order of the next window's rows.</summary>
    private void PlanWindow()
    {
        _windowRows = 0;
        _visited = 0;
        while (_nextBlock < _blocks.Length && _windowRows + RowsOf(_blocks[_nextBlock]) <= _order.Length)
        {
            _windowRows += RowsOf(_blocks[_nextBlock++]);
        }

        Span<int> order = _order.AsSpan(0, _windowRows);
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        _random.Shuffle(order);
    }

    private void LoadWindow(int firstBlock)
    {
        int at = 0;
        for (int i = firstBlock; i < _nextBlock; i++)
        {
            int bytes = RowsOf(_blocks[i]) * _log.RecordBytes;
            _log.ReadRecords((long)_blocks[i] * _blockRows, _window.AsSpan(at, bytes));
            at += bytes;
        }
    }

    private int RowsOf(int block) => (int)Math.Min(_blockRows, _log.Rows - (long)block * _blockRows);
}
