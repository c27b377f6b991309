using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>The kernels over one row: the rectifier, the dot product and the search for what is not finite.</summary>
public class VectorKernelTests
{
    [Fact]
    public void TheDotProductHasTheBitsOfItsDefinitionAtEveryLengthAndOffset()
    {
        float[] x = FloatBits.Random(400, 6);
        float[] w = FloatBits.Random(400, 7);
        for (int count = 0; count <= 300; count++)
        {
            for (int offset = 0; offset < 20; offset += 3)
            {
                ReadOnlySpan<float> a = x.AsSpan(offset, count);
                ReadOnlySpan<float> b = w.AsSpan(2 * offset, count);
                float got = FixedDot.Dot(a, b);
                Assert.True(FloatBits.Same(FixedDot.Definition(a, b), got), $"length {count}");
                (double exact, double size) = (0, 0);
                for (int k = 0; k < count; k++)
                {
                    exact += (double)a[k] * b[k];
                    size += Math.Abs((double)a[k] * b[k]);
                }

                Assert.InRange(got, exact - size * (count / 16 + 6) * 6e-8, exact + size * (count / 16 + 6) * 6e-8);
            }
        }
    }

    [Fact]
    public void TheDotProductFoldsSixteenLanesInHalves()
    {
        // 2^24 + 1 is no float: only the order of additions decides what remains of the ones. Lanes 0 and 8 meet first.
        float[] x = new float[16];
        float[] ones = Repeated(1f, 16);
        (x[0], x[8], x[4], x[12]) = (16777216f, 1f, 1f, 1f);
        Assert.Equal(16777218f, FixedDot.Dot(x, ones));
        (x[0], x[8], x[4], x[12]) = (16777216f, 1f, 1f, 0f);
        Assert.Equal(16777216f, FixedDot.Dot(x, ones));
        for (ulong seed = 0; seed < 50; seed++)
        {
            float[] l = FloatBits.Random(16, seed);
            float even = ((l[0] + l[8]) + (l[4] + l[12])) + ((l[2] + l[10]) + (l[6] + l[14]));
            float odd = ((l[1] + l[9]) + (l[5] + l[13])) + ((l[3] + l[11]) + (l[7] + l[15]));
            Assert.Equal(even + odd, FixedDot.Dot(l, ones));
        }
    }

    [Fact]
    public void TheDotProductTreatsSpecialValuesAsItsDefinitionDoes()
    {
        float[] x = FloatBits.Random(53, 8);
        float[] w = FloatBits.Random(53, 9);
        foreach (float special in FloatBits.Special)
        {
            foreach (float other in FloatBits.Special)
            {
                for (int i = 0; i < x.Length; i++)
                {
                    (float keptX, float keptW) = (x[i], w[(i * 7) % 53]);
                    (x[i], w[(i * 7) % 53]) = (special, other);
                    Assert.True(FloatBits.Same(FixedDot.Definition(x, w), FixedDot.Dot(x, w)), $"{special} and {other} at {i}");
                    (x[i], w[(i * 7) % 53]) = (keptX, keptW);
                }
            }
        }

        Assert.Throws<ArgumentException>("x", () => FixedDot.Dot(new float[3], new float[4]));
        Assert.Throws<ArgumentException>("x", () => FixedDot.Dot(new float[4], new float[3]));
        Assert.Throws<ArgumentException>("x", () => FixedDot.Rows(new float[3], 4, new float[4], 0f, new float[1]));
        Assert.Throws<ArgumentException>("x", () => FixedDot.Rows(new float[8], 5, new float[4], 0f, new float[2]));
        Assert.Throws<ArgumentException>("x", () => FixedDot.Definition(new float[4], new float[3]));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(5, 5)]
    [InlineData(64, 80)]
    [InlineData(75, 80)]
    public void DotProductsOfRowsHaveTheBitsOfTheDefinition(int length, int stride)
    {
        const int Rows = 9;
        const float Bias = 0.3f;
        float[] x = FloatBits.Random((Rows - 1) * stride + length, 10);
        float[] w = FloatBits.Random(length, 11);
        float[] got = new float[Rows];
        FixedDot.Rows(x, stride, w, Bias, got);
        Assert.All(got, (sum, r) => Assert.Equal(FixedDot.Definition(x.AsSpan(r * stride, length), w) + Bias, sum));
    }

