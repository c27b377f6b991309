namespace EsmmLite.Calibration;

/// <summary>How a calibrator was fitted.</summary>
public enum CalibrationMethod
{
    /// <summary>Not at all: the logit stays as it is.</summary>
    None,

    /// <summary>A line from logit to logit: Platt scaling.</summary>
    Platt,

    /// <summary>The best curve that never falls: pool-adjacent-violators.</summary>
    Isotonic,
}

/// <summary>The calibrator of one task: a curve for every row, and curves of their own for some segments.</summary>
public sealed class TaskCalibrator
{
    private readonly int[] _segments;
    private readonly LogitCurve[] _curves; // the overall one, then the segments'

    /// <summary>Creates a calibrator.</summary>
    /// <param name="method">How it was fitted.</param>
    /// <param name="overall">The curve of segments that have none of their own, and of unknown ones.</param>
    /// <param name="segments">Curves of segments, by the row of the segment's field.</param>
    public TaskCalibrator(CalibrationMethod method, LogitCurve overall, IReadOnlyDictionary<int, LogitCurve>? segments = null)
    {
        ArgumentNullException.ThrowIfNull(overall);
        Method = method;
        _segments = [.. (segments?.Keys ?? []).Order()];
        _curves = [overall, .. _segments.Select(segment => segments![segment])];
    }

    /// <summary>The calibrator that changes nothing.</summary>
    public static TaskCalibrator Identity { get; } = new(CalibrationMethod.None, LogitCurve.Identity);

    /// <summary>How it was fitted.</summary>
    public CalibrationMethod Method { get; }

    /// <summary>The segments that have a curve of their own, in order.</summary>
    public IReadOnlyList<int> Segments => _segments;

    /// <summary>The curve of a segment: its own, or the overall one. Nothing is allocated.</summary>
    /// <param name="segment">Row of the segment's field; -1 for a missing value.</param>
    public LogitCurve CurveOf(int segment)
    {
        int at = _segments.Length == 0 ? -1 : Array.BinarySearch(_segments, segment);
        return _curves[at < 0 ? 0 : at + 1];
    }

    /// <summary>All curves: the overall one, then those of the segments in order.</summary>
    internal IReadOnlyList<LogitCurve> Curves => _curves;
}
