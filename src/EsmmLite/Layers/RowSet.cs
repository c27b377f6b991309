namespace EsmmLite.Layers;

/// <summary>The distinct rows of one table that a batch uses, each with a place: 0 for the first that occurred, then 1, 2, ...</summary>
internal sealed class RowSet
{
    private const int Empty = -1;

    private readonly int[] _rows;
    private readonly int[] _keys;
    private readonly int[] _places;
    private readonly int[] _occupied;
    private readonly int _mask;

    /// <param name="capacity">The most occurrences in a batch.</param>
    internal RowSet(int capacity)
    {
        _rows = new int[capacity];
        int buckets = 16;
        while (buckets < 2 * capacity)
        {
            buckets *= 2;
        }

        _keys = new int[buckets];
        _places = new int[buckets];
        _occupied = new int[capacity];
        _mask = buckets - 1;
        _keys.AsSpan().Fill(Empty);
    }

    /// <summary>Number of distinct rows.</summary>
    internal int Count { get; private set; }

    /// <summary>The most distinct rows.</summary>
    internal int Capacity => _rows.Length;

    /// <summary>Bytes that it holds.</summary>
    internal long Bytes => (long)(_rows.Length + _keys.Length + _places.Length + _occupied.Length) * sizeof(int);

    /// <summary>The distinct rows, in the order of their first occurrence. [count]</summary>
    internal ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Forgets all rows.</summary>
    internal void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            _keys[_occupied[i]] = Empty;
        }

        Count = 0;
    }

    /// <summary>The place of a row, given to it when it first occurs.</summary>
    internal int PlaceOf(int row, out bool known)
    {
        int bucket = (int)(((uint)row * 2654435769u) >> 7) & _mask;
        while (_keys[bucket] != row)
        {
            if (_keys[bucket] == Empty)
            {
                known = false;
                _keys[bucket] = row;
                _places[bucket] = Count;
                _occupied[Count] = bucket;
                _rows[Count] = row;
                return Count++;
            }

            bucket = (bucket + 1) & _mask;
        }

        known = true;
        return _places[bucket];
    }
}
