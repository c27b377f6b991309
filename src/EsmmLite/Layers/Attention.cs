using System.Numerics.Tensors;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// Target attention over one sequence: with q the candidate's embeddings and k[m] the m-th action's, s[m] = q · k[m] / √D, a = softmax(s),
/// and the sequence's columns are Σ a[m] k[m]. Derivation and order of sums: docs/features.md.
/// </summary>
internal sealed class Attention
{
    private readonly int[] _actions;
    private readonly int[] _candidate;
    private readonly int[] _actionSlots;
    private readonly int[] _candidateSlots;
    private readonly int[] _offsets;
    private readonly int[] _dims;
    private readonly EmbeddingTable[] _actionTables;
    private readonly EmbeddingTable[] _candidateTables;
    private readonly float _scale;

    internal Attention(FeatureSpace space, Sequence sequence, EmbeddingTable[] tables)
    {
        _actions = [.. sequence.Actions.Select(space.FieldIndex)];
        _candidate = [.. sequence.Candidate.Select(space.FieldIndex)];
        _actionSlots = [.. _actions.Select(space.SlotOf)];
        _candidateSlots = [.. _candidate.Select(space.SlotOf)];
        _actionTables = [.. _actions.Select(f => tables[space.TableOf(f)])];
        _candidateTables = [.. _candidate.Select(f => tables[space.TableOf(f)])];
        _dims = [.. _actionTables.Select(t => t.Dim)];
        _offsets = [.. _dims.Select((_, i) => _dims[..i].Sum())];
        Dim = _dims.Sum();
        MaxActions = space.Encoders[_actions[0]].IdWidth;
        _scale = (float)(1 / Math.Sqrt(Dim));
    }

    /// <summary>D: length of an action's embeddings, of the candidate's, and of the result.</summary>
    internal int Dim { get; }

    /// <summary>The most actions of an impression.</summary>
    internal int MaxActions { get; }

    /// <summary>Floats of memory for <see cref="Memory"/>.</summary>
    internal int MemoryLength => (2 * Dim) + (2 * MaxActions) + (2 * MaxActions * Dim);

    /// <summary>The place of a field among the lists, or -1.</summary>
    internal int ActionOf(int field) => Array.IndexOf(_actions, field);

    /// <summary>The place of a field among the candidate's, or -1.</summary>
    internal int CandidateOf(int field) => Array.IndexOf(_candidate, field);

    /// <summary>The columns of some rows. [rows x D], <paramref name="stride"/> floats apart.</summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="firstRow">First row of the batch.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="floats">Scratch. [memory length]</param>
    internal void Forward(ImpressionBatch batch, int firstRow, int rows, Span<float> destination, int stride, Span<float> floats)
    {
        Memory memory = new(this, floats);
        int count = 0;
        for (int r = 0; r < rows; r++)
        {
            // Candidates of one request have the same actions: their embeddings are gathered once.
            int row = firstRow + r;
            if (r == 0 || !SameActions(batch, row - 1, row))
            {
                count = GatherActions(batch, row, memory);
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
    /// <param name="memory">Keeps them for <see cref="AddActions"/> and <see cref="CandidateGradient"/>.</param>
    internal void Backward(ImpressionBatch batch, int row, ReadOnlySpan<float> gradient, Memory memory)
    {
        int count = GatherActions(batch, row, memory);
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
            Span<float> dAction = memory.ActionGradient(m);
            TensorPrimitives.Multiply(gradient, memory.Weights[m], dAction);
            TensorPrimitives.FusedMultiplyAdd(memory.Query, slope, dAction, dAction);
            TensorPrimitives.FusedMultiplyAdd(memory.Action(m), slope, memory.QueryGradient, memory.QueryGradient);
        }
    }

    /// <summary>Adds the gradients of one list's values, in the order of the actions.</summary>
    internal void AddActions(int action, ImpressionBatch batch, int row, Memory memory, RowGradients destination)
    {
        for (int m = 0, at = 0; m < MaxActions; m++)
        {
            int id = batch.IdAt(_actionSlots[action] + m, row);
            if (id >= 0)
            {
                destination.Add(id, memory.ActionGradient(at)[_offsets[action]..]);
            }

            at += IsThere(batch, row, m) ? 1 : 0;
        }
    }

    /// <summary>The gradient by one of the candidate's embeddings.</summary>
    internal Span<float> CandidateGradient(int field, Memory memory) => memory.QueryGradient.Slice(_offsets[field], _dims[field]);

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

    /// <summary>An action is there if any of its values is.</summary>
    private bool IsThere(ImpressionBatch batch, int row, int action)
    {
        foreach (int slot in _actionSlots)
        {
            if (batch.IdAt(slot + action, row) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool SameActions(ImpressionBatch batch, int one, int other)
    {
        foreach (int slot in _actionSlots)
        {
            for (int m = 0; m < MaxActions; m++)
            {
                if (batch.IdAt(slot + m, one) != batch.IdAt(slot + m, other))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Embeddings of the actions that are there, one after another; a value that is missing is zeros.</summary>
    private int GatherActions(ImpressionBatch batch, int row, Memory memory)
    {
        int count = 0;
        for (int m = 0; m < MaxActions; m++)
        {
            if (!IsThere(batch, row, m))
            {
                continue;
            }

            Span<float> action = memory.Action(count++);
            for (int i = 0; i < _actionSlots.Length; i++)
            {
                Copy(_actionTables[i], batch.IdAt(_actionSlots[i] + m, row), action.Slice(_offsets[i], _dims[i]));
            }
        }

        return count;
    }

    private void GatherCandidate(ImpressionBatch batch, int row, Span<float> query)
    {
        for (int i = 0; i < _candidateSlots.Length; i++)
        {
            Copy(_candidateTables[i], batch.IdAt(_candidateSlots[i], row), query.Slice(_offsets[i], _dims[i]));
        }
    }

    private static void Copy(EmbeddingTable table, int id, Span<float> destination)
    {
        if (id < 0)
        {
            destination.Clear();
        }
        else
        {
            table.Row(id, destination).CopyTo(destination);
        }
    }

    /// <summary>What one impression needs, in one stretch of floats.</summary>
    internal readonly ref struct Memory(Attention attention, Span<float> floats)
    {
        private readonly int _dim = attention.Dim;
        private readonly int _most = attention.MaxActions;
        private readonly Span<float> _floats = floats;

        /// <summary>q. [D]</summary>
        internal Span<float> Query => _floats[.._dim];

        /// <summary>dL/dq. [D]</summary>
        internal Span<float> QueryGradient => _floats.Slice(_dim, _dim);

        /// <summary>a. [actions]</summary>
        internal Span<float> Weights => _floats.Slice(2 * _dim, _most);

        /// <summary>g · k. [actions]</summary>
        internal Span<float> Slopes => _floats.Slice((2 * _dim) + _most, _most);

        /// <summary>k[m]. [D]</summary>
        internal Span<float> Action(int m) => _floats.Slice((2 * _dim) + (2 * _most) + (m * _dim), _dim);

        /// <summary>dL/dk[m]. [D]</summary>
        internal Span<float> ActionGradient(int m) => _floats.Slice((2 * _dim) + (2 * _most) + ((_most + m) * _dim), _dim);
    }
}
