using System.Runtime.CompilerServices;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// The gradient of one table over one batch: only the rows that occur in it. A row that occurs again is added to its first
/// occurrence, in impression order.
/// </summary>
public sealed class RowGradients
{
    private const int Empty = -1;

    private readonly int[] _rows;
    private readonly float[] _gradients;
    private readonly int[] _keys;
    private readonly int[] _places;
    private readonly int[] _occupied;
    private readonly int _mask;

    /// <summary>Creates room for the gradient of a batch.</summary>
    /// <param name="dim">Length of a row.</param>
    /// <param name="capacity">The most occurrences in a batch.</param>
    public RowGradients(int dim, int capacity)
    {
        Dim = dim;
        _rows = new int[capacity];
        _gradients = new float[checked(capacity * dim)];
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

    /// <summary>Length of a row.</summary>
    public int Dim { get; }

    /// <summary>Number of distinct rows.</summary>
    public int Count { get; private set; }

    /// <summary>The distinct rows, in the order of their first occurrence. [count]</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Their gradients. [count x dim]</summary>
    public ReadOnlySpan<float> Gradients => _gradients.AsSpan(0, Count * Dim);

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            _keys[_occupied[i]] = Empty;
        }

        Count = 0;
    }

    /// <summary>Adds one occurrence of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="gradient">Its gradient. [dim]</param>
    public void Add(int row, ReadOnlySpan<float> gradient)
    {
        // A negative row would pass for an empty bucket, and a row without a gradient would keep an old one.
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ReadOnlySpan<float> addend = gradient[..Dim];
        int place = PlaceOf(row, out bool known);
        Span<float> sum = _gradients.AsSpan(place * Dim, Dim);
        if (known)
        {
            RowGather.AddRow(addend, sum);
        }
        else
        {
            addend.CopyTo(sum);
        }
    }

    /// <summary>Adds one occurrence of each row, in order.</summary>
    /// <param name="rows">The rows; negative where there is none.</param>
    /// <param name="gradients">Their gradients. [rows x dim], <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one gradient to the next.</param>
    public void Add(ReadOnlySpan<int> rows, ReadOnlySpan<float> gradients, int stride)
    {
        for (int r = 0; r < rows.Length; r++)
        {
            if (r + Prefetch.RowsAhead < rows.Length)
            {
                Prefetch.Row(ref Unsafe.AsRef(in gradients[(r + Prefetch.RowsAhead) * stride]), Dim);
            }

            if (rows[r] >= 0)
            {
                Add(rows[r], gradients.Slice(r * stride, Dim));
            }
        }
    }

    /// <summary>The place of a row among the distinct rows, given to it when it first occurs.</summary>
    private int PlaceOf(int row, out bool known)
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
