using System.Runtime.InteropServices;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>What a product refuses before it touches any memory, and the name it gives.</summary>
public class MatrixProductRefusalTests
{
    private const int Width = MatrixProduct.PanelWidth;

    [Theory]
    [InlineData(1, 1, 1, false)]
    [InlineData(1, 5, 17, false)]
    [InlineData(13, 9, 1, false)]
    [InlineData(13, 9, 3, true)]
    [InlineData(64, 256, 2, true)]
    public void ASpanThatIsTooShortIsRefused(int rows, int depth, int panels, bool transposed)
    {
        foreach (int gap in (int[])[0, 5])
        {
            int rowStride = transposed ? 1 : depth + gap, stepStride = transposed ? rows + gap : 1;
            int panelRow = Width + gap, distance = depth * panelRow + gap, stride = panels * Width + gap;
            int aNeeds = (rows - 1) * rowStride + (depth - 1) * stepStride + 1;
            int bNeeds = (panels - 1) * distance + (depth - 1) * panelRow + Width;
            int startNeeds = (rows - 1) * 3 + (panels - 1) * 40 + Width;
            int destinationNeeds = (rows - 1) * stride + panels * Width;
            void Run(int aLength, int bLength, int startLength, int destinationLength, Join join = Join.Before)
            {
                MatrixProduct.Multiply(new StridedMatrix(new float[aLength], rowStride, stepStride), new Panels<float>(new float[bLength], panels, distance, panelRow), new Start(new float[startLength], 3, 40), join, rows, depth, new float[destinationLength], stride);
                MatrixProduct.Multiply(new StridedMatrix(new float[aLength], rowStride, stepStride), new Panels<ushort>(new ushort[bLength], panels, distance, panelRow), new Start(new float[startLength], 3, 40), join, rows, depth, new float[destinationLength], stride);
            }

            Run(aNeeds, bNeeds, startNeeds, destinationNeeds);
            Run(aNeeds, bNeeds, 0, destinationNeeds, Join.None);
            foreach (int missing in (int[])[1, int.MaxValue])
            {
                int Less(int needs) => Math.Max(0, needs - missing);
                Assert.Throws<ArgumentException>("a", () => Run(Less(aNeeds), bNeeds, startNeeds, destinationNeeds));
                Assert.Throws<ArgumentException>("b", () => Run(aNeeds, Less(bNeeds), startNeeds, destinationNeeds));
                Assert.Throws<ArgumentException>("start", () => Run(aNeeds, bNeeds, Less(startNeeds), destinationNeeds));
                Assert.Throws<ArgumentException>("start", () => Run(aNeeds, bNeeds, Less(startNeeds), destinationNeeds, Join.After));
                Assert.Throws<ArgumentException>("destination", () => Run(aNeeds, bNeeds, startNeeds, Less(destinationNeeds)));
            }
        }
    }

    [Theory]
    [InlineData("rows", -1)]
    [InlineData("depth", -1)]
    [InlineData("a.RowStride", -1)]
    [InlineData("a.StepStride", -1)]
    [InlineData("b.Count", -1)]
    [InlineData("b.Distance", -1)]
    [InlineData("b.RowStride", Width - 1)]
    [InlineData("start.RowStride", -1)]
    [InlineData("start.PanelStride", -1)]
    [InlineData("destinationStride", 2 * Width - 1)]
    public void AnImpossibleShapeIsRefused(string name, int value)
    {
        int Of(string what, int possible) => what == name ? value : possible;
        Assert.Throws<ArgumentOutOfRangeException>(name, () => MatrixProduct.Multiply(
            new StridedMatrix(new float[999], Of("a.RowStride", 2), Of("a.StepStride", 1)),
            new Panels<float>(new float[999], Of("b.Count", 2), Of("b.Distance", 99), Of("b.RowStride", Width)),
            new Start(new float[999], Of("start.RowStride", 0), Of("start.PanelStride", 0)),
            Join.After,
            Of("rows", 2),
            Of("depth", 2),
            new float[999],
            Of("destinationStride", 2 * Width)));
    }

    [Theory]
    [InlineData("a", 1 << 30, 1, 1, 99, 2 * Width, 0, 0, 2 * Width)]
    [InlineData("a", 1, 1 << 30, 1, 99, 2 * Width, 0, 0, 2 * Width)]
    [InlineData("b", 1, 1, 3, 1 << 30, Width, 0, 0, 3 * Width)]
    [InlineData("b", 1, 1, 1, 0, 1 << 30, 0, 0, 2 * Width)]
    [InlineData("start", 1, 1, 2, 99, Width, 1 << 30, 0, 2 * Width)]
    [InlineData("start", 1, 1, 5, 99, Width, 0, 1 << 30, 5 * Width)]
    [InlineData("destination", 1, 1, 2, 99, Width, 0, 0, 1 << 30)]
    [InlineData("destinationStride", 1, 1, 1 << 26, 0, Width, 0, 0, Width)]
    [InlineData("destinationStride", 1, 1, 1 << 27, 0, Width, 0, 0, Width)]
    [InlineData("destinationStride", 1, 1, (1 << 27) + 1, 0, Width, 0, 0, Width)]
    public void AShapeBeyondTheRangeOfIntIsRefused(string name, int rowStride, int stepStride, int panels, int distance, int panelRow, int startRow, int startPanel, int stride) =>
        Assert.Throws(name == "destinationStride" ? typeof(ArgumentOutOfRangeException) : typeof(ArgumentException), () =>
        {
            try
            {
                MatrixProduct.Multiply(new StridedMatrix(new float[999], rowStride, stepStride), new Panels<float>(new float[999], panels, distance, panelRow), new Start(new float[999], startRow, startPanel), Join.Before, 5, 5, new float[5 * 5 * Width], stride);
            }
            catch (ArgumentException problem) when (problem.ParamName != name)
            {
                Assert.Fail($"{problem.ParamName} was named");
            }
        });

