using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>Sums of products against their definition, bit for bit.</summary>
public class ProductSumTests
{
    private const int Width = MatrixProduct.PanelWidth;
    private const int Depth = 75;

    private static readonly ColumnRange[][] Shapes = [[new(0, 75)], [new(3, 16)], [new(0, 40), new(40, 16), new(56, 19)], [new(59, 16), new(0, 1), new(5, 0), new(20, 33)]];

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void EveryNumberOfRowsHasTheBitsOfTheDefinition(bool brain, bool rectify)
    {
        foreach (ColumnRange[] ranges in Shapes)
        {
            foreach ((int panels, bool shared) in ((int, bool)[])[(1, true), (3, false), (11, true)])
            {
                for (int rows = 1; rows <= 40; rows++)
                {
                    if (brain) Check<ushort>(rows, panels, ranges, shared, rectify);
                    else Check<float>(rows, panels, ranges, shared, rectify);
                }
            }
        }
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefused()
    {
        float[] a = new float[2 * Depth], b = new float[Depth * Width], start = new float[Width], c = new float[2 * Width];
        Assert.Throws<ArgumentOutOfRangeException>(() => Run([], a, b, start, c));
        Assert.Throws<ArgumentException>("a", () => Run([new(0, 5), new(1, Depth)], a, b, start, c));
        Assert.Throws<ArgumentException>("b", () => Run([new(0, Depth)], a, b[Width..], start, c));
        Assert.Throws<ArgumentException>("start", () => Run([new(0, Depth)], a, b, start[1..], c));
        Assert.Throws<ArgumentException>("destination", () => Run([new(0, Depth)], a, b, start, c[1..]));
        ProductSum.Multiply(default, new Panels<float>(b, 1, 0), [new(0, 1)], default, false, 0, default, Width);

        static void Run(ColumnRange[] ranges, float[] a, float[] b, float[] start, float[] c) =>
            ProductSum.Multiply(new StridedMatrix(a, Depth), new Panels<float>(b, 1, 0), ranges, new Start(start, 0, 0), false, 2, c, Width);
    }

    private static void Check<T>(int rows, int panels, ColumnRange[] ranges, bool shared, bool rectify)
        where T : unmanaged
    {
        int stride = panels * Width + 5;
        float[] a = FloatBits.Random(rows * (Depth + 2), 1);
        T[] b = [.. FloatBits.Random(panels * Depth * Width, 2).Select(ProductCase<T>.FromFloat)];
        float[] start = FloatBits.Random((shared ? 0 : rows * stride) + panels * Width, 3);
        float[] expected = new float[rows * stride];
        Array.Fill(expected, FloatBits.Guard);
        float[] got = [.. expected];
        ProductSum.Definition(new StridedMatrix(a, Depth + 2), new Panels<T>(b, panels, Depth * Width), ranges, new Start(start, shared ? 0 : stride, Width), rectify, rows, expected, stride);
        ProductSum.Multiply(new StridedMatrix(a, Depth + 2), new Panels<T>(b, panels, Depth * Width), ranges, new Start(start, shared ? 0 : stride, Width), rectify, rows, got, stride);
        Assert.True(FloatBits.Same(expected, got), $"{rows} rows, {panels} panels, {ranges.Length} products");

        // The destination may be the start.
        float[] defined = FloatBits.Random(rows * stride, 4);
        float[] inPlace = [.. defined];
        ProductSum.Definition(new StridedMatrix(a, Depth + 2), new Panels<T>(b, panels, Depth * Width), ranges, new Start(defined, stride, Width), rectify, rows, defined, stride);
        ProductSum.Multiply(new StridedMatrix(a, Depth + 2), new Panels<T>(b, panels, Depth * Width), ranges, new Start(inPlace, stride, Width), rectify, rows, inPlace, stride);
        Assert.True(FloatBits.Same(defined, inPlace), $"{rows} rows, {panels} panels, {ranges.Length} products, in place");
    }
}
