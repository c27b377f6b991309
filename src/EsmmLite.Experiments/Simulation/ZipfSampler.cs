using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>Draws ranks 0 .. n − 1 with P(rank) ∝ (rank + 1)^−s, by binary search in the cumulative weights.</summary>
internal sealed class ZipfSampler
{
    private readonly double[] _cumulative;

    public ZipfSampler(int count, double exponent)
    {
        _cumulative = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++)
        {
            sum += ExactMath.Exp(-exponent * ExactMath.Log(rank + 1));
            _cumulative[rank] = sum;
        }
    }

    public int Next(ref SplitMix random)
    {
        double target = random.NextDouble() * _cumulative[^1];

        // The first rank whose cumulative weight is above the target. The product may round up to the total: then it is the last rank.
        int low = 0;
        int high = _cumulative.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_cumulative[middle] > target)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
