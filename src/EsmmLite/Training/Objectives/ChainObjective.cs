using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>
/// A funnel of N stages: the k-th loss is the cross-entropy of "the first k stages were reached" on the product of the first k
/// towers' probabilities, over all impressions. With two stages it is ESMM (docs/family/chain.md).
/// </summary>
public sealed class ChainObjective : Objective
{
    private readonly double[] _weights;

    /// <summary>Creates the objective.</summary>
    /// <param name="losses">Name of each stage's loss, in order.</param>
    /// <param name="weights">Weight of each.</param>
    public ChainObjective(IReadOnlyList<string> losses, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(weights);
        Check.SameLength(losses.Count, weights.Count, nameof(losses), nameof(weights));
        ArgumentOutOfRangeException.ThrowIfZero(losses.Count);
        Losses = [.. losses];
        _weights = [.. weights];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossWeights => _weights;

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        int stages = _weights.Length;
        Span<double> logits = stackalloc double[stages], slopes = stackalloc double[stages], sums = stackalloc double[stages];
        for (int r = 0; r < rows.Count; r++)
        {
            sums.Clear();
            bool reached = true;
            for (int k = 0; k < stages; k++)
            {
                logits[k] = rows.Logits(k)[r];
                reached &= rows.Labels(k)[r] != 0;
                rows.Loss(k)[r] = SigmoidChain.Loss(logits[..(k + 1)], reached);
                SigmoidChain.Slopes(logits[..(k + 1)], reached, slopes);
                double scale = rows.Kept(k) == 0 ? 0 : _weights[k] * rows.Weight(k)[r] / rows.Kept(k);
                for (int i = 0; i <= k; i++)
                {
                    sums[i] += scale * slopes[i];
                }
            }

            for (int k = 0; k < stages; k++)
            {
                rows.DLogits(k)[r] = (float)sums[k];
            }
        }
    }
}

/// <summary>
/// N tasks that have nothing to do with each other but their input: cross-entropy of each label on its own tower's probability, over
/// all impressions. The parallel kind of multi-task learning, and with one weight above 0 a single task (docs/family/tasks.md).
/// </summary>
public sealed class IndependentObjective : Objective
{
    private readonly double[] _weights;

    /// <summary>Creates the objective.</summary>
    /// <param name="losses">Name of each task's loss.</param>
    /// <param name="weights">Weight of each; a task of weight 0 gets no gradient.</param>
    public IndependentObjective(IReadOnlyList<string> losses, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(weights);
        Check.SameLength(losses.Count, weights.Count, nameof(losses), nameof(weights));
        Losses = [.. losses];
        _weights = [.. weights];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossWeights => _weights;

    /// <inheritdoc/>
    public override void Slopes(in ObjectiveRows rows)
    {
        for (int k = 0; k < _weights.Length; k++)
        {
            ReadOnlySpan<float> logits = rows.Logits(k), weight = rows.Weight(k);
            ReadOnlySpan<byte> labels = rows.Labels(k);
            Span<double> loss = rows.Loss(k);
            Span<float> slopes = rows.DLogits(k);
            double scale = rows.Kept(k) == 0 ? 0 : _weights[k] / rows.Kept(k);
            for (int r = 0; r < rows.Count; r++)
            {
                bool y = labels[r] != 0;
                loss[r] = SigmoidProduct.CtrLoss(logits[r], y);
                slopes[r] = (float)(scale * weight[r] * SigmoidProduct.CtrSlope(logits[r], y));
            }
        }
    }
}