    [Fact]
    public void AnOverlapWithTheDestinationIsRefused()
    {
        const int Rows = 4, Depth = 8;
        float[] shared = new float[1000];
        float[] other = new float[1000];
        void Run(Memory<float> a, Memory<float> panel, Memory<float> start, Memory<float> destination)
        {
            MatrixProduct.Multiply(new StridedMatrix(a.Span, Depth), new Panels<float>(panel.Span, 1, 0), new Start(start.Span, 0, 0), Join.Before, Rows, Depth, destination.Span, Width);
            MatrixProduct.Multiply(new StridedMatrix(a.Span, Depth), new Panels<ushort>(MemoryMarshal.Cast<float, ushort>(panel.Span), 1, 0), new Start(start.Span, 0, 0), Join.Before, Rows, Depth, destination.Span, Width);
        }

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
            Assert.Throws<ArgumentException>("b", () => Run(other, overlap, other, destination));
            Assert.Throws<ArgumentException>("start", () => Run(other, other, overlap, destination));
        }
    }

    [Fact]
    public void BrainFloatsHalfAFloatIntoTheDestinationAreRefused()
    {
        float[] shared = new float[100];
        Assert.Throws<ArgumentException>("b", () => MatrixProduct.Multiply(new StridedMatrix(new float[1], 0), new Panels<ushort>(MemoryMarshal.Cast<float, ushort>(shared.AsSpan())[..65], 1, 0), default, Join.None, 1, 1, shared.AsSpan(32), Width));
    }

    [Fact]
    public void AStartMayBeTheDestinationButNotAPartOfIt()
    {
        const int Rows = 3, Panels = 2, Depth = 4, Stride = 70;
        float[] shared = new float[1000];
        void Run(int startAt, int startRow, int startPanel, int panels = Panels) => MatrixProduct.Multiply(
            new StridedMatrix(new float[Rows * Depth], Depth), new Panels<float>(new float[panels * Depth * Width], panels, Depth * Width), new Start(shared.AsSpan(startAt, 300), startRow, startPanel), Join.Before, Rows, Depth, shared.AsSpan(400, 300), Stride);

        Run(400, Stride, Width);
        Run(400, Stride, startPanel: 0, panels: 1);
        Run(100, 0, 0);
        Run(700, 1, 1);
        Assert.Throws<ArgumentException>("start", () => Run(401, Stride, Width));
        Assert.Throws<ArgumentException>("start", () => Run(399, Stride, Width));
        Assert.Throws<ArgumentException>("start", () => Run(400 + Width, Stride, Width));
        Assert.Throws<ArgumentException>("start", () => Run(400 + Stride, Stride, Width));
        Assert.Throws<ArgumentException>("start", () => Run(101, Stride, Width));
        Assert.Throws<ArgumentException>("start", () => Run(699, Stride, Width));
        Assert.Throws<ArgumentException>("start", () => Run(400, Stride + 1, Width));
        Assert.Throws<ArgumentException>("start", () => Run(400, 0, Width));
        Assert.Throws<ArgumentException>("start", () => Run(400, Stride, Width + 1));
        Assert.Throws<ArgumentException>("start", () => Run(400, Stride, 0));
    }

    [Fact]
    public void WithoutAJoinNoStartIsLookedAt()
    {
        float[] got = new float[Width];
        MatrixProduct.Multiply(new StridedMatrix(new float[1], 0), new Panels<float>(new float[Width], 1, 0), new Start(got.AsSpan(1), -1, -1), Join.None, 1, 1, got, Width);
        MatrixProduct.Multiply(new StridedMatrix(new float[1], 0), new Panels<float>(new float[Width], 1, 0), default, Join.None, 1, 1, got, Width);
    }

    [Fact]
    public void NoRowsNoPanelsAndNoDepthNeedNoSources()
    {
        MatrixProduct.Multiply(default, new Panels<float>(default, 1, 0), default, Join.Before, 0, 5, default, Width);
        MatrixProduct.Multiply(default, new Panels<float>(default, 0, 0), default, Join.Before, 5, 5, default, Width);
        foreach (int panels in (int[])[1, 3])
        {
            float[] got = FloatBits.Random(3 * panels * Width, 1);
            float[] start = [.. got];
            MatrixProduct.Multiply(default, new Panels<float>(default, panels, 0), new Start(got, panels * Width, Width), Join.Before, 3, 0, got, panels * Width);
            Assert.True(FloatBits.Same(start, got));
            MatrixProduct.Multiply(default, new Panels<float>(default, panels, 0), default, Join.None, 3, 0, got, panels * Width);
            Assert.All(got, value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value)));
        }
    }
}
