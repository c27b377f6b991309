using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>Rows of 32 columns that are looked up, summed by what they were looked up from, and packed.</summary>
public class EntryGatherTests
{
    private const int Width = MatrixProduct.PanelWidth;
    private const int Entries = 9;

    public enum From
    {
        Nothing,
        SharedRow,
        OwnRows,
        Destination,
    }

    [Theory]
    [InlineData(From.Nothing)]
    [InlineData(From.SharedRow)]
    [InlineData(From.OwnRows)]
    [InlineData(From.Destination)]
    public void EveryRowGetsItsEntryAddedToItsStart(From from)
    {
        foreach (int gap in (int[])[0, 5, 16])
        {
            int tableStride = Width + gap, stride = Width + 2 * gap;
            int startStride = from switch { From.SharedRow => 0, From.Destination => stride, _ => Width + gap };
            float[] table = Mixed((Entries - 1) * tableStride + Width, 1);
            for (int rows = 0; rows <= 40; rows++)
            {
                int[] index = Index(rows);
                float[] start = from == From.Nothing ? [] : Mixed(Length(rows, startStride), 2);
                float[] expected = Guards(Length(rows, stride));
                if (from == From.Destination)
                {
                    start.CopyTo(expected, 1);
                }

                float[] got = [.. expected];
                for (int i = 0; i < rows * Width; i++)
                {
                    (int r, int j) = Math.DivRem(i, Width);
                    float entry = table[index[r] * tableStride + j];
                    expected[1 + r * stride + j] = from == From.Nothing ? entry : start[r * startStride + j] + entry;
                }

                Span<float> destination = got.AsSpan(1, Length(rows, stride));
                RowGather.AddEntries(table, tableStride, index, from == From.Destination ? destination : start, startStride, destination, stride);
                Assert.True(FloatBits.Same(expected, got), $"{rows} rows, gap {gap}");
            }
        }
    }

    [Fact]
    public void RowsAreSummedByEntryInTheirOrder()
    {
        for (int rows = 0; rows <= 60; rows++)
        {
            int[] index = Index(rows);
            float[] values = rows % 2 == 0 ? FloatBits.Random(rows * Width, 3) : Mixed(rows * Width, 3);
            float[] expected = Guards(Entries * Width);
            float[] got = [.. expected];
            expected.AsSpan(1, Entries * Width).Clear();
            for (int i = 0; i < rows * Width; i++)
            {
                expected[1 + index[i / Width] * Width + i % Width] += values[i];
            }

            RowGather.SumEntries(values, index, got.AsSpan(1, Entries * Width));
            Assert.True(FloatBits.Same(expected, got), $"{rows} rows");
        }
    }

