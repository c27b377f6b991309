using EsmmLite.Calibration;

namespace EsmmLite.Training;

/// <summary>How a model is calibrated: docs/calibration.md.</summary>
public sealed record CalibrationOptions
{
    /// <summary>The kind of curve.</summary>
    public CalibrationMethod Method { get; init; } = CalibrationMethod.Platt;

    /// <summary>The field whose rows get curves of their own; none when null.</summary>
    public string? By { get; init; }

    /// <summary>Share of the unclicked impressions that the model was trained on.</summary>
    public double NegativeKeep { get; init; } = 1;

    /// <summary>Share of the unclicked impressions that are in the held-out log: each counts as 1 / share of them.</summary>
    public double HeldKeep { get; init; } = 1;

    /// <summary>The age, counted from the newest impression, at which a row weighs half; null for equal weights. Needs the impressions' times.</summary>
    public TimeSpan? HalfLife { get; init; }

    /// <summary>The fewest positives, and the fewest other rows, that a curve is fitted on; with a half-life, old rows count as much less as they weigh.</summary>
    public int MinPositives { get; init; } = 50;

    /// <exception cref="EsmmException">A number is out of bounds.</exception>
    internal void Require()
    {
        foreach ((double share, string name) in ((double, string)[])[(NegativeKeep, nameof(NegativeKeep)), (HeldKeep, nameof(HeldKeep))])
        {
            if (!(share >= ModelCalibration.SmallestKeep && share <= 1))
            {
                throw new EsmmException(EsmmErrorKind.Usage, FormattableString.Invariant($"{name} is {share}"), nameof(CalibrationOptions), FormattableString.Invariant($"{ModelCalibration.SmallestKeep} to 1"));
            }
        }

        if (MinPositives < 1 || HalfLife <= TimeSpan.Zero)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"MinPositives is {MinPositives}, HalfLife {HalfLife}", nameof(CalibrationOptions), "both above 0");
        }
    }
}
