using System.Runtime.InteropServices;

namespace EsmmLite.Memory;

/// <summary>A block of floats, or of as many pairs of brain floats, zero at first, that begins at a cache line and never moves.</summary>
internal sealed class AlignedBuffer
{
    private const int LineFloats = 16;

    private readonly float[] _array;
    private readonly int _first;

    internal AlignedBuffer(long length)
    {
        if (length > Array.MaxLength - LineFloats)
        {
            throw new EsmmException(EsmmErrorKind.Config, $"a block of {length:N0} floats is larger than one array can be", expected: $"at most {Array.MaxLength - LineFloats:N0}", hint: "Use fewer rows or a smaller dim for this table.");
        }

        Length = (int)length;
        _array = GC.AllocateArray<float>(Length + LineFloats, pinned: true);
        nuint past = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) % (LineFloats * sizeof(float));
        _first = past == 0 ? 0 : (int)((LineFloats * sizeof(float) - past) / sizeof(float));
        if (length > 0)
        {
            HugePages.Advise(ref _array[_first], (nuint)length * sizeof(float));
        }
    }

    internal int Length { get; }

    /// <summary>Bytes that it takes.</summary>
    internal long Bytes => (long)_array.Length * sizeof(float);

    internal Span<float> Span => new(_array, _first, Length);

    /// <summary>The same bytes as brain floats. [2 x length]</summary>
    internal Span<ushort> Brains => MemoryMarshal.Cast<float, ushort>(Span);

    internal Memory<float> Memory => new(_array, _first, Length);
}
