using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Training;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>Impressions in memory, all or the clicked ones only, in a new random order every epoch.</summary>
public sealed class MemorySource : IImpressionSource
{
    private readonly BenchRows _rows;
    private readonly int[] _kept;
    private readonly int[] _order;
    private readonly ulong _seed;
    private int _next;

    /// <summary>Chooses the rows.</summary>
    /// <param name="rows">The impressions.</param>
    /// <param name="seed">Seed of the orders.</param>
    /// <param name="clickedOnly">Whether the others are left out.</param>
    public MemorySource(BenchRows rows, ulong seed, bool clickedOnly)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _rows = rows;
        _seed = seed;
        _kept = [.. Enumerable.Range(0, rows.Count).Where(r => !clickedOnly || rows.Labels(0)[r] == 1)];
        _order = new int[_kept.Length];
    }

    /// <inheritdoc/>
    public long Rows => _kept.Length;

    /// <inheritdoc/>
    public void StartEpoch(int epoch)
    {
        // From the same start every time: the order depends on seed and epoch alone.
        _kept.CopyTo(_order, 0);
        SplitMix random = SplitMix.Stream(_seed, (ulong)epoch);
        for (int i = _order.Length - 1; i > 0; i--)
        {
            int other = (int)random.NextBelow((uint)(i + 1));
            (_order[i], _order[other]) = (_order[other], _order[i]);
        }

        _next = 0;
    }

    /// <inheritdoc/>
    public bool Fill(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int count = Math.Min(batch.Capacity, _order.Length - _next);
        _rows.Gather(_order.AsSpan(_next, count), batch);
        _next += count;
        return count > 0;
    }
}
