using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>The step of Adam, over a run of weights and over rows of a table.</summary>
public class AdamUpdateTests
{
    private static readonly AdamConstants Constants = Adam(t: 3);

    [Fact]
    public void AdamHasTheBitsOfItsDefinitionAtEveryLength()
    {
        for (int count = 0; count <= 300; count++)
        {
            AssertAdam(FloatBits.Random(count, 1), FloatBits.Random(count, 2), FloatBits.Random(count, 3), Array.ConvertAll(FloatBits.Random(count, 4), float.Abs), Constants);
        }
    }

    [Fact]
    public void AdamTreatsSpecialValuesAsItsDefinitionDoes()
    {
        const int Count = 35;
        float[][] operands = [FloatBits.Random(Count, 1), FloatBits.Random(Count, 2), FloatBits.Random(Count, 3), Array.ConvertAll(FloatBits.Random(Count, 4), float.Abs)];
        float[] near = [MathF.ScaleB(1f, -100), MathF.BitDecrement(MathF.ScaleB(1f, -100)), -MathF.ScaleB(1f, -100), -MathF.BitDecrement(MathF.ScaleB(1f, -100)), MathF.ScaleB(1f, -50), MathF.ScaleB(1f, -110)];
        foreach (float special in (float[])[.. FloatBits.Special, .. near])
        {
            foreach (float[] operand in operands)
            {
                for (int i = 0; i < Count; i++)
                {
                    float before = operand[i];
                    operand[i] = special;
                    AssertAdam(operands[0], operands[1], operands[2], operands[3], Constants);
                    operand[i] = before;
                }
            }
        }

        // All pairs of a special gradient and a special moment, in every lane.
        foreach (float gradient in FloatBits.Special)
        {
            foreach (float moment in (float[])[.. FloatBits.Special, .. near])
            {
                AssertAdam(Repeated(gradient, Count), operands[1], Repeated(moment, Count), Repeated(moment, Count), Constants);
            }
        }
    }

