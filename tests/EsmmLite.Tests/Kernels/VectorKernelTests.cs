using System.Runtime.Intrinsics;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>The kernels over one row: Adam, the rectifier, the dot product, the search for what is not finite, and the lanes below them.</summary>
public class VectorKernelTests
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
        Assert.Throws<ArgumentException>("x", () => FixedDot.Definition(new float[4], new float[3]));
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
            Rectifier.Backward(z.AsSpan(0, count), dH.AsSpan(0, count));
            Rectifier.Forward(z.AsSpan(0, count));
            Assert.True(FloatBits.Same(expected, z), $"forward, length {count}");
            Assert.True(FloatBits.Same(slopes, dH), $"backward, length {count}");
        }

        Assert.Throws<ArgumentException>("outputs", () => Rectifier.Backward(new float[3], new float[4]));
        Assert.Throws<ArgumentException>("outputs", () => Rectifier.Backward(new float[4], new float[3]));
    }

    [Fact]
    public void TheFirstNonFiniteValueIsFoundWhereverItIs()
    {
        float[] bad = [float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, BitConverter.UInt32BitsToSingle(0x7F800001), BitConverter.UInt32BitsToSingle(0xFFFFFFFF)];
        float[] good = [float.MaxValue, float.MinValue, float.Epsilon, -0f, 0f, 1f];
        for (int count = 0; count <= 200; count++)
        {
            float[] values = [.. Enumerable.Range(0, count).Select(i => good[i % good.Length])];
            Assert.Equal(-1, Finite.FirstNonFinite(values));
            for (int i = 0; i < count; i++)
            {
                float kept = values[i];
                values[i] = bad[(i + count) % bad.Length];
                Assert.Equal(i, Finite.FirstNonFinite(values));
                values[i] = kept;
            }

            if (count > 70)
            {
                (values[69], values[70]) = (float.NaN, float.NaN);
                Assert.Equal(69, Finite.FirstNonFinite(values));
            }
        }
    }

    [Fact]
    public void EveryOperationOfEveryWidthIsTheScalarOne()
    {
        CheckLanes<Vector128<float>, Lanes128>();
        CheckLanes<Vector256<float>, Lanes256>();
        CheckLanes<Vector512<float>, Lanes512>();
    }

    private static void CheckLanes<V, L>()
        where V : struct
        where L : struct, ILanes<V>
    {
        float[] values = [.. FloatBits.Special, .. FloatBits.Random(6, 12)];
        float[] got = new float[L.Count + 2];
        void Check(V result, Func<float, float> formula, float[] inputs, string operation)
        {
            Array.Fill(got, FloatBits.Guard);
            L.Store(result, ref got[1]);
            Assert.Equal(FloatBits.Guard, got[0]);
            Assert.Equal(FloatBits.Guard, got[^1]);
            for (int lane = 0; lane < L.Count; lane++)
            {
                Assert.True(FloatBits.Same(formula(inputs[lane]), got[lane + 1]), $"{typeof(L).Name}.{operation}, {inputs[lane]:R}: {got[lane + 1]:R}");
            }
        }

        for (int shift = 0; shift < values.Length; shift++)
        {
            float[] a = [.. Enumerable.Range(0, L.Count).Select(lane => values[(lane + shift) % values.Length])];
            V va = L.Load(ref a[0]);
            Check(va, x => x, a, "Load");
            Check(L.Sqrt(va), MathF.Sqrt, a, "Sqrt");
            Check(L.Relu(va), x => x <= 0 ? 0 : x, a, "Relu");
            foreach (float b in values)
            {
                V vb = L.Broadcast(b);
                Check(vb, _ => b, a, "Broadcast");
                Check(L.Add(va, vb), x => x + b, a, "Add");
                Check(L.Multiply(va, vb), x => x * b, a, "Multiply");
                Check(L.Divide(va, vb), x => x / b, a, "Divide");
                Check(L.Divide(vb, va), x => b / x, a, "Divide");
                Check(L.WherePositive(va, vb), x => x > 0 ? b : 0, a, "WherePositive");
                Check(L.ZeroBelow(va, vb), x => MathF.Abs(x) < b ? 0 : x, a, "ZeroBelow");
                foreach (float c in values)
                {
                    Check(L.FusedMultiplyAdd(va, vb, L.Broadcast(c)), x => MathF.FusedMultiplyAdd(x, b, c), a, "FusedMultiplyAdd");
                }
            }
        }
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
