using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EsmmLite.Kernels;
using MathNet.Numerics.LinearAlgebra;
using Ending = EsmmLite.Kernels.Finish;

namespace EsmmLite.Tests.Kernels;

public class MatrixProductTests
{
    private const int Width = MatrixProduct.PanelWidth;
    private const int MostRows = 100;

    public static TheoryData<int, int, bool> Modes()
    {
        TheoryData<int, int, bool> modes = [];
        foreach (Begin begin in Enum.GetValues<Begin>())
        {
            foreach (Ending end in Enum.GetValues<Ending>())
            {
                modes.Add((int)begin, (int)end, false);
                modes.Add((int)begin, (int)end, true);
            }
        }

        return modes;
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void EveryShapeHasTheBitsOfTheDefinition(int begin, int end, bool transposed)
    {
        for (int depth = 0; depth <= 256; depth++)
        {
            // Unused floats lie between the rows of all three matrices, and the last row of each ends with its span.
            var run = new Product(MostRows, depth, transposed, panelStride: Width + depth % 3, stride: Width + depth % 5, (Begin)begin, (Ending)end, (ulong)depth);
            float[] expected = run.Start();
            run.Define(expected);
            for (int rows = 0; rows <= MostRows; rows += rows < 64 ? 1 : 9)
            {
                float[] got = run.Start();
                MatrixProduct.Panel(run.A(rows), run.Panel, run.PanelStride, run.Bias, rows, depth, run.Destination(got, rows), run.Stride, (Begin)begin, (Ending)end);
                run.AssertRows(expected, got, rows);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void SpecialValuesGoTheWayOfTheDefinition(int begin, int end, bool transposed)
    {
        const int Rows = 22, Depth = 7;
        var run = new Product(Rows, Depth, transposed, Width, Width, (Begin)begin, (Ending)end, 3);
        float[] start = run.Start();
        foreach (float special in FloatBits.Special)
        {
            foreach (float[] source in (float[][])[run.AValues, run.PanelValues, run.BiasValues, start])
            {
                for (int i = 0; i < source.Length; i++)
                {
                    float before = source[i];
                    source[i] = special;
                    float[] expected = [.. start];
                    float[] got = [.. start];
                    run.Define(expected);
                    MatrixProduct.Panel(run.A(Rows), run.Panel, run.PanelStride, run.Bias, Rows, Depth, run.Destination(got, Rows), run.Stride, (Begin)begin, (Ending)end);
                    source[i] = before;
                    Assert.True(FloatBits.Same(expected, got), $"{special} at {i}");
                }
            }
        }
    }

    [Fact]
    public void MixedSpecialValuesGoTheWayOfTheDefinition()
    {
        SplitMix random = new(8);
        for (int n = 0; n < 300; n++)
        {
            int rows = 1 + (int)random.NextBelow(30);
            int depth = (int)random.NextBelow(20);
            var run = new Product(rows, depth, n % 2 == 0, Width, Width, Begin.Destination, n % 4 < 2 ? Ending.Store : Ending.Add, (ulong)n);
            float[] start = run.Start();
            foreach (float[] source in (float[][])[run.AValues, run.PanelValues, start])
            {
                for (int i = 0; i < source.Length; i++)
                {
                    source[i] = random.NextBelow(10) == 0 ? FloatBits.Special[random.NextBelow((uint)FloatBits.Special.Length)] : source[i];
                }
            }

            float[] expected = [.. start];
            run.Define(expected);
            MatrixProduct.Panel(run.A(rows), run.Panel, run.PanelStride, run.Bias, rows, depth, start, run.Stride, run.Begin, run.End);
            Assert.True(FloatBits.Same(expected, start), $"run {n}");
        }
    }

    [Fact]
    public void EveryTileOfEveryVectorWidthHasTheBitsOfTheDefinition()
    {
        CheckTiles<Vector128<float>, Lanes128>();
        CheckTiles<Vector256<float>, Lanes256>();
        CheckTiles<Vector512<float>, Lanes512>();
    }

    [Theory]
    [InlineData(48, 192)]
    [InlineData(48, 37)]
    [InlineData(1, 37)]
    [InlineData(37, 48)]
    [InlineData(100, 256)]
    public void AgreesWithMathNetInDouble(int rows, int depth)
    {
        float[] a = FloatBits.Random(rows * depth, 1);
        float[] panel = FloatBits.Random(depth * Width, 2);
        float[] bias = FloatBits.Random(Width, 3);
        float[] got = new float[rows * Width];
        MatrixProduct.Panel(new StridedMatrix(a, depth), panel, Width, bias, rows, depth, got, Width, Begin.Bias, Ending.Store);
        Matrix<double> left = Matrix<double>.Build.Dense(rows, depth, (r, k) => a[r * depth + k]);
        Matrix<double> right = Matrix<double>.Build.Dense(depth, Width, (k, j) => panel[k * Width + j]);
        Matrix<double> exact = left * right;
        Matrix<double> size = left.PointwiseAbs() * right.PointwiseAbs();
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < Width; j++)
            {
                // depth roundings, each of at most half an ulp of a partial sum (Higham, Accuracy and Stability, section 3.1).
                double bound = (depth + 1) * Math.ScaleB(1, -24) * (size[r, j] + Math.Abs(bias[j])) * 1.01;
                Assert.InRange(got[r * Width + j], exact[r, j] + bias[j] - bound, exact[r, j] + bias[j] + bound);
            }
        }
    }

    [Fact]
    public void TransposedOperandsAgreeWithMathNetInDouble()
    {
        // dW = xᵀ dz: rows are inputs, the depth is the batch.
        const int Inputs = 48, Batch = 37;
        float[] x = FloatBits.Random(Batch * Inputs, 4);
        float[] dz = FloatBits.Random(Batch * Width, 5);
        float[] got = new float[Inputs * Width];
        MatrixProduct.Panel(new StridedMatrix(x, 1, Inputs), dz, Width, default, Inputs, Batch, got, Width, Begin.Zero, Ending.Store);
        Matrix<double> exact = Matrix<double>.Build.Dense(Batch, Inputs, (r, k) => x[r * Inputs + k]).TransposeThisAndMultiply(Matrix<double>.Build.Dense(Batch, Width, (r, j) => dz[r * Width + j]));
        for (int k = 0; k < Inputs; k++)
        {
            for (int j = 0; j < Width; j++)
            {
                Assert.Equal(exact[k, j], got[k * Width + j], 1e-5);
            }
        }
    }

    [Fact]
    public void ASumCutIntoBlocksOfDepthKeepsItsBits()
    {
        const int Rows = 29, Depth = 113;
        float[] a = FloatBits.Random(Rows * Depth, 6);
        float[] panel = FloatBits.Random(Depth * Width, 7);
        float[] whole = new float[Rows * Width];
        MatrixProduct.Panel(new StridedMatrix(a, Depth), panel, Width, default, Rows, Depth, whole, Width, Begin.Zero, Ending.Store);
        for (int cut = 0; cut <= Depth; cut += 7)
        {
            float[] parts = FloatBits.Random(Rows * Width, 8);
            MatrixProduct.Panel(new StridedMatrix(a, Depth), panel, Width, default, Rows, cut, parts, Width, Begin.Zero, Ending.Store);
            MatrixProduct.Panel(new StridedMatrix(a.AsSpan(cut), Depth), panel.AsSpan(cut * Width), Width, default, Rows, Depth - cut, parts, Width, Begin.Destination, Ending.Store);
            Assert.True(FloatBits.Same(whole, parts), $"cut at {cut}");
        }
    }

    [Fact]
    public void RowsDoNotDependOnTheirNeighbours()
    {
        const int Rows = 61, Depth = 50;
        float[] a = FloatBits.Random(Rows * Depth, 9);
        float[] panel = FloatBits.Random(Depth * Width, 10);
        float[] together = new float[Rows * Width];
        float[] alone = new float[Width];
        MatrixProduct.Panel(new StridedMatrix(a, Depth), panel, Width, default, Rows, Depth, together, Width, Begin.Zero, Ending.Store);
        for (int r = 0; r < Rows; r++)
        {
            MatrixProduct.Panel(new StridedMatrix(a.AsSpan(r * Depth, Depth), Depth), panel, Width, default, 1, Depth, alone, Width, Begin.Zero, Ending.Store);
            Assert.True(FloatBits.Same(together.AsSpan(r * Width, Width), alone), $"row {r}");
        }
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(13, 9, false)]
    [InlineData(13, 9, true)]
    [InlineData(64, 256, true)]
    public void ASpanThatIsTooShortIsRefused(int rows, int depth, bool transposed)
    {
        foreach (int panelStride in (int[])[Width, Width + 9])
        {
            foreach (int stride in (int[])[Width, Width + 5])
            {
                int rowStride = transposed ? 1 : depth + 2;
                int stepStride = transposed ? rows + 3 : 1;
                int aNeeds = (rows - 1) * rowStride + (depth - 1) * stepStride + 1;
                int panelNeeds = (depth - 1) * panelStride + Width;
                int destinationNeeds = (rows - 1) * stride + Width;
                void Run(int aLength, int panelLength, int biasLength, int destinationLength) => MatrixProduct.Panel(
                    new StridedMatrix(new float[aLength], rowStride, stepStride), new float[panelLength], panelStride, new float[biasLength], rows, depth, new float[destinationLength], stride, Begin.Bias, Ending.Store);

                Run(aNeeds, panelNeeds, Width, destinationNeeds);
                Assert.Throws<ArgumentException>("a", () => Run(aNeeds - 1, panelNeeds, Width, destinationNeeds));
                Assert.Throws<ArgumentException>("panel", () => Run(aNeeds, panelNeeds - 1, Width, destinationNeeds));
                Assert.Throws<ArgumentException>("bias", () => Run(aNeeds, panelNeeds, Width - 1, destinationNeeds));
                Assert.Throws<ArgumentException>("destination", () => Run(aNeeds, panelNeeds, Width, destinationNeeds - 1));
                Assert.Throws<ArgumentException>("a", () => Run(0, panelNeeds, Width, destinationNeeds));
                Assert.Throws<ArgumentException>("panel", () => Run(aNeeds, 0, Width, destinationNeeds));
                Assert.Throws<ArgumentException>("bias", () => Run(aNeeds, panelNeeds, 0, destinationNeeds));
                Assert.Throws<ArgumentException>("destination", () => Run(aNeeds, panelNeeds, Width, 0));
            }
        }
    }

    [Theory]
    [InlineData(-1, 1, 1, 1, Width, Width)]
    [InlineData(1, -1, 1, 1, Width, Width)]
    [InlineData(1, 1, -1, 1, Width, Width)]
    [InlineData(1, 1, 1, -1, Width, Width)]
    [InlineData(1, 1, 1, 1, Width - 1, Width)]
    [InlineData(1, 1, 1, 1, Width, Width - 1)]
    public void AnImpossibleShapeIsRefused(int rows, int depth, int rowStride, int stepStride, int panelStride, int stride) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            MatrixProduct.Panel(new StridedMatrix(new float[999], rowStride, stepStride), new float[999], panelStride, new float[999], rows, depth, new float[999], stride, Begin.Zero, Ending.Store));

    [Fact]
    public void ALengthBeyondTheRangeOfIntIsRefused() =>
        Assert.Throws<ArgumentException>("a", () =>
            MatrixProduct.Panel(new StridedMatrix(new float[999], 1 << 30), new float[999], Width, default, 5, 2, new float[999], Width, Begin.Zero, Ending.Store));

    [Fact]
    public void AnOverlapWithTheDestinationIsRefused()
    {
        const int Rows = 4, Depth = 8;
        float[] shared = new float[1000];
        float[] other = new float[1000];
        void Run(Memory<float> a, Memory<float> panel, Memory<float> bias, Memory<float> destination) =>
            MatrixProduct.Panel(new StridedMatrix(a.Span, Depth), panel.Span, Width, bias.Span, Rows, Depth, destination.Span, Width, Begin.Bias, Ending.Store);

        Memory<float> destination = shared.AsMemory(300, Rows * Width);
        Memory<float> before = shared.AsMemory(0, 300);
        Memory<float> touchesFirst = shared.AsMemory(0, 301);
        Memory<float> touchesLast = shared.AsMemory(300 + Rows * Width - 1);
        Memory<float> behind = shared.AsMemory(300 + Rows * Width);
        Run(before, other, other, destination);
        Run(other, before, behind, destination);
        Run(behind, behind, before, destination);
        foreach (Memory<float> overlap in (Memory<float>[])[touchesFirst, touchesLast, shared])
        {
            Assert.Throws<ArgumentException>("a", () => Run(overlap, other, other, destination));
            Assert.Throws<ArgumentException>("panel", () => Run(other, overlap, other, destination));
            Assert.Throws<ArgumentException>("bias", () => Run(other, other, overlap, destination));
        }
    }

    [Fact]
    public void NoRowsAndNoDepthNeedNoSources()
    {
        MatrixProduct.Panel(default, default, Width, default, 0, 5, default, Width, Begin.Zero, Ending.Store);
        float[] got = FloatBits.Random(3 * Width, 1);
        float[] start = [.. got];
        MatrixProduct.Panel(default, default, Width, default, 3, 0, got, Width, Begin.Destination, Ending.Store);
        Assert.True(FloatBits.Same(start, got));
        MatrixProduct.Panel(default, default, Width, default, 3, 0, got, Width, Begin.Zero, Ending.Store);
        Assert.All(got, value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value)));
    }

    private static void CheckTiles<V, L>()
        where V : struct
        where L : struct, ILanes<V>
    {
        int columns = 2 * L.Count;
        foreach (Begin begin in Enum.GetValues<Begin>())
        {
            foreach (Ending end in Enum.GetValues<Ending>())
            {
                foreach (bool transposed in (bool[])[false, true])
                {
                    for (int depth = 0; depth <= 70; depth++)
                    {
                        var run = new Product(12, depth, transposed, Width + 1, Width + 3, begin, end, (ulong)depth + 7);
                        float[] expected = run.Start();
                        run.Define(expected);
                        foreach (int rows in (int[])[1, 3, 6, 12])
                        {
                            float[] got = run.Start();
                            for (int column = 0; column < Width; column += columns)
                            {
                                StridedMatrix strided = run.A(rows);
                                ref float a = ref Unsafe.AsRef(in strided.Values.GetPinnableReference());
                                ref float b = ref depth == 0 ? ref Unsafe.NullRef<float>() : ref Unsafe.AsRef(in run.Panel[column..].GetPinnableReference());
                                ref float c = ref got[column];
                                ref float bias = ref run.BiasValues[column];
                                switch (rows)
                                {
                                    case 1: RegisterTile<V, L>.Rows1(ref a, strided.StepStride, ref b, run.PanelStride, depth, ref c, ref bias, begin, end); break;
                                    case 3: RegisterTile<V, L>.Rows3(ref a, strided.RowStride, strided.StepStride, ref b, run.PanelStride, depth, ref c, run.Stride, ref bias, begin, end); break;
                                    case 6: RegisterTile<V, L>.Rows6(ref a, strided.RowStride, strided.StepStride, ref b, run.PanelStride, depth, ref c, run.Stride, ref bias, begin, end); break;
                                    default: RegisterTile<V, L>.Rows12(ref a, strided.RowStride, strided.StepStride, ref b, run.PanelStride, depth, ref c, run.Stride, ref bias, begin, end); break;
                                }
                            }

                            run.AssertRows(expected, got, rows);
                        }
                    }
                }
            }
        }
    }

    /// <summary>The operands of one product, with NaN in every float that does not belong to A or the panel, and guards around the result.</summary>
    private sealed class Product
    {
        private readonly int _rows;
        private readonly int _depth;
        private readonly int _rowStride;
        private readonly int _stepStride;
        private readonly float[] _start;

        internal Product(int rows, int depth, bool transposed, int panelStride, int stride, Begin begin, Ending end, ulong seed)
        {
            (_rows, _depth, PanelStride, Stride, Begin, End) = (rows, depth, panelStride, stride, begin, end);
            int gap = panelStride == Width ? 0 : 2;
            (_rowStride, _stepStride) = transposed ? (1, rows + gap) : (depth + gap, 1);
            AValues = Filled(depth == 0 ? 0 : (rows - 1) * _rowStride + (depth - 1) * _stepStride + 1, float.NaN);
            PanelValues = Filled(depth == 0 ? 0 : (depth - 1) * panelStride + Width, float.NaN);
            BiasValues = FloatBits.Random(Width, seed + 300);
            _start = Filled(rows * stride, FloatBits.Guard);
            float[] random = FloatBits.Random(rows * depth + (depth + rows) * Width, seed);
            int at = 0;
            for (int r = 0; r < rows; r++)
            {
                for (int k = 0; k < depth; k++)
                {
                    AValues[r * _rowStride + k * _stepStride] = random[at++];
                }

                for (int j = 0; j < Width; j++)
                {
                    _start[r * stride + j] = random[at++];
                }
            }

            for (int k = 0; k < depth; k++)
            {
                for (int j = 0; j < Width; j++)
                {
                    PanelValues[k * panelStride + j] = random[at++];
                }
            }
        }

        internal float[] AValues { get; }

        internal float[] PanelValues { get; }

        internal float[] BiasValues { get; }

        internal int PanelStride { get; }

        internal int Stride { get; }

        internal Begin Begin { get; }

        internal Ending End { get; }

        internal ReadOnlySpan<float> Panel => PanelValues;

        internal ReadOnlySpan<float> Bias => Begin == Begin.Bias ? BiasValues : default;

        /// <summary>The span of the first rows, not one float longer than they need.</summary>
        internal StridedMatrix A(int rows) =>
            new(rows == 0 || _depth == 0 ? AValues.AsSpan(0, 0) : AValues.AsSpan(0, (rows - 1) * _rowStride + (_depth - 1) * _stepStride + 1), _rowStride, _stepStride);

        internal float[] Start() => [.. _start];

        internal Span<float> Destination(float[] values, int rows) => rows == 0 ? default : values.AsSpan(0, (rows - 1) * Stride + Width);

        internal void Define(float[] destination) =>
            MatrixProduct.PanelDefinition(A(_rows), Panel, PanelStride, Bias, _rows, _depth, destination, Stride, Begin, End);

        /// <summary>The first rows are as expected, and every other float, between and behind them, is as it was.</summary>
        internal void AssertRows(float[] expected, float[] got, int rows)
        {
            int split = rows * Stride;
            if (!FloatBits.Same(expected.AsSpan(0, split), got.AsSpan(0, split)) || !FloatBits.Same(_start.AsSpan(split), got.AsSpan(split)))
            {
                int first = Enumerable.Range(0, got.Length).First(i => !FloatBits.Same(i < split ? expected[i] : _start[i], got[i]));
                Assert.Fail($"{rows} of {_rows} rows, depth {_depth}, {Begin}, {End}: row {first / Stride}, column {first % Stride} is {got[first]:R}");
            }
        }

        private static float[] Filled(int count, float value)
        {
            var values = new float[count];
            Array.Fill(values, value);
            return values;
        }
    }
}