    [Fact]
    public void SortedRowsAreSummedByEntryInTheirOrder()
    {
        foreach (int panels in (int[])[1, 2, 3, 5])
        {
            for (int rows = 0; rows <= 60; rows++)
            {
                int stride = panels * Width + rows % 3, distance = (Entries + 1) * Width;
                int[] index = Index(rows);
                int[] order = [.. Enumerable.Range(0, rows).OrderBy(r => index[r])];
                int[] ends = [.. Enumerable.Range(0, Entries).Select(e => index.Count(i => i <= e))];
                float[] values = Mixed(rows * stride, 3);
                float[] got = FloatBits.Random(panels * distance, 4);
                float[] expected = [.. got];
                for (int i = 0; i < rows * panels * Width; i++)
                {
                    (int r, int column) = Math.DivRem(i, panels * Width);
                    expected[column / Width * distance + index[r] * Width + column % Width] += values[r * stride + column];
                }

                RowGather.SumSegments(values, stride, order, ends, panels, got, distance);
                Assert.True(FloatBits.Same(expected, got), $"{rows} rows, {panels} panels");
            }
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void EntriesOfOneOrTwoTablesAreAddedToWholeRows(bool second, bool shared)
    {
        const int Panels = 3, TableStride = Panels * Width + 16, Stride = Panels * Width + 5;
        float[] one = Mixed(Entries * TableStride, 1), two = Mixed(Entries * TableStride, 2);
        for (int rows = 0; rows <= 20; rows++)
        {
            int[] index = Index(rows);
            int[] other = [.. index.Reverse()];
            int startRow = shared ? 0 : Stride, startPanel = shared ? Width + 7 : Width;
            float[] start = shared ? Mixed(2 * startPanel + Width, 3) : Mixed(rows * Stride, 3);
            float[] expected = new float[rows * Stride];
            if (!shared)
            {
                start.CopyTo(expected, 0);
            }

            float[] got = [.. expected];
            for (int i = 0; i < rows * Panels * Width; i++)
            {
                (int r, int c) = Math.DivRem(i, Panels * Width);
                float sum = start[r * startRow + c / Width * startPanel + c % Width] + one[index[r] * TableStride + c];
                expected[r * Stride + c] = second ? sum + two[other[r] * TableStride + c] : sum;
            }

            RowGather.AddEntryRows(new EntryRows(one, TableStride, index), second ? new EntryRows(two, TableStride, other) : default, new Start(shared ? start : got, startRow, startPanel), Panels, got, Stride);
            Assert.True(FloatBits.Same(expected, got), $"{rows} rows");
        }
    }

    [Fact]
    public void PackedRowsAreUnpackedAgainAndNothingElseIsWritten()
    {
        foreach (int stride in (int[])[Width, Width + 5, 3 * Width + 16])
        {
            for (int rows = 0; rows <= 40; rows++)
            {
                float[] source = FloatBits.Random(Length(rows, stride), 4);
                float[] packed = Guards(rows * Width);
                RowGather.Pack(source, stride, rows, packed.AsSpan(1, rows * Width));
                float[] unpacked = Guards(source.Length);
                float[] expected = [.. unpacked];
                RowGather.Unpack(packed.AsSpan(1, rows * Width), rows, unpacked.AsSpan(1, source.Length), stride);
                for (int r = 0; r < rows; r++)
                {
                    Assert.True(FloatBits.Same(source.AsSpan(r * stride, Width), packed.AsSpan(1 + r * Width, Width)), $"row {r} of {rows}");
                    source.AsSpan(r * stride, Width).CopyTo(expected.AsSpan(1 + r * stride));
                }

                Assert.True(FloatBits.Same(expected, unpacked), $"{rows} rows, stride {stride}");
                Assert.True(packed[0] == FloatBits.Guard && packed[^1] == FloatBits.Guard);
            }
        }
    }

    [Fact]
    public void ASpanThatIsTooShortIsRefused()
    {
        float[] table = new float[Entries * Width];
        int[] index = [0, 8];
        RowGather.AddEntries(table, Width, index, new float[40 + Width], 40, new float[50 + Width], 50);
        Assert.Throws<ArgumentException>("start", () => RowGather.AddEntries(table, Width, index, new float[40 + Width - 1], 40, new float[50 + Width], 50));
        Assert.Throws<ArgumentException>("destination", () => RowGather.AddEntries(table, Width, index, new float[40 + Width], 40, new float[50 + Width - 1], 50));
        Assert.Throws<ArgumentException>("destination", () => RowGather.AddEntries(table, Width, index, default, 0, new float[50 + Width - 1], 50));
        Assert.Throws<ArgumentException>("rows", () => RowGather.SumEntries(new float[2 * Width - 1], index, table));
    }

    private static int[] Index(int rows) => [.. Enumerable.Range(0, rows).Select(r => r * r % 7 + r % 3)];

    private static int Length(int rows, int stride) => rows == 0 ? 0 : (rows - 1) * stride + Width;

    private static float[] Guards(int count)
    {
        float[] values = new float[count + 2];
        Array.Fill(values, FloatBits.Guard);
        return values;
    }

    /// <summary>Random floats with special ones among them.</summary>
    private static float[] Mixed(int count, ulong seed)
    {
        float[] values = FloatBits.Random(count, seed);
        for (int i = 0; i < count; i += 11)
        {
            values[i] = FloatBits.Special[i / 11 % FloatBits.Special.Length];
        }

        return values;
    }
}
