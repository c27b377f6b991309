using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>An objective and the heads of further losses, each a cross-entropy of a label on the head's own logit: docs/family/path.md.</summary>
internal sealed class HeadsObjective(Objective inner, IReadOnlyList<HeadPlan> heads, int firstTask) : Objective
{
    private readonly HeadPlan[] _heads = [.. heads];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = [.. inner.Losses, .. heads.Select(h => h.Name)];

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossWeights { get; } = [.. inner.LossWeights, .. heads.Select(h => h.Weight)];

    /// <inheritdoc/>
    public override bool SeesWholeBatch => inner.SeesWholeBatch;

    /// <inheritdoc/>
    public override void BeginBatch(in ObjectiveRows rows) => inner.BeginBatch(rows);

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        inner.Slopes(rows);
        int first = Losses.Count - _heads.Length;
        for (int h = 0; h < _heads.Length; h++)
        {
            ReadOnlySpan<float> logits = rows.Logits(firstTask + h), weight = rows.Weight(first + h);
            ReadOnlySpan<byte> labels = rows.Labels(_heads[h].Label);
            Span<double> loss = rows.Loss(first + h);
            Span<float> slopes = rows.DLogits(firstTask + h);
            double scale = rows.Kept(first + h) == 0 ? 0 : _heads[h].Weight / rows.Kept(first + h);
            for (int r = 0; r < rows.Count; r++)
            {
                bool y = labels[r] != 0;
                loss[r] = SigmoidProduct.CtrLoss(logits[r], y);
                slopes[r] = (float)(scale * weight[r] * SigmoidProduct.CtrSlope(logits[r], y));
            }
        }
    }
}
