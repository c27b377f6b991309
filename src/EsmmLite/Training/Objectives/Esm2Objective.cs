using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>
/// ESM²: four towers say P(click), P(action | click), P(purchase | action) and P(purchase | no action); losses on click, on click and
/// action, and on purchase through both paths, all over all impressions. Source: Wen et al. 2020; docs/family/esm2.md.
/// </summary>
/// <param name="ctrWeight">Weight of the CTR loss.</param>
/// <param name="actionWeight">Weight of the loss on click and action.</param>
/// <param name="ctcvrWeight">Weight of the CTCVR loss.</param>
public sealed class Esm2Objective(double ctrWeight = 1, double actionWeight = 1, double ctcvrWeight = 1) : Objective
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = ["ctr", "ctavr", "ctcvr"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossWeights { get; } = [ctrWeight, actionWeight, ctcvrWeight];

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        Span<double> paths = stackalloc double[4];
        double ctr = Scale(rows, 0, ctrWeight), action = Scale(rows, 1, actionWeight), ctcvr = Scale(rows, 2, ctcvrWeight);
        for (int r = 0; r < rows.Count; r++)
        {
            double a = rows.Logits(0)[r], b = rows.Logits(1)[r], c = rows.Logits(2)[r], d = rows.Logits(3)[r];
            bool click = rows.Labels(0)[r] != 0, acted = click && rows.Labels(1)[r] != 0, bought = click && rows.Labels(2)[r] != 0;
            rows.Loss(0)[r] = SigmoidProduct.CtrLoss(a, click);
            rows.Loss(1)[r] = SigmoidProduct.CtcvrLoss(a, b, acted);
            rows.Loss(2)[r] = TwoPaths.ProductLoss(a, b, c, d, bought);
            SigmoidProduct.CtcvrSlopes(a, b, acted, out double byA, out double byB);
            TwoPaths.ProductSlopes(a, b, c, d, bought, paths);
            double first = ctr * rows.Weight(0)[r], second = action * rows.Weight(1)[r], third = ctcvr * rows.Weight(2)[r];
            rows.DLogits(0)[r] = (float)((first * SigmoidProduct.CtrSlope(a, click)) + (second * byA) + (third * paths[0]));
            rows.DLogits(1)[r] = (float)((second * byB) + (third * paths[1]));
            rows.DLogits(2)[r] = (float)(third * paths[2]);
            rows.DLogits(3)[r] = (float)(third * paths[3]);
        }
    }

    private static double Scale(in ObjectiveRows rows, int loss, double weight) => rows.Kept(loss) == 0 ? 0 : weight / rows.Kept(loss);
}
