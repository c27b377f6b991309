using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>y = f(x), value by value. Nothing else may read x.</summary>
internal sealed class ActivationBlock(string name, Block x, Activation kind, float slope, int offset) : Block(name, x.Width, x.Stride - 16)
{
    // ReLU's own values tell where it passes slopes on, so it needs no memory beside x's.
    private readonly bool _rectified = kind == Activation.Relu && x.Rectify();

    private bool InPlace => kind == Activation.Relu;

    internal override Block Place => InPlace ? x.Place : this;

    internal override bool Begin(Block source) => true;

    internal int End => kind == Activation.PRelu ? offset + ((Width + 15) / 16 * 16) : offset;

    internal override IEnumerable<Block> Sources => [x];

    internal override IEnumerable<TowerTensor> Tensors => kind == Activation.PRelu ? [new(Name + ".slope", [Width], i => offset + i)] : [];

    internal override int Tiles => kind == Activation.PRelu ? 1 : 0;

    internal override (int Start, int Length) TileRange(int tile) => (offset, End - offset);

    internal override void Initialise(Span<float> parameters)
    {
        if (kind == Activation.PRelu)
        {
            parameters.Slice(offset, Width).Fill(Activations.FirstSlope);
        }
    }

    internal override void Forward(in BlockPass pass)
    {
        if (InPlace)
        {
            if (!_rectified)
            {
                Rectifier.Rows(pass.Values(this), Stride, pass.Rows, Width);
            }

            return;
        }

        Span<float> below = stackalloc float[Width];
        ReadOnlySpan<float> slopes = Slopes(pass);
        for (int r = 0; r < pass.Rows; r++)
        {
            Activations.Forward(kind, pass.Row(x, r), slope, slopes, below, pass.Row(this, r));
        }
    }

    internal override void Backward(in BlockPass pass)
    {
        if (InPlace)
        {
            Rectifier.BackwardRows(pass.Values(this), pass.Slopes(this), Stride, pass.Rows, Width);
            return;
        }

        // Nothing else reads x: its slopes are written, not added to.
        Span<float> scratch = stackalloc float[2 * Width];
        ReadOnlySpan<float> slopes = Slopes(pass);
        for (int r = 0; r < pass.Rows; r++)
        {
            Activations.Backward(kind, pass.Row(x, r), pass.SlopeRow(this, r), slope, slopes, scratch, pass.SlopeRow(x, r));
        }
    }

    /// <summary>PReLU: d slope = sum over rows of dy · min(x, 0).</summary>
    internal override void BackwardWeights(int tile, in BlockPass pass, Span<float> gradients, bool accumulate)
    {
        Span<float> dSlope = gradients.Slice(offset, Width), below = stackalloc float[Width];
        if (!accumulate)
        {
            dSlope.Clear();
        }

        for (int r = 0; r < pass.Rows; r++)
        {
            TensorPrimitives.Min(pass.Row(x, r), 0f, below);
            TensorPrimitives.FusedMultiplyAdd(below, pass.SlopeRow(this, r), dSlope, dSlope);
        }
    }

    private ReadOnlySpan<float> Slopes(in BlockPass pass) => kind == Activation.PRelu ? pass.Parameters.Slice(offset, Width) : default;
}
