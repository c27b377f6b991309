using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>One embedding table, in a block of memory of its own.</summary>
public sealed class EmbeddingTable
{
    private readonly AlignedBuffer _values;

    /// <summary>Creates a table of zeros.</summary>
    /// <param name="name">Name of its field.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="dim">Length of a row.</param>
    public EmbeddingTable(string name, int rows, int dim)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dim);
        Name = name;
        Rows = rows;
        Dim = dim;
        _values = new AlignedBuffer((long)rows * dim);
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
    public Span<float> Values => _values.Span;

    /// <summary>All values, for writing to a file. [rows x dim]</summary>
    public Memory<float> Memory => _values.Memory;

    /// <summary>One row. [dim]</summary>
    public Span<float> Row(int row) => _values.Span.Slice(row * Dim, Dim);
}
