using System.Numerics.Tensors;

namespace EsmmLite.Layers;

/// <summary>y = f(x), value by value.</summary>
internal sealed class ActivationBlock(string name, Block x, Activation kind, float slope, int offset) : Block(name, x.Width, x.Stride - 16)
{
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
        Span<float> below = stackalloc float[Width];
        ReadOnlySpan<float> slopes = kind == Activation.PRelu ? pass.Parameters.Slice(offset, Width) : default;
        for (int r = 0; r < pass.Rows; r++)
        {
            Activations.Forward(kind, pass.Row(x, r), slope, slopes, below, pass.Row(this, r));
        }
    }

    internal override void Backward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows; r++)
        {
            ReadOnlySpan<float> from = pass.Row(x, r), dy = pass.SlopeRow(this, r);
            Span<float> dx = pass.SlopeRow(x, r);
            for (int i = 0; i < dx.Length; i++)
            {
                dx[i] += Activations.Backward(kind, from[i], dy[i], kind == Activation.PRelu ? pass.Parameters[offset + i] : slope);
            }
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
}
