using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>Draws rows of a table with P(rank) ∝ rank^-1.05, the frequent ones strewn over the table as a hash would do.</summary>
public sealed class ZipfRows
{
    private const double Exponent = 1.05;
    private readonly ZipfSampler _ranks;
    private readonly long _rows;
    private readonly long _stride;

    /// <summary>Prepares the draws.</summary>
    /// <param name="rows">Rows of the table; 8 bytes are held for each.</param>
    public ZipfRows(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        _ranks = new ZipfSampler(rows, Exponent);
        _rows = rows;

        // About the golden section of the rows, and prime to them: different ranks are different rows.
        for (_stride = (long)(rows * 0.618) | 1; GreatestCommonDivisor(_stride, rows) != 1; _stride += 2)
        {
        }
    }

    /// <summary>Draws a row.</summary>
    public int Next(ref SplitMix random) => (int)(_ranks.Next(ref random) * _stride % _rows);

    private static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
