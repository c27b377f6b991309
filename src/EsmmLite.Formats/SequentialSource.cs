using EsmmLite.Features;
using EsmmLite.Training;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Formats;

/// <summary>Visits the rows of a packed log in their order: for validation and evaluation.</summary>
public sealed class SequentialSource : IImpressionSource
{
    private readonly PackedLog _log;
    private long _next;

    /// <summary>Creates a source that stands at the first row.</summary>
    public SequentialSource(PackedLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _log = log;
    }

    /// <summary>Number of rows visited in an epoch.</summary>
    public long Rows => _log.Rows;

    /// <summary>Goes back to the first row; the order is the same in every epoch.</summary>
    public void StartEpoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        _next = 0;
    }

    /// <summary>Fills a batch with the next rows, up to its capacity, and sets its count.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Fill(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int count = (int)Math.Min(batch.Capacity, _log.Rows - _next);
        _log.Read(_next, count, batch, 0);
        _next += count;
        batch.Count = count;
        return count > 0;
    }
}
