using EsmmLite.Calibration;
using EsmmLite.Kernels;

namespace EsmmLite.Training;

/// <summary>Fits a calibration: the CTR curve on all impressions, the CVR curve on clicked ones, since nobody knows of the others whether they would have converted.</summary>
public static class ModelCalibrator
{
    private const double LeastWeight = 1e-12;

    /// <summary>Fits both tasks' curves, over all rows and by segment. Where too few positives or other rows are, the overall curve serves, or none.</summary>
    /// <param name="rows">Held-out rows: later than those that the model was trained on.</param>
    /// <param name="options">How.</param>
    /// <exception cref="EsmmException">An option is out of bounds, or the rows have no times to weigh by.</exception>
    public static ModelCalibration Fit(CalibrationRows rows, CalibrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Require();
        if (rows.By != options.By)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the rows were read for other segments", "calibration", "one field for both");
        }

        if (options.HalfLife is not null && !rows.HasTimes)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the impressions have no times to weigh by", "HalfLife", "a schema with a time", "Add \"time\" to the config and train again, or leave the half-life out.");
        }

        double shift = ExactMath.Log(options.NegativeKeep);
        int[] all = [.. Enumerable.Range(0, rows.Count)], clicked = [.. all.Where(rows.Click)];
        TaskCalibrator ctr = Fit(rows, options, all, r => rows.CtrLogit(r) + shift, rows.Click, unclickedWeight: 1 / options.HeldKeep);
        TaskCalibrator cvr = Fit(rows, options, clicked, rows.CvrLogit, rows.Conversion, unclickedWeight: 1);
        return new ModelCalibration(ctr, cvr, options.NegativeKeep, ctr.Segments.Count + cvr.Segments.Count > 0 ? options.By : null);
    }

    private static TaskCalibrator Fit(CalibrationRows rows, CalibrationOptions options, int[] places, Func<int, double> logit, Func<int, bool> label, double unclickedWeight)
    {
        if (options.Method == CalibrationMethod.None || !Suffices(places))
        {
            return TaskCalibrator.Identity;
        }

        Dictionary<int, LogitCurve> segments = [];
        if (options.By is not null)
        {
            foreach (IGrouping<int, int> segment in places.GroupBy(rows.Segment))
            {
                int[] own = [.. segment];
                if (Suffices(own))
                {
                    segments.Add(segment.Key, Curve(own));
                }
            }
        }

        return new TaskCalibrator(options.Method, Curve(places), segments);

        bool Suffices(int[] some)
        {
            // In rows of the newest one's weight: many old rows are worth few, and would leave the curve to what is added to every count.
            double positives = some.Where(label).Sum(AgeWeight);
            return positives >= options.MinPositives && some.Sum(AgeWeight) - positives >= options.MinPositives;
        }

        LogitCurve Curve(int[] some)
        {
            FitRows fit = new([.. some.Select(logit)], [.. some.Select(label)], [.. some.Select(r => AgeWeight(r) * (rows.Click(r) ? 1 : unclickedWeight))]);
            return options.Method == CalibrationMethod.Platt ? PlattFit.Curve(fit) : IsotonicFit.Curve(fit);
        }

        double AgeWeight(int row) => options.HalfLife is { } half ? Math.Max(LeastWeight, ExactMath.Exp(-0.6931471805599453 * rows.Age(row) / half.Ticks)) : 1;
    }
}
