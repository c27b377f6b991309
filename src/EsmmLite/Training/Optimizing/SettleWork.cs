using EsmmLite.Layers;
using EsmmLite.Memory;

namespace EsmmLite.Training;

/// <summary>All rows of all tables, some at a time.</summary>
internal sealed class SettleWork : IParallelWork
{
    private const int RowsTogether = 16 * 1024;

    private readonly IReadOnlyList<EmbeddingTable> _tables;
    private readonly Optimizer _optimizer;
    private readonly List<(int Table, int Row)> _items = [];

    internal SettleWork(IReadOnlyList<EmbeddingTable> tables, Optimizer optimizer)
    {
        (_tables, _optimizer) = (tables, optimizer);
        for (int t = 0; t < tables.Count; t++)
        {
            for (long row = 0; row < tables[t].Rows; row += RowsTogether)
            {
                _items.Add((t, (int)row));
            }
        }
    }

    internal int Items => _items.Count;

    public void Execute(int item, int worker)
    {
        (int table, int row) = _items[item];
        _optimizer.Settle(table, _tables[table], row, Math.Min(RowsTogether, _tables[table].Rows - row));
    }
}
