using EsmmLite.Kernels;
using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>One embedding table, in a block of memory of its own.</summary>
public sealed class EmbeddingTable
{
    private readonly AlignedBuffer _values;
    private readonly bool _brain;

    /// <summary>Creates a table of zeros.</summary>
    /// <param name="name">Name of its field.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="dim">Length of a row.</param>
    public EmbeddingTable(string name, int rows, int dim)
        : this(name, rows, dim, brain: false)
    {
    }

    private EmbeddingTable(string name, int rows, int dim, bool brain)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dim);
        Name = name;
        Rows = rows;
        Dim = dim;
        _brain = brain;
        _values = new AlignedBuffer(brain ? (((long)rows * dim) + 1) / 2 : (long)rows * dim);
    }

    /// <summary>Bytes that it holds.</summary>
    internal long Bytes => _values.Bytes;

    /// <summary>Name of its field.</summary>
    public string Name { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Length of a row.</summary>
    public int Dim { get; }

    /// <summary>All values. [rows x dim]</summary>
    public Span<float> Values => Floats.Span;

    /// <summary>All values, for writing to a file. [rows x dim]</summary>
    public Memory<float> Memory => Floats.Memory;

    /// <summary>One row. [dim]</summary>
    public Span<float> Row(int row) => Floats.Span.Slice(row * Dim, Dim);

    private AlignedBuffer Floats => _brain ? throw new NotSupportedException("A table of brain floats has no floats.") : _values;

    private Span<ushort> Brains => _values.Brains[..(Rows * Dim)];

    /// <summary>A copy for scoring that holds brain floats; only rows can be read from it.</summary>
    internal EmbeddingTable Narrow()
    {
        EmbeddingTable narrow = new(Name, Rows, Dim, brain: true);
        int bad = BrainFloat.Narrow(Values, narrow.Brains);
        return bad < 0 ? narrow : throw Narrowing.NotFinite($"emb.{Name}.weight", bad / Dim, bad % Dim, Values[bad]);
    }

    /// <summary>Copies rows, as floats: zeros where an id is negative.</summary>
    /// <param name="ids">Rows of the table; negative for none.</param>
    /// <param name="destination">[ids x dim], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">From one row of the destination to the next.</param>
    internal void Gather(ReadOnlySpan<int> ids, Span<float> destination, int stride)
    {
        if (_brain)
        {
            RowGather.Copy<ushort>(Brains, Dim, ids, destination, stride);
        }
        else
        {
            RowGather.Copy<float>(Values, Dim, ids, destination, stride);
        }
    }

    /// <summary>Asks the processor for rows that will be gathered soon.</summary>
    internal void Ask(ReadOnlySpan<int> ids)
    {
        if (_brain)
        {
            RowGather.Ask<ushort>(Brains, Dim, ids);
        }
        else
        {
            RowGather.Ask<float>(Values, Dim, ids);
        }
    }

    /// <summary>Whether its values are floats.</summary>
    internal bool IsFloat => !_brain;

    /// <summary>One row as floats: where it lies, or widened into a scratch. [dim]</summary>
    internal ReadOnlySpan<float> Row(int row, Span<float> scratch)
    {
        if (!_brain)
        {
            return Row(row);
        }

        BrainFloat.Widen(Brains.Slice(row * Dim, Dim), scratch);
        return scratch[..Dim];
    }
}
