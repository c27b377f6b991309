using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EsmmLite.Kernels;

namespace EsmmLite.Persistence;

/// <summary>One reading of a tensor from its first byte to its last, which ends in a comparison with the digest of the verified file.</summary>
internal sealed class TensorReading(FileBytes bytes, TensorInfo info, byte[] digest) : IDisposable
{
    // Small enough that the bytes are hashed while they are in the cache, and that their number fits an int.
    private const int SliceElements = 1 << 16;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _offset = info.Offset;

    /// <summary>Reads the next elements.</summary>
    public void Fill<T>(Span<T> destination)
        where T : unmanaged
    {
        while (destination.Length > 0)
        {
            Span<T> slice = destination[..Math.Min(destination.Length, SliceElements)];
            Span<byte> raw = DTypes.AsBytes(slice);
            bytes.Read(_offset, raw);
            _hash.AppendData(raw);
            _offset += raw.Length;
            destination = destination[slice.Length..];
        }
    }

    /// <summary>Refuses what was read unless it is what was verified.</summary>
    public void Finish()
    {
        if (!_hash.GetHashAndReset().AsSpan().SequenceEqual(digest))
        {
            throw FileBytes.Fault(
                bytes.Path, info.Offset, $"tensor '{info.Name}' changed while the file was open", hint: "Replace a model file by renaming a new one over it, never in place.");
        }
    }

    /// <summary>Refuses infinities and NaN by name.</summary>
    /// <param name="values">Elements of the tensor.</param>
    /// <param name="first">Index of the first of them in the tensor.</param>
    public void RequireFinite<T>(ReadOnlySpan<T> values, long first)
        where T : unmanaged
    {
        int at = typeof(T) == typeof(float) ? Finite.FirstNonFinite(MemoryMarshal.Cast<T, float>(values))
            : typeof(T) == typeof(double) ? FirstNonFinite(MemoryMarshal.Cast<T, double>(values))
            : -1;
        if (at >= 0)
        {
            throw new EsmmException(
                EsmmErrorKind.ModelFile, $"{values[at]} is not finite", $"{bytes.Path}, tensor '{info.Name}', element {first + at}", "finite values", "The training that wrote the file had diverged.");
        }
    }

    public void Dispose() => _hash.Dispose();

    private static int FirstNonFinite(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
