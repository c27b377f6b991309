using EsmmLite.Features;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>Some impressions of a store, in an order of their own, as a network reads them. Safe for several threads.</summary>
public sealed class BenchRows
{
    private const int BatchRows = 1024;

    private readonly RowStore _store;
    private readonly int[]? _rows;
    private readonly SlotMap _slots;
    private readonly byte[][] _labels;

    private BenchRows(RowStore store, FeatureSpace space, int[]? rows, SlotMap slots, byte[][] labels) => (_store, Space, _rows, _slots, _labels) = (store, space, rows, slots, labels);

    /// <summary>The feature space of the batches that are filled.</summary>
    public FeatureSpace Space { get; }

    /// <summary>Number of impressions.</summary>
    public int Count => _rows?.Length ?? _store.Count;

    /// <summary>Bytes of memory of the store, which others may share.</summary>
    public long Bytes => _store.Bytes;

    /// <summary>All impressions of a store, which must not grow any more.</summary>
    public static BenchRows Of(RowStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new BenchRows(store, store.Space, null, SlotMap.Identity(store.Space), LabelsOf(store, null));
    }

    /// <summary>The impressions of a batch.</summary>
    public static BenchRows Of(FeatureSpace space, ImpressionBatch batch)
    {
        RowStore store = new(space);
        store.Add(batch);
        return Of(store);
    }

    /// <summary>Labels of one stage, 0 or 1, an impression each.</summary>
    public ReadOnlySpan<byte> Labels(int stage) => _labels[stage];

    /// <summary>When an impression was shown, where the schema declares a time.</summary>
    public long TimeOf(int row) => _store.Times[_rows?[row] ?? row];

    /// <summary>Fills a batch.</summary>
    /// <param name="rows">Which impressions, by their places here.</param>
    /// <param name="batch">A batch of <see cref="Space"/>.</param>
    public void Gather(ReadOnlySpan<int> rows, ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (int i = 0; i < rows.Length; i++)
        {
            _store.Unpack(_rows?[rows[i]] ?? rows[i], _slots, batch, i);
        }

        batch.Count = rows.Length;
    }

    /// <summary>All impressions in order, a batch at a time, which is used again for the next.</summary>
    /// <returns>The place of a batch's first impression, and the batch.</returns>
    public IEnumerable<(int First, ImpressionBatch Batch)> Batches()
    {
        ImpressionBatch batch = Space.CreateBatch(BatchRows);
        int[] rows = new int[BatchRows];
        for (int first = 0; first < Count; first += BatchRows)
        {
            int count = Math.Min(BatchRows, Count - first);
            for (int i = 0; i < count; i++)
            {
                rows[i] = first + i;
            }

            Gather(rows.AsSpan(0, count), batch);
            yield return (first, batch);
        }
    }

    /// <summary>Some of the impressions.</summary>
    /// <param name="rows">Their places here.</param>
    public BenchRows Take(ReadOnlySpan<int> rows)
    {
        int[] taken = rows.ToArray();
        if (_rows is not null)
        {
            for (int i = 0; i < taken.Length; i++)
            {
                taken[i] = _rows[taken[i]];
            }
        }

        return new BenchRows(_store, Space, taken, _slots, LabelsOf(_store, taken));
    }

    /// <summary>The same impressions with some values read as out of vocabulary.</summary>
    /// <param name="kept">Of each id slot which rows of its table are known; null for all.</param>
    internal BenchRows Forget(bool[]?[] kept) => new(_store, Space, _rows, _slots with { Kept = kept }, _labels);

    /// <summary>The same impressions for a feature space that has slots of this one, some of them several times.</summary>
    internal BenchRows For(FeatureSpace space, int[][] ids, int[][] numbers) => new(_store, space, _rows, _slots with { Ids = ids, Numbers = numbers }, _labels);

    private static byte[][] LabelsOf(RowStore store, int[]? rows)
    {
        byte[][] labels = new byte[store.Space.Schema.Labels.Count][];
        for (int stage = 0; stage < labels.Length; stage++)
        {
            ReadOnlySpan<byte> all = store.Labels(stage);
            labels[stage] = new byte[rows?.Length ?? all.Length];
            for (int r = 0; r < labels[stage].Length; r++)
            {
                labels[stage][r] = all[rows?[r] ?? r];
            }
        }

        return labels;
    }
}
