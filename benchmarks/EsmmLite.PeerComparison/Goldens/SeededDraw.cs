namespace EsmmLite.PeerComparison.Goldens;

/// <summary>A 64-bit SplitMix generator: the golden files must not depend on a library's idea of a seed.</summary>
internal sealed class SeededDraw(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A double in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>An integer in [0, bound); the tiny bias of the remainder does not matter here.</summary>
    public int NextInt(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Floats between -limit and limit: what the engine stores, so that both start from the same numbers.</summary>
    public float[] Uniform(int count, double limit)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)((2 * NextDouble() - 1) * limit);
        }

        return values;
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
