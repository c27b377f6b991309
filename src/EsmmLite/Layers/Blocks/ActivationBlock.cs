using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>y = f(x), value by value.</summary>
internal sealed class ActivationBlock(string name, Block x, Activation kind, float slope, int offset) : Block(name, x.Width, x.Stride - 16)
{
    private const double Root2OverPi = 0.7978845608028654;
    private const double Cubic = 0.044715;
    private const float FirstSlope = 0.25f;

    internal int End => kind == Activation.PRelu ? offset + ((Width + 15) / 16 * 16) : offset;

    internal override IEnumerable<TowerTensor> Tensors => kind == Activation.PRelu ? [new(Name + ".slope", [Width], i => offset + i)] : [];

    internal override int Tiles => kind == Activation.PRelu ? 1 : 0;

    internal override (int Start, int Length) TileRange(int tile) => (offset, End - offset);

    internal override void Initialise(Span<float> parameters)
    {
        if (kind == Activation.PRelu)
        {
            parameters.Slice(offset, Width).Fill(FirstSlope);
        }
    }

    internal override void Forward(in BlockPass pass)
    {
        Span<float> below = stackalloc float[Width];
        for (int r = 0; r < pass.Rows; r++)
        {
            ReadOnlySpan<float> from = pass.Row(x, r);
            Span<float> y = pass.Row(this, r);
            switch (kind)
            {
                case Activation.Relu:
                    from.CopyTo(y);
                    Rectifier.Forward(y);
                    break;
                case Activation.LeakyRelu:
                    TensorPrimitives.Multiply(from, slope, y);
                    TensorPrimitives.Max(from, y, y);
                    break;
                case Activation.PRelu:
                    TensorPrimitives.Min(from, 0f, below);
                    TensorPrimitives.Max(from, 0f, y);
                    TensorPrimitives.FusedMultiplyAdd(below, pass.Parameters.Slice(offset, Width), y, y);
                    break;
                default:
                    for (int i = 0; i < y.Length; i++)
                    {
                        y[i] = (float)(from[i] * ExactMath.Sigmoid(Inner(from[i])));
                    }

                    break;
            }
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
                dx[i] += kind switch
                {
                    Activation.Relu => from[i] > 0f ? dy[i] : 0f,
                    Activation.LeakyRelu => from[i] > 0f ? dy[i] : dy[i] * slope,
                    Activation.PRelu => from[i] > 0f ? dy[i] : dy[i] * pass.Parameters[offset + i],
                    _ => (float)(dy[i] * GeluSlope(from[i])),
                };
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

    /// <summary>GELU's tanh form is x σ(u), u = 2 √(2/π) (x + 0.044715 x³), because (1 + tanh v)/2 = σ(2v).</summary>
    private static double Inner(double v) => 2 * Root2OverPi * (v + (Cubic * v * v * v));

    /// <summary>σ(u) + x σ(u) σ(−u) du/dx.</summary>
    private static double GeluSlope(double v)
    {
        double u = Inner(v), s = ExactMath.Sigmoid(u);
        return s + (v * s * ExactMath.Sigmoid(-u) * 2 * Root2OverPi * (1 + (3 * Cubic * v * v)));
    }
}
