using EsmmLite.Calibration;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Calibration;

/// <summary>Calibrations with something of every kind.</summary>
internal static class Calibrations
{
    /// <summary>An isotonic CTR with curves for some rows, a Platt CVR with others, and sampled negatives.</summary>
    internal static ModelCalibration Create(string? field, int rows, double keep = 0.2)
    {
        SplitMix random = new(9);
        Dictionary<int, LogitCurve> ctr = [], cvr = [];
        for (int row = -1; field is not null && row < rows; row++)
        {
            if (row % 3 != 1)
            {
                ctr.Add(row, Steps(ref random));
            }

            if (row % 2 == 0)
            {
                cvr.Add(row, LogitCurve.Line(0.5 + random.NextDouble(), random.NextDouble() - 0.5));
            }
        }

        return new ModelCalibration(new TaskCalibrator(CalibrationMethod.Isotonic, Steps(ref random), ctr), new TaskCalibrator(CalibrationMethod.Platt, LogitCurve.Line(0.9, -0.2), cvr), keep, field);
    }

    private static LogitCurve Steps(ref SplitMix random)
    {
        double[] x = new double[9], y = new double[9];
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = (-4 + i + (0.5 * random.NextDouble()), i == 0 ? -6 : y[i - 1] + random.NextBelow(2) + random.NextDouble());
        }

        return new LogitCurve(x, y, 0);
    }
}
