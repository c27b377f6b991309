using EsmmLite.Calibration;
using EsmmLite.Evaluation;
using EsmmLite.Kernels;
using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>PCOC of one task in one segment, before and after calibration. Null, not 1, where the positives are too few.</summary>
/// <param name="Segment">Row of the segment's field; null for all rows.</param>
/// <param name="Task">The task.</param>
/// <param name="Rows">Number of rows: all impressions, of CVR the clicked ones.</param>
/// <param name="Positives">Number of positives.</param>
/// <param name="Before">PCOC of the model's own scores.</param>
/// <param name="BeforeInterval">Its 95 % interval: Wilson's, of the observed rate.</param>
/// <param name="After">PCOC of the calibrated scores.</param>
/// <param name="AfterInterval">Its interval.</param>
public sealed record SegmentPcoc(int? Segment, EvaluationTask Task, long Rows, long Positives, double? Before, Interval? BeforeInterval, double? After, Interval? AfterInterval)
{
    /// <summary>Measures all rows, then the segments from the largest down.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="calibration">The calibration.</param>
    /// <param name="minPositives">The fewest positives of a figure; it needs one at least.</param>
    /// <param name="heldKeep">Share of the unclicked impressions that are among the rows: each counts as 1 / share.</param>
    /// <exception cref="EsmmException">The calibration's segments are of another field than the rows'.</exception>
    public static IReadOnlyList<SegmentPcoc> Measure(CalibrationRows rows, ModelCalibration calibration, int minPositives, double heldKeep = 1)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(calibration);
        if (calibration.SegmentField is { } field && field != rows.By)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the calibration has segments of the field '{field}' and the rows of {(rows.By is null ? "none" : $"'{rows.By}'")}", "calibration", "one field for both");
        }

        Sums overall = new();
        Dictionary<int, Sums> segments = [];
        for (int r = 0; r < rows.Count; r++)
        {
            double a = rows.CtrLogit(r), b = rows.CvrLogit(r), weight = rows.Click(r) ? 1 : 1 / heldKeep;
            double before = ExactMath.Sigmoid(a), beforeCvr = ExactMath.Sigmoid(b);
            calibration.Apply(rows.Segment(r), ref a, ref b);
            SigmoidProduct.Predict(a, b, out double p, out double q, out double t);
            overall.Add(rows, r, weight, (before, beforeCvr, before * beforeCvr), (p, q, t));
            if (rows.By is not null)
            {
                if (!segments.TryGetValue(rows.Segment(r), out Sums? sums))
                {
                    segments.Add(rows.Segment(r), sums = new Sums());
                }

                sums.Add(rows, r, weight, (before, beforeCvr, before * beforeCvr), (p, q, t));
            }
        }

        return [.. overall.Figures(null, minPositives), .. segments.OrderByDescending(s => s.Value.Rows).ThenBy(s => s.Key).SelectMany(s => s.Value.Figures(s.Key, minPositives))];
    }

    private sealed class Sums
    {
        private readonly double[] _before = new double[3];
        private readonly double[] _after = new double[3];
        private long _clicks;
        private long _conversions;

        internal long Rows { get; private set; }

        internal void Add(CalibrationRows rows, int row, double weight, (double P, double Q, double T) before, (double P, double Q, double T) after)
        {
            Rows++;
            _before[0] += weight * before.P;
            _before[2] += weight * before.T;
            _after[0] += weight * after.P;
            _after[2] += weight * after.T;
            if (rows.Click(row))
            {
                _before[1] += before.Q;
                _after[1] += after.Q;
                _clicks++;
                _conversions += rows.Conversion(row) ? 1 : 0;
            }
        }

        internal IEnumerable<SegmentPcoc> Figures(int? segment, int minPositives)
        {
            (EvaluationTask Task, long Rows, long Positives)[] tasks = [(EvaluationTask.Ctr, Rows, _clicks), (EvaluationTask.Cvr, _clicks, _conversions), (EvaluationTask.Ctcvr, Rows, _conversions)];
            for (int t = 0; t < tasks.Length; t++)
            {
                (EvaluationTask task, long count, long positives) = tasks[t];
                bool enough = positives >= Math.Max(1, minPositives);
                yield return new SegmentPcoc(segment, task, count, positives, enough ? _before[t] / positives : null, enough ? Between(_before[t], positives, count) : null,
                    enough ? _after[t] / positives : null, enough ? Between(_after[t], positives, count) : null);
            }
        }

        private static Interval Between(double predicted, long positives, long rows)
        {
            Interval rate = Interval.OfRate(positives, rows);
            return new Interval(predicted / (rows * rate.High), predicted / (rows * rate.Low));
        }
    }
}
