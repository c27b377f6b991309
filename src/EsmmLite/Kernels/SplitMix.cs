namespace EsmmLite.Kernels;

/// <summary>
/// The seeded generator of initialisation, shuffling, dropout and simulation: SplitMix64 (Steele, Lea and Flood, 2014).
/// </summary>
/// <remarks>
/// The whole state is one 64-bit counter, and every draw is defined by integer operations or by <see cref="ExactMath"/>: the same seed
/// gives the same sequence on every machine and runtime. This is a mutable struct: a copy continues on its own from where it was taken.
/// </remarks>
public partial struct SplitMix
{
    // The odd integer nearest to 2^64 divided by the golden ratio: the counter's step.
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Starts the sequence of a seed.</summary>
    /// <param name="seed">Any number; every seed gives another sequence.</param>
    public SplitMix(ulong seed) => _state = seed;

    /// <summary>Starts one of many sequences that belong to a seed and do not follow one another.</summary>
    /// <param name="seed">The seed of the whole run.</param>
    /// <param name="stream">The number of the sequence; for one seed, different numbers start at different states.</param>
    public static SplitMix Stream(ulong seed, ulong stream)
        => new(Mix(Mix(seed + Step) + (stream * 0xD1342543DE82EF95)));

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        _state += Step;
        return Mix(_state);
    }

    /// <summary>A multiple of 2^-53 in [0, 1), uniform.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A multiple of 2^-24 in [0, 1), uniform.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1U << 24));

    /// <summary>An integer in [0, n), without bias.</summary>
    /// <param name="n">The number of possible results, at least 1.</param>
    /// <exception cref="EsmmException">n is 0.</exception>
    public uint NextBelow(uint n)
    {
        if (n == 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "n is 0", "SplitMix.NextBelow", "at least 1");
        }

        // 32 random bits times n: the high half is the result. The low half tells the few draws that would favour some results
        // (Lemire, 2019); there are 2^32 mod n of them, and the division is only needed when one is possible at all.
        ulong product = (NextUInt64() >> 32) * n;
        if ((uint)product < n)
        {
            uint favoured = (0U - n) % n;
            while ((uint)product < favoured)
            {
                product = (NextUInt64() >> 32) * n;
            }
        }

        return (uint)(product >> 32);
    }

    /// <summary>A draw from the normal distribution with mean 0 and variance 1, by Marsaglia's polar method.</summary>
    public double NextGaussian()
    {
        // The method yields two values; the second is dropped, so that the counter stays the only state.
        while (true)
        {
            double u = (2.0 * NextDouble()) - 1.0;
            double v = (2.0 * NextDouble()) - 1.0;
            double square = Math.FusedMultiplyAdd(u, u, v * v);
            if (square < 1.0 && square > 0.0)
            {
                return u * Math.Sqrt(-2.0 * ExactMath.Log(square) / square);
            }
        }
    }

    /// <summary>Puts the values into a random order, every order being equally likely (Fisher and Yates).</summary>
    /// <param name="values">The values, in and out.</param>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = (int)NextBelow((uint)i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
