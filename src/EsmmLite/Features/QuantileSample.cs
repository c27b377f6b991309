using EsmmLite.Kernels;

namespace EsmmLite.Features;

/// <summary>A uniform sample of the values seen (reservoir sampling), for quantiles: all of them up to <see cref="Capacity"/>.</summary>
internal sealed class QuantileSample(ulong seed, ulong stream)
{
    public const int Capacity = 65_536;

    private SplitMix _random = SplitMix.Stream(seed, stream);
    private double[] _values = new double[256];
    private long _seen;

    public void Add(double value)
    {
        long position = _seen++;
        if (position >= Capacity)
        {
            position = (long)Math.BigMul(_random.NextUInt64(), (ulong)_seen, out _);
            if (position >= Capacity)
            {
                return;
            }
        }

        if (position >= _values.Length)
        {
            Array.Resize(ref _values, 2 * _values.Length);
        }

        _values[position] = value;
    }

    /// <summary>The inner bounds of buckets with equally many values: bound k is the value at place floor(k n / buckets) of the n sorted ones.</summary>
    /// <remarks>Ascending and distinct. A bound at the smallest value is left out, because nothing would lie below it.</remarks>
    public double[] Bounds(int buckets)
    {
        int count = (int)Math.Min(_seen, Capacity);
        double[] sorted = _values[..count];
        Array.Sort(sorted);
        var bounds = new List<double>();
        for (long k = 1; k < buckets && count > 0; k++)
        {
            double bound = sorted[k * count / buckets];
            if (bound > (bounds.Count == 0 ? sorted[0] : bounds[^1]))
            {
                bounds.Add(bound);
            }
        }

        return [.. bounds];
    }
}
