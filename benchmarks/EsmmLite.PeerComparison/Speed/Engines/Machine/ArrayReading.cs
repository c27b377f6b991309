using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EsmmLite.PeerComparison.Speed.Measuring;

namespace EsmmLite.PeerComparison.Speed.Engines.Machine;

/// <summary>Reads an array from front to back, over and over: its size says which cache, or memory, is measured.</summary>
internal sealed unsafe class ArrayReading : Caller
{
    private readonly nuint _bytes;
    private byte* _memory;
    private long _sink;

    /// <summary>Allocates and touches the array.</summary>
    public ArrayReading(int bytes)
    {
        _bytes = (nuint)bytes;
        _memory = (byte*)NativeMemory.AlignedAlloc(_bytes, 4096);
        NativeMemory.Fill(_memory, _bytes, 1);
    }

    /// <inheritdoc/>
    public override void Call(int index) => _sink += Vector512.IsHardwareAccelerated ? Wide(_memory, _bytes) : Narrow(_memory, _bytes);

    /// <inheritdoc/>
    public override void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Wide(byte* memory, nuint bytes)
    {
        Vector512<long> a = default, b = default, c = default, d = default;
        for (nuint at = 0; at < bytes; at += 256)
        {
            a ^= Vector512.LoadAligned((long*)(memory + at));
            b ^= Vector512.LoadAligned((long*)(memory + at + 64));
            c ^= Vector512.LoadAligned((long*)(memory + at + 128));
            d ^= Vector512.LoadAligned((long*)(memory + at + 192));
        }

        return (a ^ b ^ c ^ d).GetElement(0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Narrow(byte* memory, nuint bytes)
    {
        Vector256<long> a = default, b = default, c = default, d = default;
        for (nuint at = 0; at < bytes; at += 128)
        {
            a ^= Vector256.LoadAligned((long*)(memory + at));
            b ^= Vector256.LoadAligned((long*)(memory + at + 32));
            c ^= Vector256.LoadAligned((long*)(memory + at + 64));
            d ^= Vector256.LoadAligned((long*)(memory + at + 96));
        }

        return (a ^ b ^ c ^ d).GetElement(0);
    }
}
