using System.Runtime.InteropServices;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>The kernels over panels of 32 columns beside the product: sums of columns, and transposition.</summary>
public class PanelKernelTests
{
    private const int Width = MatrixProduct.PanelWidth;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ColumnSumsHaveTheBitsOfTheirDefinition(bool accumulate)
    {
        foreach (int stride in (int[])[Width, Width + 5, 3 * Width + 16])
        {
            for (int rows = 0; rows <= 130; rows++)
            {
                // NaN lies beside the panel, and its last row ends with the span.
                float[] values = new float[rows == 0 ? 0 : (rows - 1) * stride + Width];
                Array.Fill(values, float.NaN);
                float[] random = FloatBits.Random(rows * Width, (ulong)rows);
                for (int r = 0; r < rows; r++)
                {
                    random.AsSpan(r * Width, Width).CopyTo(values.AsSpan(r * stride));
                }

                AssertColumnSum(values, stride, rows, accumulate);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ColumnSumsTreatSpecialValuesAsTheirDefinitionDoes(bool accumulate)
    {
        const int Rows = 3;
        float[] values = FloatBits.Random(Rows * Width, 1);
        foreach (float special in FloatBits.Special)
        {
            foreach (float other in FloatBits.Special)
            {
                for (int j = 0; j < Width; j++)
                {
                    (float first, float second) = (values[j], values[Width + j]);
                    (values[j], values[Width + j]) = (special, other);
                    AssertColumnSum(values, Width, Rows, accumulate);
                    (values[j], values[Width + j]) = (first, second);
                }
            }
        }
    }

    [Fact]
    public void ColumnsAreAddedInTheOrderOfRows()
    {
        // Beside 2^24 a one is lost.
        float[] sums = new float[Width];
        float[] Column(params float[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value, Width))];
        ColumnSum.Panel(Column(16777216f, 1f, -16777216f), Width, 3, sums, accumulate: false);
        Assert.All(sums, sum => Assert.Equal(0f, sum));
        ColumnSum.Panel(Column(16777216f, -16777216f, 1f), Width, 3, sums, accumulate: false);
        Assert.All(sums, sum => Assert.Equal(1f, sum));
        ColumnSum.Panel(Column(16777216f, -16777216f), Width, 2, sums, accumulate: true);
        Assert.All(sums, sum => Assert.Equal(0f, sum));
    }

    [Fact]
    public void ColumnSumsRefuseWhatDoesNotFit()
    {
        static void Run(int values, int stride, int rows, int sums) => ColumnSum.Panel(new float[values], stride, rows, new float[sums], accumulate: true);
        Run(2 * 40 + Width, 40, 3, Width);
        Run(0, 40, 0, Width);
        Assert.Throws<ArgumentException>("values", () => Run(2 * 40 + Width - 1, 40, 3, Width));
        Assert.Throws<ArgumentException>("values", () => Run(0, 40, 1, Width));
        Assert.Throws<ArgumentException>("values", () => Run(999, 1 << 30, 5, Width));
        Assert.Throws<ArgumentException>("sums", () => Run(999, 40, 3, Width - 1));
        Assert.Throws<ArgumentOutOfRangeException>("stride", () => Run(999, -1, 3, Width));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => Run(999, 40, -1, Width));
        float[] shared = new float[100];
        ColumnSum.Panel(shared.AsSpan(0, 64), Width, 2, shared.AsSpan(64), accumulate: false);
        Assert.Throws<ArgumentException>("values", () => ColumnSum.Panel(shared.AsSpan(0, 65), Width, 2, shared.AsSpan(64), accumulate: false));
    }

    [Fact]
    public void ABlockOfEverySizeIsTransposedAndNothingElseIsWritten()
    {
        // All kinds of bits, of not-a-numbers too, must come through.
        SplitMix random = new(4);
        for (int rows = 0; rows <= Width; rows++)
        {
            for (int columns = 0; columns <= Width; columns++)
            {
                uint[] source = [.. Enumerable.Range(0, rows * Width).Select(_ => (uint)random.NextUInt64())];
                uint[] expected = new uint[columns * Width + 2];
                Array.Fill(expected, 0xA5A5A5A5u);
                uint[] got = [.. expected];
                for (int k = 0; k < rows; k++)
                {
                    for (int n = 0; n < columns; n++)
                    {
                        expected[1 + n * Width + k] = source[k * Width + n];
                    }
                }

                Transposition.Block(MemoryMarshal.Cast<uint, float>(source.AsSpan()), rows, columns, MemoryMarshal.Cast<uint, float>(got.AsSpan(1, columns * Width)));
                Assert.True(expected.AsSpan().SequenceEqual(got), $"{rows} x {columns}");
            }
        }
    }

    [Fact]
    public void TranspositionRefusesWhatDoesNotFit()
    {
        static void Run(int source, int rows, int columns, int destination) => Transposition.Block(new float[source], rows, columns, new float[destination]);
        Run(5 * Width, 5, 7, 7 * Width);
        Assert.Throws<ArgumentException>("source", () => Run(5 * Width - 1, 5, 7, 7 * Width));
        Assert.Throws<ArgumentException>("destination", () => Run(5 * Width, 5, 7, 7 * Width - 1));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => Run(9999, Width + 1, 7, 9999));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => Run(9999, 5, Width + 1, 9999));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => Run(9999, -1, 7, 9999));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => Run(9999, 5, -1, 9999));
        float[] shared = new float[4 * Width];
        Assert.Throws<ArgumentException>("source", () => Transposition.Block(shared, 4, 4, shared));
    }

    private static void AssertColumnSum(float[] values, int stride, int rows, bool accumulate)
    {
        float[] expected = [FloatBits.Guard, .. FloatBits.Random(Width, 99), FloatBits.Guard];
        float[] got = [.. expected];
        ColumnSum.Definition(values, stride, rows, expected.AsSpan(1, Width), accumulate);
        ColumnSum.Panel(values, stride, rows, got.AsSpan(1, Width), accumulate);
        Assert.True(FloatBits.Same(expected, got), $"{rows} rows, stride {stride}");
    }
}
