using EsmmLite.Kernels;
using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>
/// ESCM²: ESMM with a loss of pCVR on clicked impressions, each weighted by 1 / pCTR, the propensity, which gets no gradient from it.
/// IPS, or doubly robust with a third tower that imputes the loss. Source: Wang et al. 2022; docs/family/escm2.md.
/// </summary>
/// <remarks>
/// The weights o/ô are clipped and self-normalised: divided by their sum over the batch instead of by the number of rows. That is
/// why the whole batch's logits are needed before the first slope.
/// </remarks>
/// <param name="ctrWeight">Weight of the CTR loss.</param>
/// <param name="ctcvrWeight">Weight of the CTCVR loss.</param>
/// <param name="cvrWeight">Weight of the CVR loss.</param>
/// <param name="largestWeight">The largest 1/pCTR.</param>
/// <param name="doublyRobust">Whether a third tower imputes the loss.</param>
public sealed class Escm2Objective(double ctrWeight = 1, double ctcvrWeight = 1, double cvrWeight = 0.1, double largestWeight = 100, bool doublyRobust = false) : Objective
{
    private readonly EsmmObjective _esmm = new(ctrWeight, ctcvrWeight);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = ["ctr", "ctcvr", "cvr"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossWeights { get; } = [ctrWeight, ctcvrWeight, cvrWeight];

    /// <inheritdoc/>
    public override bool SeesWholeBatch => true;

    /// <inheritdoc/>
    public override void BeginBatch(in ObjectiveRows rows)
    {
        double sum = 0;
        ReadOnlySpan<float> a = rows.Logits(0), row = rows.Weight(2);
        for (int r = 0; r < rows.Count; r++)
        {
            // 1/σ(a) = 1 + e^−a: no quotient that could be infinite after the clip.
            double weight = rows.Labels(0)[r] == 0 ? 0 : row[r] * Math.Min(largestWeight, 1 + ExactMath.Exp(-a[r]));
            rows.RowValues[r] = weight;

            // Divided by its own sum, a factor of the whole loss would be gone.
            sum += weight / rows.Factor(2);
        }

        rows.BatchValues[0] = sum;
    }

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        _esmm.Slopes(rows);
        double sum = rows.BatchValues[0], kept = rows.Kept(2);
        double share = sum == 0 || kept == 0 ? 0 : kept / sum, scale = kept == 0 ? 0 : cvrWeight / kept;
        ReadOnlySpan<float> b = rows.Logits(1), row = rows.Weight(2);
        for (int r = 0; r < rows.Count; r++)
        {
            // The mean over the kept rows is taken with the row weights, which the propensity's weights already hold.
            bool z = rows.Labels(0)[r] != 0 && rows.Labels(1)[r] != 0;
            double weight = rows.RowValues[r] * share, delta = SigmoidProduct.CtrLoss(b[r], z), byB = SigmoidProduct.CtrSlope(b[r], z), value = weight * delta, slope = weight * byB;
            if (doublyRobust)
            {
                // δ̂ + w (δ − δ̂) + w (δ − δ̂)², with δ̂ = softplus of the third logit.
                double e = rows.Logits(2)[r], imputed = ExactMath.Softplus(e), off = delta - imputed;
                value = (row[r] * imputed) + (weight * (off + (off * off)));
                slope = weight * (1 + (2 * off)) * byB;
                rows.DLogits(2)[r] = (float)(scale * ExactMath.Sigmoid(e) * (row[r] - (weight * (1 + (2 * off)))));
            }

            rows.Loss(2)[r] = row[r] == 0 ? 0 : value / row[r];
            rows.DLogits(1)[r] += (float)(scale * slope);
        }
    }
}
