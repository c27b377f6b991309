namespace EsmmLite.Formats.Profiling;

/// <summary>Quantiles of numbers that stand for unequal numbers of rows.</summary>
public sealed class WeightedQuantiles
{
    private readonly double[] _numbers;
    private readonly double[] _upTo; // weight of a number and those before it

    /// <summary>Sorts the numbers.</summary>
    /// <param name="numbers">At least one number.</param>
    /// <param name="weights">How many rows each stands for.</param>
    public WeightedQuantiles(IEnumerable<double> numbers, IEnumerable<double> weights)
    {
        _numbers = [.. numbers];
        _upTo = [.. weights];
        ArgumentOutOfRangeException.ThrowIfZero(_numbers.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(_upTo.Length, _numbers.Length);
        Array.Sort(_numbers, _upTo);
        for (int i = 1; i < _upTo.Length; i++)
        {
            _upTo[i] += _upTo[i - 1];
        }
    }

    /// <summary>The number below which a share of the rows lies.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double At(double share)
    {
        int place = Array.BinarySearch(_upTo, share * _upTo[^1]);
        return _numbers[Math.Min(place < 0 ? ~place : place, _numbers.Length - 1)];
    }
}
