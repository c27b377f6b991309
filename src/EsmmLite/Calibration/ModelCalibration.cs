using EsmmLite.Kernels;

namespace EsmmLite.Calibration;

/// <summary>
/// What stands between a model's logits and its probabilities: a correction for sampled negatives and a calibrator for the CTR logit, and a calibrator
/// for the CVR logit. pCTCVR stays the product of the two: docs/calibration.md.
/// </summary>
public sealed class ModelCalibration
{
    private readonly double _shift;

    /// <summary>Creates a calibration.</summary>
    /// <param name="ctr">The calibrator of the CTR logit.</param>
    /// <param name="cvr">The calibrator of the CVR logit.</param>
    /// <param name="negativeKeep">Share of the unclicked impressions that the model was trained on, above 0 and up to 1; 1 for all.</param>
    /// <param name="segmentField">The field whose rows are the segments; null for none.</param>
    /// <exception cref="EsmmException">The share is not one, or there are segments without a field.</exception>
    public ModelCalibration(TaskCalibrator ctr, TaskCalibrator cvr, double negativeKeep = 1, string? segmentField = null)
    {
        ArgumentNullException.ThrowIfNull(ctr);
        ArgumentNullException.ThrowIfNull(cvr);
        if (!(negativeKeep >= SmallestKeep && negativeKeep <= 1))
        {
            throw new EsmmException(EsmmErrorKind.Usage, FormattableString.Invariant($"the share of unclicked impressions kept is {negativeKeep}"), "calibration", FormattableString.Invariant($"{SmallestKeep} to 1"));
        }

        if (segmentField is null && ctr.Segments.Count + cvr.Segments.Count > 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "there are segments of no field", "calibration", "the field that tells the segment");
        }

        (Ctr, Cvr, NegativeKeep, SegmentField) = (ctr, cvr, negativeKeep, segmentField);
        _shift = ExactMath.Log(negativeKeep);
    }

    /// <summary>The smallest share of unclicked impressions.</summary>
    public const double SmallestKeep = 1e-9;

    /// <summary>The calibrator of the CTR logit.</summary>
    public TaskCalibrator Ctr { get; }

    /// <summary>The calibrator of the CVR logit.</summary>
    public TaskCalibrator Cvr { get; }

    /// <summary>Share w of the unclicked impressions that the model was trained on: p' = p / (p + (1 − p) / w), in logits a' = a + ln w.</summary>
    public double NegativeKeep { get; }

    /// <summary>The field whose rows are the segments; null for none.</summary>
    public string? SegmentField { get; }

    /// <summary>Calibrated logits: a pure function of the logits and the segment. Nothing is allocated.</summary>
    /// <param name="segment">Row of the segment's field; anything where there is none.</param>
    /// <param name="ctrLogit">The CTR logit, not NaN; becomes C(a + ln w).</param>
    /// <param name="cvrLogit">The CVR logit, not NaN; becomes C(b).</param>
    public void Apply(int segment, ref double ctrLogit, ref double cvrLogit)
    {
        ctrLogit = Ctr.CurveOf(segment).Apply(ctrLogit + _shift);
        cvrLogit = Cvr.CurveOf(segment).Apply(cvrLogit);
    }
}
