using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

public class RowGatherTests
{
    private const int TableRows = 40;

    [Fact]
    public void RowsOfEveryLengthAreCopiedToEveryStride()
    {
        int[] ids = [39, -1, 0, 7, 7, int.MinValue, 38, 1, 12, -2, 39, 3, 5, 0, 21, 22, -1, 23, 8, 9, 10, 11, 30, 31, 2, -1];
        for (int dim = 1; dim <= 70; dim++)
        {
            ushort[] brains = [.. FloatBits.Random(TableRows * dim, (ulong)dim).Select(BrainFloat.Narrow)];
            float[] table = [.. brains.Select(BrainFloat.Widen)];
            foreach (int stride in (int[])[dim, dim + 1, 2 * dim + 16])
            {
                for (int count = 0; count <= ids.Length; count++)
                {
                    // The last row ends with the span, and guards lie between rows and around them.
                    int length = count == 0 ? 0 : (count - 1) * stride + dim;
                    float[] expected = new float[length + 2];
                    Array.Fill(expected, FloatBits.Guard);
                    float[] got = [.. expected];
                    for (int r = 0; r < count; r++)
                    {
                        for (int i = 0; i < dim; i++)
                        {
                            expected[1 + r * stride + i] = ids[r] < 0 ? 0f : table[ids[r] * dim + i];
                        }
                    }

                    RowGather.Copy<float>(table, dim, ids.AsSpan(0, count), got.AsSpan(1, length), stride);
                    Assert.True(FloatBits.Same(expected, got), $"{count} rows of {dim}, stride {stride}");
                    Array.Fill(got, FloatBits.Guard);
                    RowGather.Copy<ushort>(brains, dim, ids.AsSpan(0, count), got.AsSpan(1, length), stride);
                    Assert.True(FloatBits.Same(expected, got), $"{count} rows of {dim} brain floats, stride {stride}");
                }
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    public void AnIdBeyondTheTableAndAShortDestinationAreRefused(int dim)
    {
        float[] table = new float[TableRows * dim];
        RowGather.Copy<float>(table, dim, [TableRows - 1, 0], new float[2 * dim], dim);
        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.Copy<float>(table, dim, [0, TableRows], new float[2 * dim], dim));
        Assert.Throws<ArgumentException>("destination", () => RowGather.Copy<float>(table, dim, [0, 1], new float[2 * dim - 1], dim));
        Assert.Throws<ArgumentException>("destination", () => RowGather.Copy<float>(table, dim, [0, -1], new float[2 * dim - 1], dim));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.Copy<ushort>(new ushort[TableRows * dim], dim, [0, TableRows], new float[2 * dim], dim));
    }

    [Fact]
    public void RowsOfTwoTablesAreMultiplied()
    {
        int[] firstIds = [39, -1, 0, 7, 3, 38];
        int[] secondIds = [0, 5, -7, 7, 39, 1];
        for (int dim = 1; dim <= 40; dim++)
        {
            float[] first = FloatBits.Random(TableRows * dim, 1), second = FloatBits.Random(TableRows * dim, 2);
            float[] got = new float[firstIds.Length * (dim + 3)];
            Array.Fill(got, FloatBits.Guard);
            float[] expected = [.. got];
            for (int i = 0; i < firstIds.Length * dim; i++)
            {
                (int r, int k) = Math.DivRem(i, dim);
                expected[r * (dim + 3) + k] = firstIds[r] < 0 || secondIds[r] < 0 ? 0f : first[firstIds[r] * dim + k] * second[secondIds[r] * dim + k];
            }

            RowGather.Multiply(first, firstIds, second, secondIds, dim, got, dim + 3);
            Assert.True(FloatBits.Same(expected, got), $"dim {dim}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.Multiply(new float[32], [2], new float[32], [0], 16, new float[16], 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.Multiply(new float[32], [0], new float[32], [2], 16, new float[16], 16));
    }

    [Fact]
    public void ProductsWithRowsOfATableAreAdded()
    {
        int[] ids = [39, -1, 0, 7, int.MinValue, 7];
        for (int dim = 1; dim <= 40; dim++)
        {
            float[] x = FloatBits.Random(ids.Length * (dim + 5), 1), table = FloatBits.Random(TableRows * dim, 2);
            float[] got = FloatBits.Random(ids.Length * dim, 3);
            float[] expected = [.. got];
            for (int i = 0; i < expected.Length; i++)
            {
                (int r, int k) = Math.DivRem(i, dim);
                expected[i] = ids[r] < 0 ? expected[i] : float.FusedMultiplyAdd(x[r * (dim + 5) + k], table[ids[r] * dim + k], expected[i]);
            }

            RowGather.MultiplyAdd(x, dim + 5, table, ids, dim, got);
            Assert.True(FloatBits.Same(expected, got), $"dim {dim}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.MultiplyAdd(new float[16], 16, new float[32], [2], 16, new float[16]));
    }

    [Fact]
    public void RowsAreAddedWhereTheyBelong()
    {
        // The complement of a place takes a row as it is, even a negative zero.
        int[] places = [~2, ~0, 2, RowGather.NoPlace, ~1, 0, 2];
        for (int dim = 1; dim <= 40; dim++)
        {
            float[] source = FloatBits.Random(places.Length * (dim + 2), 1);
            source[0] = -0f;
            float[] got = FloatBits.Random(4 * dim, 2);
            float[] expected = [.. got];
            for (int r = 0; r < places.Length; r++)
            {
                for (int k = 0; k < dim && places[r] != RowGather.NoPlace; k++)
                {
                    float value = source[r * (dim + 2) + k];
                    ref float sum = ref expected[(places[r] < 0 ? ~places[r] : places[r]) * dim + k];
                    sum = places[r] < 0 ? value : sum + value;
                }
            }

            RowGather.AddAt(source, dim + 2, places, got, dim);
            Assert.True(FloatBits.Same(expected, got), $"dim {dim}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.AddAt(new float[16], 16, [1], new float[16], 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowGather.AddAt(new float[16], 16, [~1], new float[16], 16));
    }

    [Fact]
    public void RowsOfEveryLengthAreAdded()
    {
        for (int count = 0; count <= 140; count++)
        {
            float[] source = FloatBits.Random(count, 1);
            float[] before = FloatBits.Random(count + 3, 2);
            for (int i = 0; i < count; i += 3)
            {
                source[i] = FloatBits.Special[(i + count) % FloatBits.Special.Length];
                before[i] = FloatBits.Special[i / 3 % FloatBits.Special.Length];
            }

            float[] got = [FloatBits.Guard, .. before];
            RowGather.AddRow(source, got.AsSpan(1));
            float[] expected = [FloatBits.Guard, .. before.Select((value, i) => i < count ? value + source[i] : value)];
            Assert.True(FloatBits.Same(expected, got), $"length {count}");
        }

        Assert.Throws<ArgumentException>("destination", () => RowGather.AddRow(new float[4], new float[3]));
    }
}
