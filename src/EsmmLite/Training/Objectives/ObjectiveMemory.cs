using EsmmLite.Features;
using EsmmLite.Layers;

namespace EsmmLite.Training;

/// <summary>What stands behind <see cref="ObjectiveRows"/>: one batch's row weights and losses, and the block being worked on.</summary>
internal sealed class ObjectiveMemory(int losses, int capacity, TowerWorkspace workspace, bool rowValues = false)
{
    private readonly float[] _weights = new float[losses * capacity];
    private readonly double[] _losses = new double[losses * capacity];
    private readonly double[] _rowValues = new double[rowValues ? capacity : 0];
    private readonly double[] _scales = new double[losses];
    private readonly double[] _batchValues = new double[8];

    /// <summary>Bytes that it holds.</summary>
    internal long Bytes => ((long)_weights.Length * sizeof(float)) + (((long)_losses.Length + _rowValues.Length) * sizeof(double));

    internal int LossCount => losses;

    internal int[] Kept { get; } = new int[losses];

    /// <summary>The only loss that counts, while gradients are formed loss by loss; −1 for all of them.</summary>
    internal int Only { get; set; } = -1;

    internal TowerWorkspace Workspace => workspace;

    internal ImpressionBatch Batch { get; private set; } = null!;

    /// <summary>Row of the batch that is row 0 of the workspace.</summary>
    internal int BlockStart { get; set; }

    internal Span<double> BatchValues => _batchValues;

    internal Span<double> RowValues => _rowValues;

    internal Span<float> Weights(int loss) => _weights.AsSpan(loss * capacity, capacity);

    internal Span<double> Losses(int loss) => _losses.AsSpan(loss * capacity, capacity);

    /// <summary>What the row weights of a loss were multiplied by.</summary>
    internal double Factor(int loss) => (float)_scales[loss];

    /// <param name="batch">The batch.</param>
    /// <param name="sampling">Its row weights.</param>
    /// <param name="scales">What each loss is multiplied by; none for 1.</param>
    internal void Begin(ImpressionBatch batch, RowSampling sampling, ReadOnlySpan<double> scales = default)
    {
        Batch = batch;
        for (int l = 0; l < losses; l++)
        {
            Span<float> weights = Weights(l)[..batch.Count];
            sampling.Weigh(batch, l, weights);
            Kept[l] = 0;
            for (int r = 0; r < weights.Length; r++)
            {
                if (!(weights[r] >= 0f) || !float.IsFinite(weights[r]))
                {
                    throw new EsmmException(EsmmErrorKind.Numeric, $"the weight of a row is {weights[r]}", $"row {r} of the batch, loss {l}", "a finite weight of 0 or more", "Look at the row sampling.");
                }

                Kept[l] += weights[r] > 0f ? 1 : 0;
            }

            // With the row weights it reaches the slopes of every objective, whatever their form.
            _scales[l] = scales.IsEmpty ? 1 : scales[l];
            if (_scales[l] != 1)
            {
                System.Numerics.Tensors.TensorPrimitives.Multiply(weights, (float)_scales[l], weights);
            }
        }
    }

    /// <summary>Weighted mean of a loss over its kept rows, summed in row order; without its scale.</summary>
    internal double Mean(int loss)
    {
        double sum = 0;
        ReadOnlySpan<float> weights = Weights(loss);
        ReadOnlySpan<double> losses = Losses(loss);
        for (int r = 0; r < Batch.Count; r++)
        {
            sum += weights[r] == 0f ? 0 : weights[r] * losses[r];
        }

        sum = _scales[loss] == 1 ? sum : sum / Factor(loss);
        return Kept[loss] == 0 ? 0 : sum / Kept[loss];
    }
}
