using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>z = x W + b over the network's input, in parts: docs/numerics.md, section 3.2.</summary>
internal sealed class InputDense(string name, DenseLayer layer) : Block(name, layer.Outputs, layer.PaddedOutputs)
{
    private protected override bool CanRectify => true;

    internal override IEnumerable<TowerTensor> Tensors => DenseBlock.TensorsOf(layer);

    internal override int Tiles => layer.Panels;

    internal override (int Start, int Length) TileRange(int tile) => (layer.Offset + (tile * layer.PanelLength), layer.PanelLength);

    internal override void PrepareTraining() => layer.PrepareTraining();

    internal override void PrepareBackward(int tile, ReadOnlySpan<float> parameters) => layer.Transpose(tile, parameters);

    internal override long PreparedBytes => layer.TransposedBytes;

    internal override void Forward(in BlockPass pass)
    {
        int needed = FirstLayer.ScratchLength(pass.Rows);
        Span<float> scratch = needed <= FirstLayer.MostOnStack ? stackalloc float[needed] : new float[needed];
        bool request = pass.Parts == Part.Request;
        Start start = (pass.Parts & Part.Request) != 0 ? layer.Bias(pass.Parameters) : new Start(pass.Workspace.RequestPart(this), 0, MatrixProduct.PanelWidth);
        Span<float> z = request ? pass.Workspace.RequestPart(this) : pass.Values(this);
        new FirstLayer(layer, pass.Layout, pass.Parameters, pass.Inputs, pass.Rows, null, 0).Forward(pass.Parts, Rectifies && !request, start, z, scratch);
    }

    internal override void Backward(in BlockPass pass) => layer.BackwardInput(pass.Slopes(this), pass.Rows, pass.DInputs, pass.Layout.Stride, accumulate: true);

    internal override void BackwardWeights(int tile, in BlockPass pass, Span<float> gradients, bool accumulate) =>
        layer.BackwardWeight(tile, pass.Inputs, pass.Layout.Stride, pass.Slopes(this), pass.Rows, gradients, accumulate);
}

/// <summary>z = h W + b over another block's values, or over some columns of the input. Blocks may share one layer: the first of them owns its tiles.</summary>
internal sealed class DenseBlock(string name, DenseLayer layer, Block? source, int column = 0) : Block(name, layer.Outputs, layer.PaddedOutputs)
{
    private readonly List<DenseBlock> _sharers = [];
    private bool _owns = true;
    private bool _begins;

    /// <summary>Whether other blocks have the same weights.</summary>
    internal bool IsShared => _sharers.Count > 0;

    internal override IEnumerable<Block> Sources => source is null ? [] : [source];

    private protected override bool CanRectify => true;

    internal override bool Begin(Block source) => _begins = true;

    internal override IEnumerable<TowerTensor> Tensors => _owns ? TensorsOf(layer) : [];

    internal override int Tiles => _owns ? layer.Panels : 0;

    internal override (int Start, int Length) TileRange(int tile) => (layer.Offset + (tile * layer.PanelLength), layer.PanelLength);

    internal override void PrepareTraining() => layer.PrepareTraining();

    internal override void PrepareBackward(int tile, ReadOnlySpan<float> parameters) => layer.Transpose(tile, parameters);

    internal override long PreparedBytes => _owns ? layer.TransposedBytes : 0;

    /// <summary>A block with the same weights over other values.</summary>
    internal DenseBlock Share(string sharerName, Block other)
    {
        DenseBlock sharer = new(sharerName, layer, other) { _owns = false };
        _sharers.Add(sharer);
        return sharer;
    }

    internal override void Forward(in BlockPass pass)
    {
        if (source is null)
        {
            Multiply(pass, new StridedMatrix(pass.Inputs[column..], pass.Layout.Stride));
        }
        else
        {
            Multiply(pass, new StridedMatrix(pass.Values(source), source.Stride));
        }
    }

    private void Multiply(in BlockPass pass, StridedMatrix x) =>
        layer.Multiply(pass.Parameters, 0, layer.Inputs, 0, layer.Panels, x, layer.Bias(pass.Parameters), Rectifies ? Join.BeforeRectified : Join.Before, pass.Rows, pass.Values(this), layer.Stride);

