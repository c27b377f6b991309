using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

// The way forward and back over the entries of some impressions.
internal sealed partial class ActivationUnit
{
    internal int Layers => _layers.Length;

    /// <summary>Floats from one entry of a layer to the next.</summary>
    internal int StrideOf(int layer) => _layers[layer].Stride;

    private float Slope => (float)_plan.Options.Slope;

    /// <summary>The actions' part of the first layer: bias + k W[k]. It does not depend on the candidate. [actions x stride]</summary>
    internal void ActionParts(ReadOnlySpan<float> parameters, ReadOnlySpan<float> actions, int stride, int count, Span<float> destination) =>
        _layers[0].Multiply(parameters, 0, Dim, 0, _layers[0].Panels, new StridedMatrix(actions, stride), _layers[0].Bias(parameters), Join.Before, count, destination, StrideOf(0));

    /// <summary>The candidates' part of the first layer: c W[c], from zero.</summary>
    internal void CandidateParts(ReadOnlySpan<float> parameters, UnitMemory memory, int row, int rows)
    {
        Span<float> destination = memory.CandidateParts(row);
        _layers[0].Multiply(parameters, 2 * Dim, Dim, 0, _layers[0].Panels, new StridedMatrix(memory.Queries(row)[(2 * Dim)..], memory.QueryStride), Joined(destination), Join.None, rows, destination, StrideOf(0));
    }

    /// <summary>The unit's outputs for some entries whose products are there, and whose sums hold the actions' and the candidate's parts.</summary>
    internal void Forward(ReadOnlySpan<float> parameters, UnitMemory memory, int entry, int count)
    {
        Span<float> z = memory.Sums(0, entry);
        _layers[0].Multiply(parameters, Dim, Dim, 0, _layers[0].Panels, new StridedMatrix(memory.Inputs(entry)[Dim..], memory.InputStride), Joined(z), Join.Before, count, z, StrideOf(0));
        Activate(parameters, memory, 0, entry, count);
        for (int l = 1; l < _layers.Length; l++)
        {
            DenseLayer layer = _layers[l];
            layer.Multiply(parameters, 0, layer.Inputs, 0, layer.Panels, new StridedMatrix(memory.Outputs(l - 1, entry), StrideOf(l - 1)), layer.Bias(parameters), Join.Before, count, memory.Sums(l, entry), layer.Stride);
            Activate(parameters, memory, l, entry, count);
        }

        _logit.Forward(parameters, memory.Outputs(_layers.Length - 1, entry), StrideOf(_layers.Length - 1), count, memory.Weights(entry));
    }

    /// <summary>From dL/dw of some entries to dL/dz of every layer, and to the gradients by k and by k ∘ c.</summary>
    internal void Backward(ReadOnlySpan<float> parameters, UnitMemory memory, int entry, int count)
    {
        UnitGradients back = memory.Back!;
        int last = _layers.Length - 1;
        _logit.BackwardInput(parameters, back.Weights(entry), count, back.Outputs(last, entry), StrideOf(last));
        for (int l = last; l >= 0; l--)
        {
            BackwardActivation(parameters, memory, l, entry, count);
            if (l > 0)
            {
                _layers[l].BackwardInput(back.Sums(l, entry), count, back.Outputs(l - 1, entry), StrideOf(l - 1), accumulate: false);
            }
        }

        _layers[0].BackwardInput(0, PanelsOf(2 * Dim), back.Sums(0, entry), count, back.Inputs(entry), back.Stride, accumulate: false);
    }

    /// <summary>From the sums over each impression's actions of dL/dz to the gradients by c.</summary>
    internal void BackwardCandidates(UnitGradients back, int row, int rows)
    {
        int first = 2 * Dim / PanelWidth;
        _layers[0].BackwardInput(first, PanelsOf(3 * Dim) - first, back.RowSums(row), rows, back.Queries(row), back.Stride, accumulate: false);
    }

