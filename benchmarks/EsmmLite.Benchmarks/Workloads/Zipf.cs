using EsmmLite.Kernels;

namespace EsmmLite.Benchmarks.Workloads;

/// <summary>Draws rows of a table with P(rank) ∝ rank^-1.05, the frequent ones strewn over the table as a hash would do.</summary>
internal sealed class Zipf
{
    private const double Exponent = 1.05;
    private readonly double[] _cumulative;
    private readonly long _stride;

    internal Zipf(int rows)
    {
        _cumulative = new double[rows];
        double sum = 0;
        for (int rank = 0; rank < rows; rank++)
        {
            sum += Math.Pow(rank + 1, -Exponent);
            _cumulative[rank] = sum;
        }

        // Prime to the number of rows, so that different ranks are different rows.
        for (_stride = (long)(rows * 0.618) | 1; Gcd(_stride, rows) != 1; _stride += 2)
        {
        }
    }

    internal int Next(ref SplitMix random)
    {
        int found = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return (int)(Math.Min(found < 0 ? ~found : found, _cumulative.Length - 1) * _stride % _cumulative.Length);
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