    internal override void Backward(in BlockPass pass)
    {
        if (source is not null)
        {
            layer.BackwardInput(pass.Slopes(this), pass.Rows, pass.Slopes(source), source.Stride, accumulate: !_begins);
            return;
        }

        // The product is padded to whole panels, and the columns behind belong to others.
        int padded = (layer.Inputs + MatrixProduct.PanelWidth - 1) / MatrixProduct.PanelWidth * MatrixProduct.PanelWidth;
        Span<float> dx = stackalloc float[padded];
        for (int r = 0; r < pass.Rows; r++)
        {
            layer.BackwardInput(pass.Slopes(this)[(r * Stride)..], 1, dx, padded, accumulate: false);
            Span<float> to = pass.DInputs.Slice((r * pass.Layout.Stride) + column, layer.Inputs);
            TensorPrimitives.Add(to, dx[..layer.Inputs], to);
        }
    }

    internal override void BackwardWeights(int tile, in BlockPass pass, Span<float> gradients, bool accumulate)
    {
        Own(tile, pass, gradients, accumulate);
        foreach (DenseBlock sharer in _sharers)
        {
            sharer.Own(tile, pass, gradients, accumulate: true);
        }
    }

    internal static IEnumerable<TowerTensor> TensorsOf(DenseLayer layer) =>
    [
        new TowerTensor(layer.Name + ".kernel", [layer.Inputs, layer.Outputs], i => layer.KernelIndex(i / layer.Outputs, i % layer.Outputs)),
        new TowerTensor(layer.Name + ".bias", [layer.Outputs], layer.BiasIndex),
    ];

    private void Own(int tile, in BlockPass pass, Span<float> gradients, bool accumulate)
    {
        if (source is null)
        {
            layer.BackwardWeight(tile, pass.Inputs[column..], pass.Layout.Stride, pass.Slopes(this), pass.Rows, gradients, accumulate);
        }
        else
        {
            layer.BackwardWeight(tile, pass.Values(source), source.Stride, pass.Slopes(this), pass.Rows, gradients, accumulate);
        }
    }
}

/// <summary>A task's logit: h · w + b over a block's values, plus what a skip from the input adds; or that alone.</summary>
internal sealed class LogitBlock(string name, int task, LogitLayer? layer, Block? source, Block? skip) : Block(name, 1, 0)
{
    private bool _begins, _beginsSkip;

    internal int Task => task;

    internal override bool Begin(Block to) => to == skip ? _beginsSkip = true : _begins = true;

    internal override IEnumerable<Block> Sources => ((Block?[])[source, skip]).OfType<Block>();

    internal override IEnumerable<TowerTensor> Tensors => layer is null ? [] :
    [
        new TowerTensor(layer.Name + ".kernel", [layer.Inputs, 1], i => layer.KernelOffset + i),
        new TowerTensor(layer.Name + ".bias", [1], _ => layer.BiasOffset),
    ];

    internal override int Tiles => layer is null ? 0 : 1;

    internal override (int Start, int Length) TileRange(int tile) => (layer!.KernelOffset, layer.End - layer.KernelOffset);

    internal override void Forward(in BlockPass pass)
    {
        Span<float> logits = pass.Workspace.Logits(task).Slice(pass.FirstRow, pass.Rows);
        layer?.Forward(pass.Parameters, pass.Values(source!), source!.Stride, pass.Rows, logits);
        for (int r = 0; r < pass.Rows && skip is not null; r++)
        {
            float wide = pass.Values(skip)[r * skip.Stride];
            logits[r] = layer is null ? wide : logits[r] + wide;
        }
    }

    internal override void Backward(in BlockPass pass)
    {
        ReadOnlySpan<float> dLogits = pass.Workspace.DLogits(task).Slice(pass.FirstRow, pass.Rows);
        for (int r = 0; r < pass.Rows; r++)
        {
            if (layer is not null)
            {
                Span<float> dh = pass.SlopeRow(source!, r);
                ReadOnlySpan<float> w = pass.Parameters.Slice(layer.KernelOffset, layer.Inputs);
                if (_begins)
                {
                    TensorPrimitives.Multiply(w, dLogits[r], dh);
                }
                else
                {
                    TensorPrimitives.FusedMultiplyAdd(w, dLogits[r], dh, dh);
                }
            }

            if (skip is not null)
            {
                ref float dSkip = ref pass.Slopes(skip)[r * skip.Stride];
                dSkip = _beginsSkip ? dLogits[r] : dSkip + dLogits[r];
            }
        }
    }

    internal override void BackwardWeights(int tile, in BlockPass pass, Span<float> gradients, bool accumulate) =>
        layer!.BackwardWeight(pass.Values(source!), source!.Stride, pass.Workspace.DLogits(task), pass.Rows, gradients, accumulate);
}
