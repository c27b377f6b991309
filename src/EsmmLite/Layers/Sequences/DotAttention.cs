using System.Numerics.Tensors;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// Target attention over one sequence: with q the candidate's embeddings and k[m] the m-th action's, s[m] = q · k[m] / √D, a = softmax(s),
/// and the sequence's columns are Σ a[m] k[m]. Derivation and order of sums: docs/features.md.
/// </summary>
internal sealed class DotAttention : Attention
{
    private readonly float _scale;

    internal DotAttention(FeatureSpace space, Sequence sequence, EmbeddingTable[] tables)
        : base(space, sequence, tables) => _scale = (float)(1 / Math.Sqrt(Dim));

    /// <summary>Floats of memory for <see cref="Memory"/>.</summary>
    internal int MemoryLength => (2 * Dim) + (2 * MaxActions) + (2 * MaxActions * Dim);

    /// <summary>The columns of some rows. [rows x D], <paramref name="stride"/> floats apart.</summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="firstRow">First row of the batch.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="kept">The actions of them all; those of each row, if null.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="floats">Scratch. [memory length]</param>
    internal void Forward(ImpressionBatch batch, int firstRow, int rows, KeptActions? kept, Span<float> destination, int stride, Span<float> floats)
    {
        Memory memory = kept is null ? new(this, floats) : new(this, floats, kept.Actions);
        int count = kept?.Count ?? 0;
        for (int r = 0; r < rows; r++)
        {
            // Impressions of one request may follow each other: their actions are gathered once.
            int row = firstRow + r;
            if (kept is null && (r == 0 || !SameActions(batch, row - 1, row)))
            {
                count = GatherActions(batch, row, memory.Actions, Dim);
            }

            GatherCandidate(batch, row, memory.Query);
            Weigh(memory, count);
            Span<float> result = destination.Slice(r * stride, Dim);
            result.Clear();
            for (int m = 0; m < count; m++)
            {
                TensorPrimitives.FusedMultiplyAdd(memory.Action(m), memory.Weights[m], result, result);
            }
        }
    }

    /// <summary>From the gradient g by the columns of one row to those by its actions and its candidate.</summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="row">Row of the batch.</param>
    /// <param name="gradient">g. [D]</param>
    /// <param name="memory">Keeps them for <see cref="Attention.AddActions"/> and <see cref="Attention.ShareOf"/>.</param>
    internal void Backward(ImpressionBatch batch, int row, ReadOnlySpan<float> gradient, Memory memory)
    {
        int count = GatherActions(batch, row, memory.Actions, Dim);
        GatherCandidate(batch, row, memory.Query);
        Weigh(memory, count);
        memory.QueryGradient.Clear();
        double mean = 0;
        for (int m = 0; m < count; m++)
        {
            memory.Slopes[m] = FixedDot.Dot(gradient, memory.Action(m));
            mean += (double)memory.Weights[m] * memory.Slopes[m];
        }

        for (int m = 0; m < count; m++)
        {
            // ds[m] = a[m] (g · k[m] − Σ a g · k), times the scale of the scores.
            float slope = (float)(memory.Weights[m] * (memory.Slopes[m] - mean) * _scale);
            Span<float> dAction = memory.ActionGradients.Slice(m * Dim, Dim);
            TensorPrimitives.Multiply(gradient, memory.Weights[m], dAction);
            TensorPrimitives.FusedMultiplyAdd(memory.Query, slope, dAction, dAction);
            TensorPrimitives.FusedMultiplyAdd(memory.Action(m), slope, memory.QueryGradient, memory.QueryGradient);
        }
    }

    /// <summary>Weights of the actions: exp(s − the largest s) over their sum, in double, rounded once.</summary>
    private void Weigh(Memory memory, int count)
    {
        float largest = float.NegativeInfinity;
        for (int m = 0; m < count; m++)
        {
            memory.Weights[m] = FixedDot.Dot(memory.Query, memory.Action(m)) * _scale;
            largest = memory.Weights[m] > largest || float.IsNaN(memory.Weights[m]) ? memory.Weights[m] : largest;
        }

        double sum = 0;
        for (int m = 0; m < count; m++)
        {
            sum += ExactMath.Exp((double)memory.Weights[m] - largest);
        }

        for (int m = 0; m < count; m++)
        {
            memory.Weights[m] = (float)(ExactMath.Exp((double)memory.Weights[m] - largest) / sum);
        }
    }

    /// <summary>What one impression needs, in one stretch of floats; its actions may lie elsewhere.</summary>
    internal readonly ref struct Memory(DotAttention attention, Span<float> floats, Span<float> actions)
    {
        private readonly int _dim = attention.Dim;
        private readonly int _most = attention.MaxActions;
        private readonly Span<float> _floats = floats;

        internal Memory(DotAttention attention, Span<float> floats)
            : this(attention, floats, floats.Slice(2 * (attention.Dim + attention.MaxActions), attention.MaxActions * attention.Dim))
        {
        }

        /// <summary>q. [D]</summary>
        internal Span<float> Query => _floats[.._dim];

        /// <summary>dL/dq. [D]</summary>
        internal Span<float> QueryGradient => _floats.Slice(_dim, _dim);

        /// <summary>a. [actions]</summary>
        internal Span<float> Weights => _floats.Slice(2 * _dim, _most);

        /// <summary>g · k. [actions]</summary>
        internal Span<float> Slopes => _floats.Slice((2 * _dim) + _most, _most);

        /// <summary>k. [actions x D]</summary>
        internal Span<float> Actions { get; } = actions;

        /// <summary>k[m]. [D]</summary>
        internal Span<float> Action(int m) => Actions.Slice(m * _dim, _dim);

        /// <summary>dL/dk. [actions x D]</summary>
        internal Span<float> ActionGradients => _floats.Slice((2 * (_dim + _most)) + (_most * _dim), _most * _dim);
    }
}
