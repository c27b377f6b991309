using System.Runtime.CompilerServices;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// The gradient of one table over one batch: only the rows that occur in it. A row that occurs again is added to its first
/// occurrence, in impression order.
/// </summary>
public sealed class RowGradients
{
    private readonly RowSet _set;
    private readonly bool _ownsSet;
    private readonly float[] _gradients;

    /// <summary>Creates room for the gradient of a batch.</summary>
    /// <param name="dim">Length of a row.</param>
    /// <param name="capacity">The most occurrences in a batch.</param>
    public RowGradients(int dim, int capacity)
        : this(dim, new RowSet(capacity)) => _ownsSet = true;

    internal RowGradients(int dim, RowSet set)
    {
        Dim = dim;
        _set = set;
        _gradients = new float[checked(set.Capacity * dim)];
    }

    /// <summary>Room for the gradient of a table over a batch: for every occurrence, or for the whole table if that is smaller.</summary>
    /// <param name="table">The table.</param>
    /// <param name="impressions">The most impressions of a batch.</param>
    /// <param name="occurrences">The most rows that an impression uses.</param>
    internal static RowGradients Create(EmbeddingTable table, int impressions, int occurrences) =>
        new(table.Dim, occurrences == 1 ? impressions : (int)Math.Min(table.Rows, (long)impressions * occurrences));

    /// <summary>Length of a row.</summary>
    public int Dim { get; }

    /// <summary>Bytes that it holds, without its set of rows where that is a separate field's.</summary>
    internal long Bytes => ((long)_gradients.Length * sizeof(float)) + (_ownsSet ? _set.Bytes : 0);

    /// <summary>Number of distinct rows.</summary>
    public int Count => _set.Count;

    /// <summary>The distinct rows, in the order of their first occurrence. [count]</summary>
    public ReadOnlySpan<int> Rows => _set.Rows;

    /// <summary>Their gradients. [count x dim]</summary>
    public ReadOnlySpan<float> Gradients => Values;

    /// <summary>Their gradients, to be written. [count x dim]</summary>
    internal Span<float> Values => _gradients.AsSpan(0, Count * Dim);

    /// <summary>Forgets all rows.</summary>
    public void Clear() => _set.Clear();

    /// <summary>Adds one occurrence of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="gradient">Its gradient. [dim]</param>
    public void Add(int row, ReadOnlySpan<float> gradient)
    {
        // A negative row would pass for an empty bucket, and a row without a gradient would keep an old one.
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ReadOnlySpan<float> addend = gradient[..Dim];
        int place = _set.PlaceOf(row, out bool known);
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
        const int Together = 64;
        if (rows.IsEmpty)
        {
            return;
        }

        _ = gradients.Slice((rows.Length - 1) * stride, Dim);
        Span<int> places = stackalloc int[Together];
        for (int first = 0; first < rows.Length; first += Together)
        {
            // Everything is asked for before it is needed: the gradients lie in the caches of the threads that made them.
            int count = Math.Min(Together, rows.Length - first);
            ReadOnlySpan<int> some = rows.Slice(first, count);
            _set.Ask(some);
            for (int i = 0; i < count; i++)
            {
                Prefetch.Row(ref Unsafe.AsRef(in gradients[(first + i) * stride]), Dim);
            }

            for (int i = 0; i < count; i++)
            {
                if (some[i] < 0)
                {
                    places[i] = RowGather.NoPlace;
                    continue;
                }

                int place = _set.PlaceOf(some[i], out bool known);
                Prefetch.Row(ref _gradients[place * Dim], Dim);
                places[i] = known ? place : ~place;
            }

            RowGather.AddAt(gradients[(first * stride)..], stride, places[..count], _gradients, Dim);
        }
    }
}
