namespace EsmmLite.Formats.Profiling;

/// <summary>
/// Counts a column's distinct values in bounded memory: all of them up to a limit, beyond it those whose hash begins with some zero bits
/// (distinct sampling, Gibbons 2001). Whether a value is kept depends on nothing but its hash, so the kept values are a fair sample of the
/// distinct ones and each one's count is exact.
/// </summary>
/// <param name="limit">The most values kept. The estimate's relative error is about 1 / √(limit / 2).</param>
/// <remarks>Two texts of equal 64-bit hash count as one: with a billion distinct values that happens to three per cent of a pair.</remarks>
internal sealed class DistinctSample(int limit)
{
    private const int LongestText = 64;

    private readonly Dictionary<ulong, DistinctValue> _values = [];
    private int _zeroBits;

    /// <summary>Whether every value is kept.</summary>
    public bool IsComplete => _zeroBits == 0;

    /// <summary>How many distinct values there are: exact where <see cref="IsComplete"/>, otherwise an estimate.</summary>
    public long Distinct => (long)_values.Count << _zeroBits;

    /// <summary>The kept values.</summary>
    public IReadOnlyCollection<DistinctValue> Values => _values.Values;

    /// <summary>Counts a value.</summary>
    /// <returns>The value, or null where it is not among the kept ones.</returns>
    public DistinctValue? Add(ulong hash, ReadOnlySpan<char> text)
    {
        if (!Keeps(hash))
        {
            return null;
        }

        if (!_values.TryGetValue(hash, out DistinctValue? value))
        {
            value = new DistinctValue(text[..Math.Min(text.Length, LongestText)].ToString(), ValueText.KindOf(text, out double number), number);
            _values.Add(hash, value);
            while (_values.Count > limit)
            {
                _zeroBits++;
                foreach (ulong other in _values.Keys.Where(other => !Keeps(other)).ToList())
                {
                    _values.Remove(other);
                }
            }
        }

        value.Count++;
        return value;
    }

    private bool Keeps(ulong hash) => _zeroBits == 0 || hash >> (64 - _zeroBits) == 0;
}

/// <summary>A distinct value of a column.</summary>
/// <param name="text">Its text, cut if it is long.</param>
/// <param name="kind">What it looks like.</param>
/// <param name="number">The number it can be read as, or NaN.</param>
internal sealed class DistinctValue(string text, ValueKind kind, double number)
{
    public string Text { get; } = text;

    public ValueKind Kind { get; } = kind;

    public double Number { get; } = number;

    /// <summary>How many rows hold it.</summary>
    public long Count { get; set; }
}
