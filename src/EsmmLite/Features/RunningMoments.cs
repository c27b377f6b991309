namespace EsmmLite.Features;

/// <summary>Mean and variance in one pass (Welford's update), in double, in the order of the values.</summary>
internal struct RunningMoments
{
    private double _squares;

    public long Count { get; private set; }

    public double Mean { get; private set; }

    public double Low { get; private set; }

    public double High { get; private set; }

    /// <summary>The standard deviation of the values themselves (divided by their number, not by one less).</summary>
    public readonly double Deviation => Count == 0 ? 0 : Math.Sqrt(_squares / Count);

    public void Add(double value)
    {
        Low = Count == 0 ? value : Math.Min(Low, value);
        High = Count == 0 ? value : Math.Max(High, value);
        Count++;
        double delta = value - Mean;
        Mean += delta / Count;
        _squares += delta * (value - Mean);
    }
}
