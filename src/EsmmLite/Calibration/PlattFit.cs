using EsmmLite.Kernels;

namespace EsmmLite.Calibration;

/// <summary>Platt scaling: the line α x + β from logit to logit with the least log loss, by Newton's method in double.</summary>
/// <remarks>
/// The targets are Platt's (1999): (N₊ + 1) / (N₊ + 2) for a positive and 1 / (N₋ + 2) for another row, with N the weights of the two; so the loss
/// has one finite minimum whatever the rows are. A slope that isn't above 0 would turn the model's order around: then the line has slope 1
/// and only β is fitted.
/// </remarks>
public static class PlattFit
{
    private const int MostSteps = 100;
    private const double Enough = 1e-12;

    /// <summary>Fits a line.</summary>
    /// <param name="rows">The rows; at least one.</param>
    public static LogitCurve Curve(FitRows rows)
    {
        (double slope, double intercept) = Line(rows);
        return LogitCurve.Line(slope, intercept);
    }

    /// <summary>Slope and intercept.</summary>
    /// <param name="rows">The rows; at least one.</param>
    public static (double Slope, double Intercept) Line(FitRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.Require();
        double weight = 0, positive = 0, mean = 0, square = 0;
        for (int r = 0; r < rows.Count; r++)
        {
            weight += rows.Weights[r];
            positive += rows.Labels[r] ? rows.Weights[r] : 0;
            mean += rows.Weights[r] * rows.Logits[r];
        }

        mean /= weight;
        for (int r = 0; r < rows.Count; r++)
        {
            square += rows.Weights[r] * (rows.Logits[r] - mean) * (rows.Logits[r] - mean);
        }

        // In units of the logits' deviation around their mean the problem is well conditioned.
        double deviation = Math.Sqrt(square / weight);
        Problem problem = new(rows, (positive + 1) / (positive + 2), 1 / (weight - positive + 2), mean, deviation);
        if (deviation > 1e-9 * Math.Max(1, Math.Abs(mean)))
        {
            (double slope, double level) = problem.Solve(deviation, mean, free: true);
            if (slope > 0 && slope / deviation <= LogitCurve.LargestSlope)
            {
                return (slope / deviation, level - (slope / deviation * mean));
            }
        }

        (_, double shifted) = problem.Solve(deviation, mean, free: false);
        return (1, shifted - mean);
    }

    /// <summary>Loss and derivatives of slope s and level t: the calibrated logit of a row is s (x − mean) / deviation + t.</summary>
    private sealed class Problem(FitRows rows, double high, double low, double mean, double deviation)
    {
        internal (double Slope, double Level) Solve(double slope, double level, bool free)
        {
            double loss = Loss(slope, level);
            for (int step = 0; step < MostSteps; step++)
            {
                (double gs, double gt, double ss, double st, double tt) = Derivatives(slope, level);
                double ds, dt;
                if (free)
                {
                    double determinant = (ss * tt) - (st * st);
                    ds = ((tt * gs) - (st * gt)) / determinant;
                    dt = ((ss * gt) - (st * gs)) / determinant;
                }
                else
                {
                    (ds, dt) = (0, gt / tt);
                }

                if (!double.IsFinite(ds) || !double.IsFinite(dt))
                {
                    break;
                }

                // The whole step, or half of it, and so on, until the loss doesn't rise.
                double scale = 1, next = Loss(slope - ds, level - dt);
                while (next > loss && scale > Enough)
                {
                    scale /= 2;
                    next = Loss(slope - (scale * ds), level - (scale * dt));
                }

                if (next > loss)
                {
                    break;
                }

                (slope, level, loss) = (slope - (scale * ds), level - (scale * dt), next);
                if (Math.Abs(ds) <= Enough * (1 + Math.Abs(slope)) && Math.Abs(dt) <= Enough * (1 + Math.Abs(level)))
                {
                    break;
                }
            }

            return (slope, level);
        }

        private double Place(int row) => deviation > 0 ? (rows.Logits[row] - mean) / deviation : 0;

        private double Loss(double slope, double level)
        {
            double sum = 0;
            for (int r = 0; r < rows.Count; r++)
            {
                double x = (slope * Place(r)) + level;
                sum += rows.Weights[r] * (ExactMath.Softplus(x) - ((rows.Labels[r] ? high : low) * x));
            }

            return sum;
        }

        private (double S, double T, double SS, double ST, double TT) Derivatives(double slope, double level)
        {
            double gs = 0, gt = 0, ss = 0, st = 0, tt = 0;
            for (int r = 0; r < rows.Count; r++)
            {
                double place = Place(r), p = ExactMath.Sigmoid((slope * place) + level), weight = rows.Weights[r];
                double first = weight * (p - (rows.Labels[r] ? high : low)), second = weight * p * (1 - p);
                gs += first * place;
                gt += first;
                ss += second * place * place;
                st += second * place;
                tt += second;
            }

            return (gs, gt, ss, st, tt);
        }
    }
}
