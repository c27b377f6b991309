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
    private const int MostHalves = 300;
    private const double FarLogit = 60; // beyond all that Platt's targets can ask for
    private const double Enough = 1e-12;

    /// <summary>Fits a line.</summary>
    /// <param name="rows">The rows; at least one.</param>
    /// <remarks>Its knot is at logit 0, or at the logits' mean where the line is out of bounds at 0: logits that lie close together far from it make one so steep.</remarks>
    public static LogitCurve Curve(FitRows rows)
    {
        (double slope, double mean, double level) = Fit(rows);
        double intercept = level - (slope * mean);
        return Math.Abs(intercept) <= LogitCurve.LargestValue ? LogitCurve.Line(slope, intercept) : new LogitCurve([mean], [level], slope);
    }

    /// <summary>Slope and intercept.</summary>
    /// <param name="rows">The rows; at least one.</param>
    public static (double Slope, double Intercept) Line(FitRows rows)
    {
        (double slope, double mean, double level) = Fit(rows);
        return (slope, level - (slope * mean));
    }

    /// <summary>The slope, and the line's value at the logits' mean.</summary>
    private static (double Slope, double Mean, double Level) Fit(FitRows rows)
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
        double deviation = Math.Sqrt(square / weight), high = (positive + 1) / (positive + 2), low = 1 / (weight - positive + 2);
        Problem problem = new(rows, high, low, mean, deviation);
        if (deviation > 1e-9 * Math.Max(1, Math.Abs(mean)))
        {
            // From the constant on: the model's own logits may be so large that the loss has no curvature there.
            double rate = ((positive * high) + ((weight - positive) * low)) / weight;
            (double slope, double level) = problem.Solve(ExactMath.Log(rate) - ExactMath.Log1p(-rate));
            if (slope > 0 && slope / deviation <= LogitCurve.LargestSlope)
            {
                return (slope / deviation, mean, level);
            }
        }

        return (1, mean, problem.SolveLevel(deviation));
    }

    /// <summary>Loss and derivatives of slope s and level t: the calibrated logit of a row is s (x − mean) / deviation + t.</summary>
    private sealed class Problem(FitRows rows, double high, double low, double mean, double deviation)
    {
        /// <summary>Both, by Newton's method from slope 0 and a level on.</summary>
        internal (double Slope, double Level) Solve(double level)
        {
            double slope = 0, loss = Loss(slope, level);
            for (int step = 0; step < MostSteps; step++)
            {
                (double gs, double gt, double ss, double st, double tt) = Derivatives(slope, level);
                double determinant = (ss * tt) - (st * st), ds = ((tt * gs) - (st * gt)) / determinant, dt = ((ss * gt) - (st * gs)) / determinant;
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

        /// <summary>The level alone: where the loss's derivative, which rises with it, is 0. Newton's steps as long as they stay where the zero is known to lie, halves otherwise.</summary>
        internal double SolveLevel(double slope)
        {
            double farthest = 0;
            for (int r = 0; r < rows.Count; r++)
            {
                farthest = Math.Max(farthest, Math.Abs(slope * Place(r)));
            }

            double lowest = -farthest - FarLogit, highest = farthest + FarLogit, level = 0;
            for (int step = 0; step < MostHalves && highest - lowest > Enough * (1 + Math.Abs(level)); step++)
            {
                (_, double gradient, _, _, double curvature) = Derivatives(slope, level);
                (lowest, highest) = gradient > 0 ? (lowest, level) : (level, highest);
                double next = level - (gradient / curvature);
                if (Math.Abs(next - level) <= Enough * (1 + Math.Abs(level)))
                {
                    return next;
                }

                level = next > lowest && next < highest ? next : (lowest + highest) / 2;
            }

            return level;
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
