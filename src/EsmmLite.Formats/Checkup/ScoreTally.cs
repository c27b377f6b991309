namespace EsmmLite.Formats.Checkup;

/// <summary>Counts probabilities in cells less than 1 % wide, so that shares and quantiles of any number of them take 256 KB.</summary>
internal sealed class ScoreTally
{
    private const int Shift = 16; // a float's first 16 bits: sign, exponent, 7 bits of the fraction

    private readonly long[] _cells = new long[1 << (32 - 1 - Shift)];
    private readonly StretchMeans _stretches = new();
    private double _sum;
    private float _low = float.PositiveInfinity, _high = float.NegativeInfinity;

    public long Count { get; private set; }

    public void Add(float probability)
    {
        Count++;
        _sum += probability;
        _stretches.Add(probability);
        _low = Math.Min(_low, probability);
        _high = Math.Max(_high, probability);
        _cells[BitConverter.SingleToInt32Bits(Math.Abs(probability)) >> Shift]++;
    }

    /// <summary>The figures.</summary>
    /// <param name="rowsOfRequest">The mean length of the request that a row is in.</param>
    public ScoreSummary Summary(double rowsOfRequest)
        => new(Count, Count == 0 ? 0 : _sum / Count, _stretches.Error(rowsOfRequest), Count == 0 ? 0 : _low, Quantile(0.05), Quantile(0.5), Quantile(0.95), Count == 0 ? 0 : _high, ShareBelow(ScoreSummary.Zero), 1 - ShareBelow(ScoreSummary.Saturated));

    private double Quantile(double share)
    {
        long rank = (long)(share * Count), before = 0;
        for (int cell = 0; cell < _cells.Length; cell++)
        {
            before += _cells[cell];
            if (before > rank)
            {
                // The ends are exact, so a flat column of scores is flat here too.
                return Math.Clamp(BitConverter.Int32BitsToSingle(cell << Shift), _low, _high);
            }
        }

        return Count == 0 ? 0 : _high;
    }

    private double ShareBelow(float limit)
    {
        int end = BitConverter.SingleToInt32Bits(limit) >> Shift;
        return Count == 0 ? 0 : _cells.AsSpan(0, end).ToArray().Sum() / (double)Count;
    }
}
