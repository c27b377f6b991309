using System.Collections.Immutable;

namespace EsmmLite.Persistence;

/// <summary>A tensor to be saved: its name, type and shape, and a way to stream its bytes.</summary>
/// <remarks>Derive from it to save memory that is not an array; <see cref="Of{T}(string, long[], ReadOnlyMemory{T}[])"/> serves the rest.</remarks>
public abstract class TensorSource
{
    /// <summary>Describes a tensor.</summary>
    /// <param name="name">Its name, unique in the file; a name that starts with <c>~</c> or <c>__</c> is the format's own.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="shape">Its dims, row-major, none negative; no dims for a single value.</param>
    /// <exception cref="EsmmException">The name or the shape is not allowed.</exception>
    protected TensorSource(string name, DType type, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name[0] == '~' || name.StartsWith("__", StringComparison.Ordinal))
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"a tensor cannot be called '{name}'", expected: "a name that does not start with '~' or '__'");
        }

        Name = name;
        Type = type;
        Shape = shape.Length <= SafetensorsFormat.MaxRank
            ? [.. shape]
            : throw new EsmmException(EsmmErrorKind.Usage, $"{shape.Length} dims are too many", $"tensor '{name}'", $"at most {SafetensorsFormat.MaxRank}");
        ByteLength = DTypes.ByteLength(type, shape)
            ?? throw new EsmmException(EsmmErrorKind.Usage, $"shape {TensorInfo.Text(Shape)} is not possible", $"tensor '{name}'", "no negative dim, and less than 2^63 bytes");
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public DType Type { get; }

    /// <summary>The dims, row-major.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Number of bytes that <see cref="WriteTo"/> writes: the product of the dims times the size of an element.</summary>
    public long ByteLength { get; }

    /// <summary>Writes exactly <see cref="ByteLength"/> bytes: the elements, row-major, little-endian.</summary>
    /// <param name="destination">A stream that only takes bytes.</param>
    public abstract void WriteTo(Stream destination);

    /// <summary>A tensor over memory, in one block or in several that follow one another.</summary>
    /// <typeparam name="T">float, double, long or byte.</typeparam>
    /// <param name="name">The tensor's name.</param>
    /// <param name="shape">The dims; their product is the number of elements in all blocks.</param>
    /// <param name="blocks">The elements, row-major. Not copied: they are read when the file is written.</param>
    /// <exception cref="EsmmException">The name, the shape or the number of elements is wrong.</exception>
    public static TensorSource Of<T>(string name, long[] shape, params ReadOnlyMemory<T>[] blocks)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(blocks);
        return new MemorySource<T>(name, shape, blocks);
    }

    private sealed class MemorySource<T> : TensorSource
        where T : unmanaged
    {
        // Written in slices: the bytes of a large span cannot be counted by an int.
        private const int SliceElements = 1 << 17;
        private readonly ReadOnlyMemory<T>[] _blocks;

        public MemorySource(string name, long[] shape, ReadOnlyMemory<T>[] blocks)
            : base(name, DTypes.Of<T>(), shape)
        {
            _blocks = blocks;
            long elements = blocks.Sum(b => (long)b.Length);
            if (elements != ByteLength / DTypes.SizeOf(Type))
            {
                throw new EsmmException(EsmmErrorKind.Usage, $"{elements} elements do not fill shape {TensorInfo.Text(Shape)}", $"tensor '{name}'");
            }
        }

        public override void WriteTo(Stream destination)
        {
            foreach (ReadOnlyMemory<T> block in _blocks)
            {
                ReadOnlySpan<T> rest = block.Span;
                while (rest.Length > 0)
                {
                    ReadOnlySpan<T> slice = rest[..Math.Min(rest.Length, SliceElements)];
                    destination.Write(DTypes.AsBytes(slice));
                    rest = rest[slice.Length..];
                }
            }
        }
    }
}
