namespace EsmmLite.Calibration;

/// <summary>
/// A function from a logit to a calibrated logit that never falls: straight lines between knots, and on both sides of them lines of one slope.
/// Platt's line is one knot with a slope; an isotonic fit has many and slope 0; the identity is the knot (0, 0) with slope 1.
/// </summary>
/// <remarks>
/// Everything is double. Between two knots the value is y₀ + (y₁ − y₀) ((x − x₀) / (x₁ − x₀)), never above y₁: each operation rounds
/// monotonically, so the curve doesn't fall by a bit anywhere.
/// </remarks>
public sealed class LogitCurve
{
    /// <summary>The largest place of a knot: every finite float, moved by the logarithm of a sampling rate, fits.</summary>
    public const double LargestLogit = 1e39;

    /// <summary>The largest value of a knot: σ is 0 or 1 long before.</summary>
    public const double LargestValue = 1e4;

    /// <summary>The steepest slope.</summary>
    public const double LargestSlope = 1e6;

    private readonly double[] _logits;
    private readonly double[] _values;

    /// <summary>Creates a curve.</summary>
    /// <param name="logits">Places of the knots, rising.</param>
    /// <param name="values">Their values, not falling.</param>
    /// <param name="slope">The slope outside of the knots, 0 or more.</param>
    /// <exception cref="EsmmException">It would fall somewhere, or holds a number that is out of bounds.</exception>
    public LogitCurve(ReadOnlySpan<double> logits, ReadOnlySpan<double> values, double slope)
    {
        if (Fault(logits, values, slope) is { } fault)
        {
            throw new EsmmException(EsmmErrorKind.Usage, fault, "calibration curve");
        }

        _logits = logits.ToArray();
        _values = values.ToArray();
        Slope = slope;
    }

    /// <summary>The curve that changes nothing.</summary>
    public static LogitCurve Identity { get; } = new([0.0], [0.0], 1.0);

    /// <summary>Places of the knots.</summary>
    public ReadOnlySpan<double> Logits => _logits;

    /// <summary>Values of the knots.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The slope outside of the knots.</summary>
    public double Slope { get; }

    /// <summary>A line.</summary>
    /// <param name="slope">Its slope.</param>
    /// <param name="intercept">Its value at logit 0.</param>
    public static LogitCurve Line(double slope, double intercept) => new([0.0], [intercept], slope);

    /// <summary>The calibrated logit. Nothing is allocated.</summary>
    /// <param name="logit">A logit; not NaN.</param>
    public double Apply(double logit)
    {
        double[] x = _logits, y = _values;
        if (!(logit > x[0]))
        {
            return Outside(logit, x[0], y[0]);
        }

        int last = x.Length - 1;
        if (logit >= x[last])
        {
            return Outside(logit, x[last], y[last]);
        }

        // x[low] <= logit < x[high]
        int low = 0, high = last;
        while (high - low > 1)
        {
            int middle = (low + high) >>> 1;
            (low, high) = logit >= x[middle] ? (middle, high) : (low, middle);
        }

        return Math.Min(y[low] + ((y[high] - y[low]) * ((logit - x[low]) / (x[high] - x[low]))), y[high]);
    }

    /// <summary>Why some numbers are no curve; null if they are.</summary>
    internal static string? Fault(ReadOnlySpan<double> logits, ReadOnlySpan<double> values, double slope)
    {
        if (logits.Length == 0 || logits.Length != values.Length)
        {
            return $"there are {logits.Length} places and {values.Length} values where a curve has one value or more, each with its place";
        }

        if (!(slope >= 0 && slope <= LargestSlope))
        {
            return FormattableString.Invariant($"the slope is {slope} where a number from 0 to {LargestSlope} was expected");
        }

        for (int i = 0; i < logits.Length; i++)
        {
            if (!(Math.Abs(logits[i]) <= LargestLogit) || !(Math.Abs(values[i]) <= LargestValue))
            {
                return FormattableString.Invariant($"knot {i} is ({logits[i]}, {values[i]}), out of bounds");
            }

            if (i > 0 && !(logits[i] > logits[i - 1] && values[i] >= values[i - 1]))
            {
                return FormattableString.Invariant($"knot {i} at ({logits[i]}, {values[i]}) is not above the one before, ({logits[i - 1]}, {values[i - 1]})");
            }
        }

        return null;
    }

    // An infinite logit times slope 0 would not be a number.
    private double Outside(double logit, double x, double y) => Slope == 0 ? y : y + ((logit - x) * Slope);
}
