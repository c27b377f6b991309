using EsmmLite.Kernels;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>A dense layer's three products over panels of 32 columns, as the layers call the kernel; rows are 16 floats longer than needed.</summary>
internal static class PanelProducts
{
    internal const int Padding = 16;

    private const int Width = MatrixProduct.PanelWidth;

    /// <summary>z = b + x W. [rows x k] · [k x n]</summary>
    internal static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int rows, int k, int n, Span<float> z) =>
        MatrixProduct.Multiply(new StridedMatrix(x, k + Padding), new Panels<float>(weights, n / Width, k * Width), new Start(bias, 0, Width), Join.Before, rows, k, z, n + Padding);

    /// <summary>dx = dz Wᵀ. [rows x n] · [n x k]</summary>
    internal static void BackwardInput(ReadOnlySpan<float> dz, ReadOnlySpan<float> transposed, int rows, int k, int n, Span<float> dx) =>
        MatrixProduct.Multiply(new StridedMatrix(dz, n + Padding), new Panels<float>(transposed, k / Width, n * Width), default, Join.None, rows, n, dx, k + Padding);

    /// <summary>dW += xᵀ dz. [k x rows] · [rows x n]</summary>
    internal static void BackwardWeight(ReadOnlySpan<float> x, ReadOnlySpan<float> dz, int rows, int k, int n, Span<float> gradients)
    {
        for (int column = 0; column < n; column += Width)
        {
            Span<float> panel = gradients.Slice(column * k, k * Width);
            MatrixProduct.Multiply(new StridedMatrix(x, 1, k + Padding), new Panels<float>(dz[column..], 1, 0, n + Padding), new Start(panel, Width, 0), Join.Before, k, rows, panel, Width);
        }
    }
}
