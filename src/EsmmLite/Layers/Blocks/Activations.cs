using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>The activations, value by value: y = f(x), and dx from dy.</summary>
internal static class Activations
{
    /// <summary>What PReLU's slopes begin with.</summary>
    internal const float FirstSlope = 0.25f;

    private const double Root2OverPi = 0.7978845608028654;
    private const double Cubic = 0.044715;

    /// <summary>y = f(x). [n]</summary>
    /// <param name="kind">f.</param>
    /// <param name="x">[n]</param>
    /// <param name="slope">Leaky ReLU's slope.</param>
    /// <param name="slopes">PReLU's slopes. [n]</param>
    /// <param name="scratch">[n]</param>
    /// <param name="y">Destination. [n]</param>
    internal static void Forward(Activation kind, ReadOnlySpan<float> x, float slope, ReadOnlySpan<float> slopes, Span<float> scratch, Span<float> y)
    {
        switch (kind)
        {
            case Activation.Relu:
                x.CopyTo(y);
                Rectifier.Forward(y);
                break;
            case Activation.LeakyRelu:
                TensorPrimitives.Multiply(x, slope, y);
                TensorPrimitives.Max(x, y, y);
                break;
            case Activation.PRelu:
                TensorPrimitives.Min(x, 0f, scratch);
                TensorPrimitives.Max(x, 0f, y);
                TensorPrimitives.FusedMultiplyAdd(scratch, slopes, y, y);
                break;
            default:
                for (int i = 0; i < y.Length; i++)
                {
                    y[i] = (float)(x[i] * ExactMath.Sigmoid(Inner(x[i])));
                }

                break;
        }
    }

    /// <summary>dx of one value.</summary>
    /// <param name="kind">f.</param>
    /// <param name="x">x.</param>
    /// <param name="dy">dy.</param>
    /// <param name="slope">Leaky ReLU's slope, or PReLU's of this value.</param>
    internal static float Backward(Activation kind, float x, float dy, float slope) => kind switch
    {
        Activation.Relu => x > 0f ? dy : 0f,
        Activation.LeakyRelu or Activation.PRelu => x > 0f ? dy : dy * slope,
        _ => (float)(dy * GeluSlope(x)),
    };

    /// <summary>dx of a row of values: those of <see cref="Backward(Activation, float, float, float)"/>, but that a zero is +0 where one of a slope's products may be −0.</summary>
    /// <param name="kind">f.</param>
    /// <param name="x">[n]</param>
    /// <param name="dy">[n]</param>
    /// <param name="slope">Leaky ReLU's slope.</param>
    /// <param name="slopes">PReLU's slopes. [n]</param>
    /// <param name="scratch">[2 n]</param>
    /// <param name="dx">Destination; it may be <paramref name="dy"/>. [n]</param>
    internal static void Backward(Activation kind, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, float slope, ReadOnlySpan<float> slopes, Span<float> scratch, Span<float> dx)
    {
        if (kind == Activation.Gelu)
        {
            for (int i = 0; i < dx.Length; i++)
            {
                dx[i] = Backward(kind, x[i], dy[i], slope);
            }

            return;
        }

        // What is passed below 0: all products with the slopes, less those above 0.
        Span<float> below = scratch[..dx.Length], above = scratch.Slice(dx.Length, dx.Length);
        if (kind == Activation.PRelu)
        {
            TensorPrimitives.Multiply(dy, slopes, below);
        }
        else if (kind == Activation.LeakyRelu)
        {
            TensorPrimitives.Multiply(dy, slope, below);
        }

        dy.CopyTo(dx);
        Rectifier.Backward(x, dx);
        if (kind != Activation.Relu)
        {
            below.CopyTo(above);
            Rectifier.Backward(x, above);
            TensorPrimitives.Subtract(below, above, below);
            TensorPrimitives.Add(dx, below, dx);
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
