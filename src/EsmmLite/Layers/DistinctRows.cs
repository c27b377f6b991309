using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>
/// The distinct embedding rows of one separate field in a batch. The field's product is formed once for each of them and added
/// wherever the row occurs: ids repeat, and the product of a row is the same bits every time.
/// </summary>
internal sealed class DistinctRows
{
    private readonly int[] _index;
    private readonly int[] _order;
    private readonly int[] _ends;
    private readonly AlignedBuffer _values;

    /// <param name="group">The field's columns in the input.</param>
    /// <param name="capacity">The most occurrences in a batch.</param>
    /// <param name="mostDistinct">The most distinct rows that are worth it.</param>
    /// <param name="sorts">Whether it will be asked for segments.</param>
    internal DistinctRows(InputGroup group, int capacity, int mostDistinct, bool sorts = false)
    {
        Group = group;
        Set = new RowSet(mostDistinct + 1);
        _index = new int[capacity];
        _order = new int[sorts ? capacity : 0];
        _ends = new int[sorts ? mostDistinct + 2 : 0];

        // One row more, of zeros: what a missing value contributes.
        _values = new AlignedBuffer((long)(mostDistinct + 1) * group.Width);
    }

    /// <summary>Bytes that it holds.</summary>
    internal long Bytes => Set.Bytes + _values.Bytes + ((long)(_index.Length + _order.Length + _ends.Length) * sizeof(int));

    internal InputGroup Group { get; }

    internal RowSet Set { get; }

    /// <summary>Distinct rows, and one more if a value is missing.</summary>
    internal int Entries { get; private set; }

    /// <summary>Whether products are to be formed by distinct row. It depends on the ids alone, and no bit of a product depends on it.</summary>
    internal bool Pays { get; private set; }

    /// <summary>Of each row of the batch, the place of its embedding row among the entries. [rows of the batch]</summary>
    internal ReadOnlySpan<int> Index => _index;

    /// <summary>The entries' embeddings. [entries x width]</summary>
    internal Span<float> Values => _values.Span[..(Entries * Group.Width)];

    /// <summary>Products are not to be formed by distinct row until the next <see cref="Find"/>.</summary>
    internal void Forget() => Pays = false;

    /// <summary>Finds the distinct rows of a batch.</summary>
    /// <param name="ids">Rows of the table; negative where missing.</param>
    /// <param name="table">The table.</param>
    /// <param name="limit">With more distinct rows than this it doesn't pay; they are no longer counted then.</param>
    /// <param name="all">Whether to find them all even so.</param>
    internal void Find(ReadOnlySpan<int> ids, EmbeddingTable table, int limit, bool all)
    {
        Set.Clear();
        Pays = false;
        bool missing = false;
        for (int r = 0; r < ids.Length; r++)
        {
            if (ids[r] < 0)
            {
                missing = true;
                _index[r] = -1;
                continue;
            }

            _index[r] = Set.PlaceOf(ids[r], out _);
            if (Set.Count > limit && !all)
            {
                return;
            }
        }

        Pays = Set.Count <= limit;
        Entries = Set.Count;
        table.Gather(Set.Rows, _values.Span, Group.Width);
        if (missing)
        {
            _values.Span.Slice(Entries * Group.Width, Group.Width).Clear();
            foreach (ref int index in _index.AsSpan(0, ids.Length))
            {
                index = index < 0 ? Entries : index;
            }

            Entries++;
        }
    }

    /// <summary>Rows of the sorted block with the same entry: entry e's are Order[Ends[e − 1]..Ends[e]], in the order of the batch.</summary>
    internal ReadOnlySpan<int> Order => _order;

    /// <inheritdoc cref="Order"/>
    internal ReadOnlySpan<int> Ends => _ends.AsSpan(0, Entries);

    /// <summary>Sorts some rows of the batch by entry; they are counted from the first of them.</summary>
    internal void Sort(int firstRow, int rows)
    {
        ReadOnlySpan<int> index = _index.AsSpan(firstRow, rows);
        Span<int> ends = _ends.AsSpan(0, Entries + 1);
        ends.Clear();
        foreach (int entry in index)
        {
            ends[entry + 1]++;
        }

        for (int entry = 1; entry <= Entries; entry++)
        {
            ends[entry] += ends[entry - 1];
        }

        // Begins become ends on the way.
        for (int r = 0; r < rows; r++)
        {
            _order[ends[index[r]]++] = r;
        }
    }
}
