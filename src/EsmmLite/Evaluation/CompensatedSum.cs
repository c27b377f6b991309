namespace EsmmLite.Evaluation;

/// <summary>A sum of doubles that carries its rounding error along (Neumaier's form of Kahan's sum).</summary>
/// <remarks>Hundreds of millions of small losses lose nothing that a report would show. The result depends on the order of the terms alone.</remarks>
internal struct CompensatedSum
{
    private double _sum;
    private double _lost;

    /// <summary>The sum so far.</summary>
    public readonly double Value => _sum + _lost;

    /// <summary>Adds a term.</summary>
    public void Add(double term)
    {
        double next = _sum + term;
        _lost += Math.Abs(_sum) >= Math.Abs(term) ? (_sum - next) + term : (term - next) + _sum;
        _sum = next;
    }
}