    /// <summary>
    /// One tile of the parameters' gradient over the first rows of a block: the sum over all entries in order; of the first layer's share of c, and its bias, over
    /// impressions, whose actions were added up before.
    /// </summary>
    internal void BackwardWeights(int tile, UnitMemory memory, int rows, Span<float> gradients, bool accumulate)
    {
        (int start, int length) = TileRange(tile);
        if (!accumulate)
        {
            gradients.Slice(start, length).Clear();
        }

        (int l, int panel) = _tiles[tile];
        UnitGradients back = memory.Back!;

        // Impressions of one chunk have their entries side by side; between two chunks there may be a gap.
        for (int first = 0, r = 1; r <= rows; r++)
        {
            if (r == rows || memory.Starts[r] != memory.Starts[r - 1] + memory.Counts[r - 1])
            {
                int entry = memory.Starts[first];
                BackwardRun(l, panel, memory, entry, memory.Starts[r - 1] + memory.Counts[r - 1] - entry, gradients);
                first = r;
            }
        }

        if (l == 0 && panel >= 0)
        {
            _layers[0].BackwardKernel(panel, 2 * Dim, Dim, memory.Queries(0), memory.QueryStride, back.RowSums(0), rows, gradients, accumulate: true);
            _layers[0].BackwardBias(panel, back.RowSums(0), rows, gradients, accumulate: true);
        }
    }

    private void BackwardRun(int l, int panel, UnitMemory memory, int entry, int count, Span<float> gradients)
    {
        UnitGradients back = memory.Back!;
        if (count == 0)
        {
            return;
        }

        if (l == _layers.Length)
        {
            _logit.BackwardWeight(memory.Outputs(l - 1, entry), StrideOf(l - 1), back.Weights(entry), count, gradients, accumulate: true);
        }
        else if (panel < 0)
        {
            BackwardSlopes(l, memory, entry, count, gradients);
        }
        else if (l == 0)
        {
            _layers[0].BackwardKernel(panel, 0, 2 * Dim, memory.Inputs(entry), memory.InputStride, back.Sums(0, entry), count, gradients, accumulate: true);
        }
        else
        {
            _layers[l].BackwardWeight(panel, memory.Outputs(l - 1, entry), StrideOf(l - 1), back.Sums(l, entry), count, gradients, accumulate: true);
        }
    }

    /// <summary>PReLU: d slope = sum over entries of dh · min(z, 0).</summary>
    private void BackwardSlopes(int l, UnitMemory memory, int entry, int count, Span<float> gradients)
    {
        int width = _layers[l].Outputs;
        Span<float> dSlope = gradients.Slice(_slopes[l], width), below = stackalloc float[width];
        for (int e = 0; e < count; e++)
        {
            TensorPrimitives.Min(memory.Sums(l, entry).Slice(e * StrideOf(l), width), 0f, below);
            TensorPrimitives.FusedMultiplyAdd(below, memory.Back!.Outputs(l, entry).Slice(e * StrideOf(l), width), dSlope, dSlope);
        }
    }

    private void Activate(ReadOnlySpan<float> parameters, UnitMemory memory, int l, int entry, int count)
    {
        int width = _layers[l].Outputs;
        Span<float> below = stackalloc float[width];
        for (int e = 0; e < count; e++)
        {
            int at = e * StrideOf(l);
            Activations.Forward(_plan.Options.Activation, memory.Sums(l, entry).Slice(at, width), Slope, SlopesOf(parameters, l), below, memory.Outputs(l, entry).Slice(at, width));
        }
    }

    private void BackwardActivation(ReadOnlySpan<float> parameters, UnitMemory memory, int l, int entry, int count)
    {
        int width = _layers[l].Outputs, stride = StrideOf(l);
        Span<float> scratch = stackalloc float[2 * width], dh = memory.Back!.Outputs(l, entry), dz = memory.Back.Sums(l, entry);
        for (int e = 0; e < count; e++)
        {
            Activations.Backward(_plan.Options.Activation, memory.Sums(l, entry).Slice(e * stride, width), dh.Slice(e * stride, width), Slope, SlopesOf(parameters, l), scratch, dz.Slice(e * stride, width));
        }
    }

    private ReadOnlySpan<float> SlopesOf(ReadOnlySpan<float> parameters, int l) => IsPRelu ? parameters.Slice(_slopes[l], _layers[l].Outputs) : default;

    private Start Joined(ReadOnlySpan<float> values) => new(values, StrideOf(0), PanelWidth);

    private static int PanelsOf(int columns) => (columns + PanelWidth - 1) / PanelWidth;
}
