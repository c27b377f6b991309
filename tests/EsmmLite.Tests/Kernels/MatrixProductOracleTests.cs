using EsmmLite.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace EsmmLite.Tests.Kernels;

/// <summary>Products against MathNet in double, within what rounding allows.</summary>
public class MatrixProductOracleTests
{
    private const int Width = MatrixProduct.PanelWidth;

    [Theory]
    [InlineData(48, 192, 2)]
    [InlineData(48, 37, 1)]
    [InlineData(1, 37, 8)]
    [InlineData(2, 256, 13)]
    [InlineData(37, 48, 3)]
    [InlineData(100, 256, 4)]
    public void AgreesWithMathNetInDouble(int rows, int depth, int panels)
    {
        float[] a = FloatBits.Random(rows * depth, 1);
        float[] b = FloatBits.Random(panels * depth * Width, 2);
        ushort[] brain = [.. b.Select(ProductCase<ushort>.FromFloat)];
        float[] bias = FloatBits.Random(panels * Width, 3);
        float[] got = new float[rows * panels * Width];
        foreach (Join join in (Join[])[Join.Before, Join.After])
        {
            MatrixProduct.Multiply(new StridedMatrix(a, depth), new Panels<float>(b, panels, depth * Width), new Start(bias, 0, Width), join, rows, depth, got, panels * Width);
            AssertNear(a, i => b[i], bias, rows, depth, panels, got);
            MatrixProduct.Multiply(new StridedMatrix(a, depth), new Panels<ushort>(brain, panels, depth * Width), new Start(bias, 0, Width), join, rows, depth, got, panels * Width);
            AssertNear(a, i => BitConverter.UInt32BitsToSingle((uint)brain[(i / Width * Width) + MatrixProduct.Place<ushort>(i % Width)] << 16), bias, rows, depth, panels, got);
        }
    }

    [Fact]
    public void TransposedOperandsAgreeWithMathNetInDouble()
    {
        // dW = xᵀ dz: rows are inputs, the depth is the batch, and the panel is 32 of the columns of dz.
        const int Inputs = 48, Batch = 37, Outputs = 80;
        float[] x = FloatBits.Random(Batch * Inputs, 4);
        float[] dz = FloatBits.Random(Batch * Outputs, 5);
        float[] got = new float[Inputs * Width];
        MatrixProduct.Multiply(new StridedMatrix(x, 1, Inputs), new Panels<float>(dz.AsSpan(Width), 1, 0, Outputs), default, Join.None, Inputs, Batch, got, Width);
        Matrix<double> exact = Matrix<double>.Build.Dense(Batch, Inputs, (r, k) => x[r * Inputs + k]).TransposeThisAndMultiply(Matrix<double>.Build.Dense(Batch, Width, (r, j) => dz[r * Outputs + Width + j]));
        for (int k = 0; k < Inputs; k++)
        {
            for (int j = 0; j < Width; j++)
            {
                Assert.Equal(exact[k, j], got[k * Width + j], 1e-5);
            }
        }
    }

    private static void AssertNear(float[] a, Func<int, float> b, float[] bias, int rows, int depth, int panels, float[] got)
    {
        int columns = panels * Width;
        Matrix<double> left = Matrix<double>.Build.Dense(rows, depth, (r, k) => a[r * depth + k]);
        Matrix<double> right = Matrix<double>.Build.Dense(depth, columns, (k, j) => b((j / Width * depth + k) * Width + j % Width));
        Matrix<double> exact = left * right;
        Matrix<double> size = left.PointwiseAbs() * right.PointwiseAbs();
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < columns; j++)
            {
                // A rounding a term and one more, each of at most half an ulp of a partial sum (Higham, Accuracy and Stability, section 3.1).
                double bound = (depth + 1) * Math.ScaleB(1, -24) * (size[r, j] + Math.Abs(bias[j])) * 1.01;
                Assert.InRange(got[r * columns + j], exact[r, j] + bias[j] - bound, exact[r, j] + bias[j] + bound);
            }
        }
    }
}
