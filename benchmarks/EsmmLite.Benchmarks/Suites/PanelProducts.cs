using EsmmLite.Kernels;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>A dense layer's three products over panels of 32 columns, as the layers call the kernel; rows are 16 floats longer than needed.</summary>
internal static class PanelProducts
{
    internal const int Padding = 16;

    /// <summary>z = b + x W. [rows x k] · [k x n]</summary>
    internal static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int rows, int k, int n, Span<float> z)
    {
        for (int column = 0; column < n; column += MatrixProduct.PanelWidth)
        {
            MatrixProduct.Panel(new StridedMatrix(x, k + Padding), weights.Slice(column * k, k * MatrixProduct.PanelWidth), MatrixProduct.PanelWidth, bias[column..], rows, k, z[column..], n + Padding, Begin.Bias, Finish.Store);
        }
    }

    /// <summary>dx = dz Wᵀ. [rows x n] · [n x k]</summary>
    internal static void BackwardInput(ReadOnlySpan<float> dz, ReadOnlySpan<float> transposed, int rows, int k, int n, Span<float> dx)
    {
        for (int column = 0; column < k; column += MatrixProduct.PanelWidth)
        {
            MatrixProduct.Panel(new StridedMatrix(dz, n + Padding), transposed.Slice(column * n, n * MatrixProduct.PanelWidth), MatrixProduct.PanelWidth, default, rows, n, dx[column..], k + Padding, Begin.Zero, Finish.Store);
        }
    }

    /// <summary>dW += xᵀ dz. [k x rows] · [rows x n]</summary>
    internal static void BackwardWeight(ReadOnlySpan<float> x, ReadOnlySpan<float> dz, int rows, int k, int n, Span<float> gradients)
    {
        for (int column = 0; column < n; column += MatrixProduct.PanelWidth)
        {
            MatrixProduct.Panel(new StridedMatrix(x, 1, k + Padding), dz[column..], n + Padding, default, k, rows, gradients.Slice(column * k, k * MatrixProduct.PanelWidth), MatrixProduct.PanelWidth, Begin.Destination, Finish.Store);
        }
    }
}
