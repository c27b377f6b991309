using System.Runtime.InteropServices;

namespace EsmmLite.Persistence;

/// <summary>The element types of a tensor on disk.</summary>
public enum DType
{
    /// <summary>32-bit floating point (<see cref="float"/>).</summary>
    F32,

    /// <summary>64-bit floating point (<see cref="double"/>).</summary>
    F64,

    /// <summary>64-bit signed integer (<see cref="long"/>).</summary>
    I64,

    /// <summary>Bytes (<see cref="byte"/>).</summary>
    U8,
}

/// <summary>What the file format says of element types and shapes.</summary>
internal static class DTypes
{
    /// <summary>The name of a type in a header.</summary>
    public static string NameOf(DType type) => type switch
    {
        DType.F32 => "F32",
        DType.F64 => "F64",
        DType.I64 => "I64",
        DType.U8 => "U8",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The type with a header's name, or null if there is none.</summary>
    public static DType? Parse(string name) => name switch
    {
        "F32" => DType.F32,
        "F64" => DType.F64,
        "I64" => DType.I64,
        "U8" => DType.U8,
        _ => null,
    };

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(DType type) => type switch
    {
        DType.F32 => 4,
        DType.F64 or DType.I64 => 8,
        DType.U8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The type on disk of a .NET element type.</summary>
    public static DType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return DType.F32;
        }

        if (typeof(T) == typeof(double))
        {
            return DType.F64;
        }

        if (typeof(T) == typeof(long))
        {
            return DType.I64;
        }

        return typeof(T) == typeof(byte)
            ? DType.U8
            : throw new EsmmException(EsmmErrorKind.Usage, $"a tensor cannot hold {typeof(T).Name}", expected: "float, double, long or byte");
    }

    /// <summary>Bytes of a tensor, or null if a dim is negative or the size does not fit 63 bits.</summary>
    /// <remarks>A dim of 0 makes the tensor empty, but excuses no other dim: the product of the others must fit wherever the 0 stands.</remarks>
    public static long? ByteLength(DType type, ReadOnlySpan<long> shape)
    {
        UInt128 bytes = (UInt128)SizeOf(type);
        foreach (long dim in shape)
        {
            bytes *= (ulong)Math.Max(dim, 1);
            if (dim < 0 || bytes > long.MaxValue)
            {
                return null;
            }
        }

        return shape.Contains(0) ? 0 : (long)bytes;
    }

    /// <summary>The bytes of some elements as the file holds them: little-endian, which is required of the machine and not converted.</summary>
    /// <param name="elements">Few enough elements that their bytes can be counted by an int.</param>
    public static Span<byte> AsBytes<T>(Span<T> elements)
        where T : unmanaged
    {
        RequireLittleEndian();
        return MemoryMarshal.AsBytes(elements);
    }

    /// <inheritdoc cref="AsBytes{T}(Span{T})"/>
    public static ReadOnlySpan<byte> AsBytes<T>(ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        RequireLittleEndian();
        return MemoryMarshal.AsBytes(elements);
    }

    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("EsmmLite's files are little-endian, and so must be the machine.");
        }
    }
}
