using EsmmLite.Kernels;
using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>
/// AITM's losses: cross-entropy of every stage on its own tower's end-to-end probability, and a penalty where a stage is thought likelier
/// than the one before: mean of max(p_t − p_(t−1), 0). Source: Xi et al. 2021; docs/family/aitm.md.
/// </summary>
public sealed class AitmObjective : Objective
{
    private readonly double[] _weights;

    /// <summary>Creates the objective.</summary>
    /// <param name="losses">Name of each stage's loss.</param>
    /// <param name="weights">Weight of each.</param>
    /// <param name="orderWeight">Weight of the penalty.</param>
    public AitmObjective(IReadOnlyList<string> losses, IReadOnlyList<double> weights, double orderWeight = 0.6)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(weights);
        Check.SameLength(losses.Count, weights.Count, nameof(losses), nameof(weights));
        Losses = [.. losses, "order"];
        _weights = [.. weights, orderWeight];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossWeights => _weights;

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        int stages = _weights.Length - 1;
        Span<double> p = stackalloc double[stages], slopes = stackalloc double[stages];
        for (int r = 0; r < rows.Count; r++)
        {
            bool reached = true;
            for (int k = 0; k < stages; k++)
            {
                double a = rows.Logits(k)[r];
                reached &= rows.Labels(k)[r] != 0;
                p[k] = ExactMath.Sigmoid(a);
                rows.Loss(k)[r] = SigmoidProduct.CtrLoss(a, reached);
                slopes[k] = Scale(rows, k, r) * SigmoidProduct.CtrSlope(a, reached);
            }

            double order = Scale(rows, stages, r), excess = 0;
            for (int k = 1; k < stages; k++)
            {
                if (p[k] > p[k - 1])
                {
                    excess += p[k] - p[k - 1];
                    slopes[k] += order * p[k] * ExactMath.Sigmoid(-rows.Logits(k)[r]);
                    slopes[k - 1] -= order * p[k - 1] * ExactMath.Sigmoid(-rows.Logits(k - 1)[r]);
                }
            }

            rows.Loss(stages)[r] = excess;
            for (int k = 0; k < stages; k++)
            {
                rows.DLogits(k)[r] = (float)slopes[k];
            }
        }
    }

    private double Scale(in ObjectiveRows rows, int loss, int row) => rows.Kept(loss) == 0 ? 0 : _weights[loss] * rows.Weight(loss)[row] / rows.Kept(loss);
}
