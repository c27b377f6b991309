using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EsmmLite.Kernels;

/// <summary>Dropout of a row of values: one draw each decides which become 0; the others are scaled.</summary>
internal static class Dropping
{
    private const int Together = 8;

    /// <summary>The definition: values[i] = draw i &lt; rate ? 0 : values[i] · scale.</summary>
    /// <param name="random">The row's own sequence.</param>
    /// <param name="rate">From 0 to 1.</param>
    /// <param name="scale">What is kept is multiplied by it.</param>
    /// <param name="values">In and out.</param>
    internal static void Definition(SplitMix random, double rate, float scale, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle() < rate ? 0f : values[i] * scale;
        }
    }

    /// <inheritdoc cref="Definition"/>
    internal static void Apply(SplitMix random, double rate, float scale, Span<float> values)
    {
        // A draw is a whole number of 24 bits, divided by 2^24: below the rate if the number is below the least one that is not.
        long least = (long)Math.Ceiling(rate * (1 << 24));
        int i = 0;
        for (; i <= values.Length - Together; i += Together)
        {
            Vector256<long> first = (random.NextFour() >>> 40).AsInt64(), second = (random.NextFour() >>> 40).AsInt64();
            Vector256<int> draws = Vector256.Narrow(first, second);
            ref float at = ref MemoryMarshal.GetReference(values[i..]);
            Vector256<float> kept = Vector256.LoadUnsafe(ref at) * Vector256.Create(scale);
            Vector256.ConditionalSelect(Vector256.LessThan(draws, Vector256.Create((int)least)).AsSingle(), Vector256<float>.Zero, kept).StoreUnsafe(ref at);
        }

        Definition(random, rate, scale, values[i..]);
    }
}
