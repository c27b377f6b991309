using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>The distinct rows of one table that a batch uses, each with a place: 0 for the first that occurred, then 1, 2, ...</summary>
internal sealed class RowSet
{
    private const int Empty = -1;

    private readonly int[] _rows;
    private readonly Bucket[] _buckets;
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

        _buckets = new Bucket[buckets];
        _occupied = new int[capacity];
        _mask = buckets - 1;
        _buckets.AsSpan().Fill(new Bucket { Row = Empty });
    }

    /// <summary>Number of distinct rows.</summary>
    internal int Count { get; private set; }

    /// <summary>The most distinct rows.</summary>
    internal int Capacity => _rows.Length;

    /// <summary>Bytes that it holds.</summary>
    internal long Bytes => (long)(_rows.Length + (2 * _buckets.Length) + _occupied.Length) * sizeof(int);

    /// <summary>The distinct rows, in the order of their first occurrence. [count]</summary>
    internal ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Forgets all rows.</summary>
    internal void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            _buckets[_occupied[i]].Row = Empty;
        }

        Count = 0;
    }

    /// <summary>The place of a row, given to it when it first occurs.</summary>
    internal int PlaceOf(int row, out bool known)
    {
        int bucket = BucketOf(row);
        while (true)
        {
            ref Bucket at = ref _buckets[bucket];
            if (at.Row == row)
            {
                known = true;
                return at.Place;
            }

            if (at.Row == Empty)
            {
                known = false;
                at = new Bucket { Row = row, Place = Count };
                _occupied[Count] = bucket;
                _rows[Count] = row;
                return Count++;
            }

            bucket = (bucket + 1) & _mask;
        }
    }

    /// <summary>Asks the processor for what <see cref="PlaceOf"/> will look at.</summary>
    internal void Ask(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            Prefetch.Row(ref _buckets[BucketOf(row)], 1);
        }
    }

    private int BucketOf(int row) => (int)(((uint)row * 2654435769u) >> 7) & _mask;

    /// <summary>A row and its place, side by side.</summary>
    private struct Bucket
    {
        internal int Row;
        internal int Place;
    }
}
