using EsmmLite.Layers;
using EsmmLite.Training;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>One network by itself, on the logit of one tower: cross-entropy of a label.</summary>
/// <param name="task">The tower.</param>
/// <param name="stage">The label: 0 for the click, 1 for click and conversion.</param>
/// <param name="name">The name of the loss.</param>
public sealed class SingleTaskObjective(int task, int stage, string name) : Objective
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = [name];

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        ReadOnlySpan<float> logits = rows.Logits(task), weight = rows.Weight(0);
        ReadOnlySpan<byte> labels = rows.Labels(stage);
        Span<double> loss = rows.Loss(0);
        Span<float> slopes = rows.DLogits(task);
        double scale = rows.Kept(0) == 0 ? 0 : 1.0 / rows.Kept(0);
        rows.DLogits(1 - task).Clear();
        for (int r = 0; r < rows.Count; r++)
        {
            loss[r] = SigmoidProduct.CtrLoss(logits[r], labels[r] != 0);
            slopes[r] = (float)(scale * weight[r] * SigmoidProduct.CtrSlope(logits[r], labels[r] != 0));
        }
    }
}