    [Fact]
    public void AdamAgreesWithTheFormulasInDouble()
    {
        const int Count = 77;
        (float[] w, float[] m, float[] v) = (FloatBits.Random(Count, 5), new float[Count], new float[Count]);
        double[] w64 = Array.ConvertAll(w, x => (double)x);
        double[] m64 = new double[Count];
        double[] v64 = new double[Count];
        for (int t = 1; t <= 100; t++)
        {
            float[] g = FloatBits.Random(Count, 100 + (ulong)t);
            AdamUpdate.Step(g, w, m, v, Adam(t));
            for (int i = 0; i < Count; i++)
            {
                m64[i] = 0.9 * m64[i] + 0.1 * g[i];
                v64[i] = 0.999 * v64[i] + 0.001 * g[i] * g[i];
                w64[i] -= 0.01 * (m64[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v64[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
                Assert.Equal(w64[i], w[i], 1e-5);
                Assert.Equal(v64[i], v[i], 1e-6);
            }
        }
    }

    [Fact]
    public void MomentsThatFadeBecomeZeroAndNeverSubnormal()
    {
        (float[] w, float[] m, float[] v) = (Repeated(1f, 40), Repeated(1e-20f, 40), Repeated(1e-28f, 40));
        bool zero = false;
        for (int t = 1; t < 4000 && !zero; t++)
        {
            AdamUpdate.Step(new float[40], w, m, v, Adam(t) with { Beta2 = 0.9f });
            Assert.All(m, x => Assert.True(x == 0 || MathF.Abs(x) >= MathF.ScaleB(1f, -100)));
            Assert.All(v, x => Assert.True(x == 0 || x >= MathF.ScaleB(1f, -100)));
            zero = m.All(x => x == 0) && v.All(x => x == 0);
        }

        Assert.True(zero);
    }

    [Fact]
    public void AdamRefusesUnequalLengths()
    {
        static void Run(int g, int w, int m, int v) => AdamUpdate.Step(new float[g], new float[w], new float[m], new float[v], Constants);
        Run(9, 9, 9, 9);
        Assert.Throws<ArgumentException>("gradients", () => Run(8, 9, 9, 9));
        Assert.Throws<ArgumentException>("gradients", () => Run(10, 9, 9, 9));
        Assert.Throws<ArgumentException>("m", () => Run(9, 9, 8, 9));
        Assert.Throws<ArgumentException>("m", () => Run(9, 9, 10, 9));
        Assert.Throws<ArgumentException>("v", () => Run(9, 9, 9, 8));
        Assert.Throws<ArgumentException>("v", () => Run(9, 9, 9, 10));
    }

    [Fact]
    public void AStepOfSomeRowsIsTheDefinitionOfEachAndTouchesNoOther()
    {
        const int TableRows = 40;
        for (int dim = 1; dim <= 40; dim++)
        {
            for (int count = 1; count <= 31; count += 5)
            {
                int[] rows = [.. Enumerable.Range(0, count).Select(i => (7 * i + dim) % TableRows)];
                float[] gradients = FloatBits.Random(count * dim, (ulong)dim);
                float[][] expected = [Repeated(FloatBits.Guard, TableRows * dim), Repeated(FloatBits.Guard, TableRows * dim), Repeated(FloatBits.Guard, TableRows * dim)];
                for (int r = 0; r < count; r++)
                {
                    for (int i = 0; i < 3; i++)
                    {
                        float[] values = FloatBits.Random(dim, (ulong)(3 * r + i));
                        (i == 2 ? Array.ConvertAll(values, float.Abs) : values).CopyTo(expected[i], rows[r] * dim);
                    }
                }

                float[][] got = [[.. expected[0]], [.. expected[1]], [.. expected[2]]];
                AdamUpdate.Rows(gradients, rows, dim, got[0], got[1], got[2], Constants);
                for (int r = 0; r < count; r++)
                {
                    AdamUpdate.Definition(gradients.AsSpan(r * dim, dim), expected[0].AsSpan(rows[r] * dim, dim), expected[1].AsSpan(rows[r] * dim, dim), expected[2].AsSpan(rows[r] * dim, dim), Constants);
                }

                for (int i = 0; i < 3; i++)
                {
                    Assert.True(FloatBits.Same(expected[i], got[i]), $"{count} rows of {dim}, operand {i}");
                }
            }
        }
    }

    [Fact]
    public void AStepOfRowsRefusesWhatDoesNotFitTheTable()
    {
        static void Run(int g, int[] rows, int w, int m, int v) => AdamUpdate.Rows(new float[g], rows, 5, new float[w], new float[m], new float[v], Constants);
        Run(10, [3, 0], 20, 20, 20);
        Assert.Throws<ArgumentException>("gradients", () => Run(9, [3, 0], 20, 20, 20));
        Assert.Throws<ArgumentException>("gradients", () => Run(15, [3, 0], 20, 20, 20));
        Assert.Throws<ArgumentException>("m", () => Run(10, [3, 0], 20, 19, 20));
        Assert.Throws<ArgumentException>("v", () => Run(10, [3, 0], 20, 20, 21));
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(10, [3, 4], 20, 20, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(10, [-1, 3], 20, 20, 20));
    }

    private static void AssertAdam(float[] g, float[] w, float[] m, float[] v, AdamConstants constants)
    {
        (float[] w1, float[] m1, float[] v1) = ([.. w, FloatBits.Guard], [.. m, FloatBits.Guard], [.. v, FloatBits.Guard]);
        (float[] w2, float[] m2, float[] v2) = ([.. w1], [.. m1], [.. v1]);
        int count = g.Length;
        AdamUpdate.Definition(g, w1.AsSpan(0, count), m1.AsSpan(0, count), v1.AsSpan(0, count), constants);
        AdamUpdate.Step(g, w2.AsSpan(0, count), m2.AsSpan(0, count), v2.AsSpan(0, count), constants);
        Assert.True(FloatBits.Same(m1, m2) && FloatBits.Same(v1, v2) && FloatBits.Same(w1, w2), $"length {count}");
    }

    private static AdamConstants Adam(int t) =>
        new(0.9f, 0.999f, (float)(1 - 0.9), (float)(1 - 0.999), (float)(0.01 / (1 - Math.Pow(0.9, t))), (float)(1 / (1 - Math.Pow(0.999, t))), 1e-8f);

    private static float[] Repeated(float value, int count) => [.. Enumerable.Repeat(value, count)];
}