    [Fact]
    public void TheRectifierFollowsItsFormulaAtEveryLength()
    {
        for (int count = 0; count <= 140; count++)
        {
            float[] z = FloatBits.Random(count + 8, (ulong)count);
            float[] dH = FloatBits.Random(count + 8, (ulong)count + 500);
            for (int i = 0; i < count; i += 3)
            {
                z[i] = FloatBits.Special[i / 3 % FloatBits.Special.Length];
                dH[i] = FloatBits.Special[i / 4 % FloatBits.Special.Length];
            }

            float[] expected = [.. z.Take(count).Select(value => value <= 0 ? 0f : value), .. z.Skip(count)];
            float[] slopes = [.. dH.Take(count).Select((value, i) => z[i] > 0 ? value : 0f), .. dH.Skip(count)];
            float[] rows = [.. z, .. z];
            Rectifier.Rows(rows, z.Length, 2, count);
            Assert.True(FloatBits.Same([.. expected, .. expected], rows), $"rows, length {count}");
            Rectifier.Backward(z.AsSpan(0, count), dH.AsSpan(0, count));
            Rectifier.Forward(z.AsSpan(0, count));
            Assert.True(FloatBits.Same(expected, z), $"forward, length {count}");
            Assert.True(FloatBits.Same(slopes, dH), $"backward, length {count}");
        }

        Assert.Throws<ArgumentException>("outputs", () => Rectifier.Backward(new float[3], new float[4]));
        Assert.Throws<ArgumentException>("outputs", () => Rectifier.Backward(new float[4], new float[3]));
    }

    [Fact]
    public void TheFirstNonFiniteValueIsFoundWhereverItIs() => CheckSearch(
        Finite.FirstNonFinite,
        bad: [float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, BitConverter.UInt32BitsToSingle(0x7F800001), BitConverter.UInt32BitsToSingle(0xFFFFFFFF)],
        good: [float.MaxValue, float.MinValue, float.Epsilon, -0f, 0f, 1f, -1.1e-38f]);

    [Fact]
    public void TheFirstUnusableGradientIsFoundWhereverItIs()
    {
        float limit = MathF.ScaleB(1f, 63);
        Assert.Equal(Finite.LargestGradient, limit);
        CheckSearch(
            Finite.FirstUnusableGradient,
            bad: [limit, -limit, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, MathF.BitIncrement(limit)],
            good: [MathF.BitDecrement(limit), -MathF.BitDecrement(limit), 0f, -0f, float.Epsilon, -1.1e-38f, 1f]);
    }

    private delegate int Search(ReadOnlySpan<float> values);

    private static void CheckSearch(Search search, float[] bad, float[] good)
    {
        // Bad values lie before and behind the span: they are none of its business.
        for (int count = 0; count <= 150; count++)
        {
            float[] around = [bad[0], .. Enumerable.Range(0, count).Select(i => good[i % good.Length]), bad[1]];
            Span<float> values = around.AsSpan(1, count);
            Assert.Equal(-1, search(values));
            for (int i = 0; i < count; i++)
            {
                float kept = values[i];
                foreach (float value in bad)
                {
                    values[i] = value;
                    Assert.Equal(i, search(values));
                }

                float last = values[count - 1];
                values[count - 1] = bad[i % bad.Length];
                Assert.Equal(i, search(values));
                values[count - 1] = last;
                values[i] = kept;
            }
        }
    }

    private static float[] Repeated(float value, int count) => [.. Enumerable.Repeat(value, count)];
}
