namespace EsmmLite.PeerComparison.Speed.Tasks;

/// <summary>
/// Draws rows of a table with P(rank) ∝ rank^-1.05. Ranks are strewn over the table, as a hash would do: frequent rows are not
/// neighbours.
/// </summary>
internal sealed class ZipfRows
{
    private const double Exponent = 1.05;
    private readonly double[] _cumulative;
    private readonly long _stride;
    private readonly long _rows;

    /// <summary>Prepares the draws of one table.</summary>
    /// <param name="ranks">Number of different rows that can be drawn.</param>
    /// <param name="rows">Rows of the table; the same draws touch as many rows in a larger one.</param>
    public ZipfRows(int ranks, long rows)
    {
        _rows = rows;
        _cumulative = new double[ranks];
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++)
        {
            sum += Math.Pow(rank + 1, -Exponent);
            _cumulative[rank] = sum;
        }

        // About the golden section of the rows, and prime to them: rank times stride visits every row once.
        for (_stride = (long)(rows * 0.618) | 1; GreatestCommonDivisor(_stride, rows) != 1; _stride += 2)
        {
        }
    }

    /// <summary>A rank, from 0.</summary>
    public int Rank(Random random)
    {
        int found = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return Math.Min(found < 0 ? ~found : found, _cumulative.Length - 1);
    }

    /// <summary>A row.</summary>
    public int Row(Random random) => (int)(Rank(random) * _stride % _rows);

    private static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
