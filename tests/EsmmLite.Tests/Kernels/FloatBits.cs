using System.Runtime.InteropServices;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>What the tests of the kernels share: random floats, special ones, and equality of bits.</summary>
internal static class FloatBits
{
    /// <summary>A value that no kernel computes from the tests' data: where it stood, it must still stand.</summary>
    internal const float Guard = 12345.678f;

    internal static readonly float[] Special =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 0f, float.Epsilon, -float.Epsilon, 1.1e-38f, -1.1e-38f, float.MaxValue, float.MinValue, 1e30f, 1.17549435e-38f,
    ];

    internal static float[] Random(int count, ulong seed)
    {
        SplitMix random = new(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = 2f * random.NextSingle() - 1f;
        }

        return values;
    }

    /// <summary>The same bits, or both not a number: which of several NaNs an operation hands on differs between processors.</summary>
    internal static bool Same(float expected, float got) =>
        BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(got) || (float.IsNaN(expected) && float.IsNaN(got));

    internal static bool Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> got)
    {
        if (MemoryMarshal.Cast<float, uint>(expected).SequenceEqual(MemoryMarshal.Cast<float, uint>(got)))
        {
            return true;
        }

        bool same = expected.Length == got.Length;
        for (int i = 0; same && i < got.Length; i++)
        {
            same = Same(expected[i], got[i]);
        }

        return same;
    }
}
