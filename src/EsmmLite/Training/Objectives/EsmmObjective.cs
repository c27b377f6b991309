using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>
/// ESMM's objective: cross-entropy of click on pCTR plus cross-entropy of click-and-conversion on pCTR · pCVR, both over all
/// impressions; pCVR has no loss of its own. Source: Ma et al. 2018, equation 3; exact form in <see cref="SigmoidProduct"/>.
/// </summary>
/// <param name="ctrWeight">Weight of the CTR loss.</param>
/// <param name="ctcvrWeight">Weight of the CTCVR loss.</param>
public sealed class EsmmObjective(double ctrWeight = 1, double ctcvrWeight = 1) : Objective
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = ["ctr", "ctcvr"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossWeights { get; } = [ctrWeight, ctcvrWeight];

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        ReadOnlySpan<float> a = rows.Logits(0), b = rows.Logits(1), ctrRow = rows.Weight(0), ctcvrRow = rows.Weight(1);
        ReadOnlySpan<byte> click = rows.Labels(0), conversion = rows.Labels(1);
        Span<double> ctrLoss = rows.Loss(0), ctcvrLoss = rows.Loss(1);
        Span<float> dA = rows.DLogits(0), dB = rows.DLogits(1);
        double ctrScale = rows.Kept(0) == 0 ? 0 : ctrWeight / rows.Kept(0), ctcvrScale = rows.Kept(1) == 0 ? 0 : ctcvrWeight / rows.Kept(1);
        for (int r = 0; r < rows.Count; r++)
        {
            bool y = click[r] != 0, c = y && conversion[r] != 0;
            ctrLoss[r] = SigmoidProduct.CtrLoss(a[r], y);
            ctcvrLoss[r] = SigmoidProduct.CtcvrLoss(a[r], b[r], c);
            SigmoidProduct.CtcvrSlopes(a[r], b[r], c, out double byA, out double byB);
            double scale = ctcvrScale * ctcvrRow[r];
            dA[r] = (float)((ctrScale * ctrRow[r] * SigmoidProduct.CtrSlope(a[r], y)) + (scale * byA));
            dB[r] = (float)(scale * byB);
        }
    }
}

/// <summary>
/// One CVR network by itself: cross-entropy of conversion on pCVR. With <see cref="ClickedRows"/> it is the baseline that the paper calls BASE.
/// The CTR tower gets no gradient.
/// </summary>
public sealed class CvrObjective : Objective
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = ["cvr"];

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        ReadOnlySpan<float> b = rows.Logits(1), weight = rows.Weight(0);
        ReadOnlySpan<byte> conversion = rows.Labels(1);
        Span<double> loss = rows.Loss(0);
        Span<float> dB = rows.DLogits(1);
        double scale = rows.Kept(0) == 0 ? 0 : 1.0 / rows.Kept(0);
        rows.DLogits(0).Clear();
        for (int r = 0; r < rows.Count; r++)
        {
            bool z = conversion[r] != 0;
            loss[r] = SigmoidProduct.CtrLoss(b[r], z);
            dB[r] = (float)(scale * weight[r] * SigmoidProduct.CtrSlope(b[r], z));
        }
    }
}
