using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>Products against their definition, bit for bit.</summary>
public class MatrixProductTests
{
    private const int Width = MatrixProduct.PanelWidth;
    private const int MostRows = 100;
    private const int MostPanels = 17;

    public static TheoryData<ProductMode, bool, bool> Modes()
    {
        TheoryData<ProductMode, bool, bool> modes = [];
        foreach (ProductMode mode in Enum.GetValues<ProductMode>())
        {
            foreach (bool brain in (bool[])[false, true])
            {
                modes.Add(mode, brain, false);
                modes.Add(mode, brain, true);
            }
        }

        return modes;
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void EveryShapeHasTheBitsOfTheDefinition(ProductMode mode, bool brain, bool transposed)
    {
        if (brain) EveryShape<ushort>(mode, transposed);
        else EveryShape<float>(mode, transposed);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void FewRowsByManyPanelsHaveTheBitsOfTheDefinition(ProductMode mode, bool brain, bool transposed)
    {
        if (brain) FewRowsByManyPanels<ushort>(mode, transposed);
        else FewRowsByManyPanels<float>(mode, transposed);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void SpecialValuesGoTheWayOfTheDefinition(ProductMode mode, bool brain, bool transposed)
    {
        // A column of tiles, and two rows by a few panels at once.
        foreach ((int rows, int panels) in ((int, int)[])[(7, 1), (2, 3)])
        {
            if (brain) SpecialValues<ushort>(rows, panels, mode, transposed);
            else SpecialValues<float>(rows, panels, mode, transposed);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void MixedSpecialValuesGoTheWayOfTheDefinition(ProductMode mode, bool brain, bool transposed)
    {
        for (ulong n = 0; n < 50; n++)
        {
            if (brain) MixedSpecialValues<ushort>(mode, transposed, n);
            else MixedSpecialValues<float>(mode, transposed, n);
        }
    }

    [Fact]
    public void TheDefinitionAddsInTheOrderOfDepthAndRoundsEachTermOnce()
    {
        const float Big = 16777216f, E = 1f / 8192f;

        // Beside 2^24 a one is lost; (1 + e)(1 - e) - 1 is -e² only if the product is not rounded.
        AssertSum(0f, [1f, 1f, 1f], [Big, 1f, -Big], 0f, Join.None);
        AssertSum(1f, [1f, 1f, 1f], [Big, -Big, 1f], 0f, Join.None);
        AssertSum(0f, [1f, 1f], [Big, -Big], 1f, Join.Before);
        AssertSum(1f, [1f, 1f], [Big, -Big], 1f, Join.After);
        AssertSum(-E * E, [1f, 1f + E], [-1f, 1f - E], 0f, Join.None);
        AssertSum(-E * E, [1f + E], [1f - E], -1f, Join.Before);
        AssertSum(0f, [1f + E], [1f - E], -1f, Join.After);
        AssertSum(-1f, [2f], [-1f], 1f, Join.Before);
        AssertSum(0f, [2f], [-1f], 1f, Join.BeforeRectified);
        AssertSum(3f, [2f], [1f], 1f, Join.BeforeRectified);
        AssertSum(0f, [2f], [-1f], 1f, Join.AfterRectified);
        AssertSum(3f, [2f], [1f], 1f, Join.AfterRectified);
        AssertSum(float.NaN, [2f], [float.NaN], 1f, Join.AfterRectified);
        AssertSum(-2f, [2f], [-1f], 0.5f, Join.Gated);
        AssertSum(0f, [2f], [-1f], 0f, Join.Gated);
        AssertSum(0f, [2f], [-1f], float.NaN, Join.Gated);
        AssertSum(-0f, [], [], -0f, Join.Before);
        AssertSum(0f, [], [], -0f, Join.After);
        AssertSum(0f, [], [], -0f, Join.None);
    }

    [Theory]
    [InlineData(1, 11)]
    [InlineData(29, 2)]
    public void ASumCutIntoBlocksOfDepthKeepsItsBits(int rows, int panels)
    {
        const int Depth = 113;
        int stride = panels * Width, distance = Depth * Width;
        float[] a = FloatBits.Random(rows * Depth, 6);
        float[] b = FloatBits.Random(panels * distance, 7);
        float[] whole = new float[rows * stride];
        MatrixProduct.Multiply(new StridedMatrix(a, Depth), new Panels<float>(b, panels, distance), default, Join.None, rows, Depth, whole, stride);
        for (int cut = 0; cut <= Depth; cut += 7)
        {
            float[] parts = FloatBits.Random(rows * stride, 8);
            MatrixProduct.Multiply(new StridedMatrix(a, Depth), new Panels<float>(b, panels, distance), default, Join.None, rows, cut, parts, stride);
            MatrixProduct.Multiply(new StridedMatrix(a.AsSpan(cut), Depth), new Panels<float>(b.AsSpan(cut * Width), panels, distance), new Start(parts, stride, Width), Join.Before, rows, Depth - cut, parts, stride);
            Assert.True(FloatBits.Same(whole, parts), $"cut at {cut}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RowsAndPanelsDoNotDependOnTheirNeighbours(bool transposed)
    {
        const int Rows = 61, Depth = 50, Panels = 11, Distance = Depth * Width;
        (int rowStride, int stepStride) = transposed ? (1, Rows) : (Depth, 1);
        float[] a = FloatBits.Random(Rows * Depth, 9);
        float[] b = FloatBits.Random(Panels * Distance, 10);
        float[] together = new float[Rows * Panels * Width];
        float[] alone = new float[Width];
        MatrixProduct.Multiply(new StridedMatrix(a, rowStride, stepStride), new Panels<float>(b, Panels, Distance), default, Join.None, Rows, Depth, together, Panels * Width);
        for (int r = 0; r < Rows; r++)
        {
            for (int p = 0; p < Panels; p++)
            {
                MatrixProduct.Multiply(new StridedMatrix(a.AsSpan(r * rowStride), rowStride, stepStride), new Panels<float>(b.AsSpan(p * Distance, Distance), 1, 0), default, Join.None, 1, Depth, alone, Width);
                Assert.True(FloatBits.Same(together.AsSpan((r * Panels + p) * Width, Width), alone), $"row {r}, panel {p}");
            }
        }
    }

    [Fact]
    public void BrainFloatsGiveTheBitsOfTheFloatsTheyStandFor()
    {
        const int Depth = 37;
        foreach ((int rows, int panels) in ((int, int)[])[(1, 15), (2, 7), (27, 2)])
        {
            float[] a = FloatBits.Random(rows * Depth, 11);
            ushort[] brain = [.. FloatBits.Random(panels * Depth * Width, 12).Select(ProductCase<ushort>.FromFloat)];

            // Columns j and j + 16 stand side by side.
            float[] wide = [.. brain.Select((_, i) => BitConverter.UInt32BitsToSingle((uint)brain[(i / Width * Width) + (i % 16 * 2) + (i % Width / 16)] << 16))];
            float[] expected = new float[rows * panels * Width];
            float[] got = new float[expected.Length];
            MatrixProduct.Multiply(new StridedMatrix(a, Depth), new Panels<float>(wide, panels, Depth * Width), default, Join.None, rows, Depth, expected, panels * Width);
            MatrixProduct.Multiply(new StridedMatrix(a, Depth), new Panels<ushort>(brain, panels, Depth * Width), default, Join.None, rows, Depth, got, panels * Width);
            Assert.True(FloatBits.Same(expected, got), $"{rows} rows");
        }
    }

    private static void EveryShape<T>(ProductMode mode, bool transposed)
        where T : unmanaged
    {
        // Brain floats differ in nothing but how a vector of them is loaded.
        int step = typeof(T) == typeof(float) ? 1 : 5;
        for (int depth = 0; depth <= 256; depth += depth < 32 ? 1 : step)
        {
            int panels = 1 + depth % 3;
            var product = new ProductCase<T>(MostRows, depth, panels, transposed, mode, depth % 4, depth % 2 * 5, (ulong)depth);
            float[] defined = product.Define();

            // All numbers up to two of the largest tiles; from there each is met at every ninth depth.
            for (int rows = 0; rows <= MostRows; rows += rows < 25 ? 1 : rows == 25 ? 1 + depth % 9 : 9)
            {
                product.AssertMultiply(defined, rows, panels);
            }

            product.AssertMultiply(defined, MostRows, 1);
        }
    }

    private static void FewRowsByManyPanels<T>(ProductMode mode, bool transposed)
        where T : unmanaged
    {
        const int Rows = 3;
        for (int depth = 0; depth <= 256; depth += depth < 40 ? 1 : 27)
        {
            var product = new ProductCase<T>(Rows, depth, MostPanels, transposed, mode, depth % 4, panelGap: 0, (ulong)depth);
            float[] defined = product.Define();
            for (int panels = 0; panels <= MostPanels; panels++)
            {
                for (int rows = 1; rows <= Rows; rows++)
                {
                    product.AssertMultiply(defined, rows, panels);
                }
            }
        }
    }

    private static void SpecialValues<T>(int rows, int panels, ProductMode mode, bool transposed)
        where T : unmanaged
    {
        var product = new ProductCase<T>(rows, depth: 2, panels, transposed, mode, gap: 0, panelGap: 0, seed: 3);
        void Try<TValue>(TValue[] source, TValue special)
        {
            for (int i = 0; i < source.Length; i++)
            {
                TValue before = source[i];
                source[i] = special;
                product.AssertMultiply(product.Define(), rows, panels);
                source[i] = before;
            }
        }

        foreach (float special in FloatBits.Special)
        {
            Try(product.A, special);
            Try(product.B, ProductCase<T>.FromFloat(special));
            Try(product.StartValues, special);
        }
    }

    private static void MixedSpecialValues<T>(ProductMode mode, bool transposed, ulong seed)
        where T : unmanaged
    {
        SplitMix random = new(seed + 80);
        int rows = 1 + (int)random.NextBelow(30), panels = 1 + (int)random.NextBelow(9);
        var product = new ProductCase<T>(rows, (int)random.NextBelow(20), panels, transposed, mode, gap: 0, panelGap: 0, seed);
        foreach (float[] source in (float[][])[product.A, product.StartValues])
        {
            for (int i = 0; i < source.Length; i++)
            {
                source[i] = random.NextBelow(10) == 0 ? FloatBits.Special[random.NextBelow((uint)FloatBits.Special.Length)] : source[i];
            }
        }

        for (int i = 0; i < product.B.Length; i++)
        {
            product.B[i] = random.NextBelow(10) == 0 ? ProductCase<T>.FromFloat(FloatBits.Special[random.NextBelow((uint)FloatBits.Special.Length)]) : product.B[i];
        }

        product.AssertMultiply(product.Define(), rows, panels);
    }

    private static void AssertSum(float expected, float[] a, float[] b, float start, Join join)
    {
        float[] panel = new float[b.Length * Width];
        for (int i = 0; i < panel.Length; i++)
        {
            panel[i] = b[i / Width];
        }

        float[] starts = new float[Width];
        float[] got = new float[Width];
        Array.Fill(starts, start);
        MatrixProduct.Definition(new StridedMatrix(a, 0), new Panels<float>(panel, 1, 0), new Start(starts, 0, 0), join, 1, b.Length, got, Width);
        Assert.All(got, value => Assert.True(FloatBits.Same(expected, value), $"definition: {value:R}"));
        MatrixProduct.Multiply(new StridedMatrix(a, 0), new Panels<float>(panel, 1, 0), new Start(starts, 0, 0), join, 1, b.Length, got, Width);
        Assert.All(got, value => Assert.True(FloatBits.Same(expected, value), $"product: {value:R}"));
    }
}
