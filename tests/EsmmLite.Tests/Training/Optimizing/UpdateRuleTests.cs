using EsmmLite.Kernels;
using EsmmLite.Tests.Kernels;

namespace EsmmLite.Tests.Training;

/// <summary>The kernels of Adagrad and FTRL against their definitions, bit for bit, and against doubles.</summary>
public class UpdateRuleTests
{
    private static readonly FtrlConstants Ftrl = new(1 / 0.05f, 1f, 0.4f, 0.2f);

    [Fact]
    public void Kernels_have_the_bits_of_their_definitions_at_every_length()
    {
        for (int count = 0; count <= 80; count++)
        {
            float[] g = FloatBits.Random(count, 1), w = FloatBits.Random(count, 2), z = FloatBits.Random(count, 3), n = Array.ConvertAll(FloatBits.Random(count, 4), float.Abs);
            float[] w1 = [.. w], s1 = [.. n], w2 = [.. w], s2 = [.. n];
            AdagradUpdate.Step(g, w1, s1, 0.05f, 1e-8f);
            AdagradUpdate.Definition(g, w2, s2, 0.05f, 1e-8f);
            Assert.Equal(w2, w1);
            Assert.Equal(s2, s1);
            float[] fw1 = [.. w], z1 = [.. z], n1 = [.. n], fw2 = [.. w], z2 = [.. z], n2 = [.. n];
            FtrlUpdate.Step(g, fw1, z1, n1, Ftrl);
            FtrlUpdate.Definition(g, fw2, z2, n2, Ftrl);
            Assert.Equal(fw2, fw1);
            Assert.Equal(z2, z1);
            Assert.Equal(n2, n1);
        }
    }

    [Fact]
    public void Adagrad_is_its_formula_in_double()
    {
        SplitMix random = new(5);
        float[] w = [0.3f], s = [0.1f], row = [0.1f, -0.2f, 0.3f];
        double exactW = 0.3f, exactS = 0.1f, rowSum = 0;
        double[] exactRow = [0.1f, -0.2f, 0.3f];
        float sum = 0;
        for (int step = 0; step < 200; step++)
        {
            float g = random.NextSingle() - 0.3f;
            AdagradUpdate.Step([g], w, s, 0.05f, 1e-6f);
            exactS += (double)g * g;
            exactW -= 0.05 * g / (Math.Sqrt(exactS) + 1e-6);
            float[] gradient = [g, -2 * g, 0.5f];
            AdagradUpdate.Row(gradient, row, ref sum, 0.05f, 1e-6f);
            rowSum += gradient.Sum(x => (double)x * x) / 3;
            for (int i = 0; i < 3; i++)
            {
                exactRow[i] -= 0.05 * gradient[i] / (Math.Sqrt(rowSum) + 1e-6);
                Assert.Equal(exactRow[i], row[i], 2e-6);
            }

            Assert.Equal(exactW, w[0], 2e-6);
        }
    }

    [Fact]
    public void Ftrl_is_its_formula_in_double_and_leaves_weak_weights_at_zero()
    {
        SplitMix random = new(6);
        float[] w = [0.3f, 0f], z = [0, 0], n = [0, 0];
        double[] exactW = [0.3f, 0], exactZ = [0, 0], exactN = [0, 0];
        for (int step = 0; step < 200; step++)
        {
            // The second weight's gradients cancel.
            float[] g = [random.NextSingle() - 0.2f, step % 2 == 0 ? 0.1f : -0.1f];
            FtrlUpdate.Step(g, w, z, n, Ftrl);
            for (int i = 0; i < 2; i++)
            {
                double after = exactN[i] + ((double)g[i] * g[i]), sigma = (Math.Sqrt(after) - Math.Sqrt(exactN[i])) * 20;
                exactZ[i] += g[i] - (sigma * exactW[i]);
                exactN[i] = after;
                exactW[i] = Math.Abs(exactZ[i]) <= 0.4f ? 0 : -(exactZ[i] - (Math.Sign(exactZ[i]) * 0.4f)) / (((1 + Math.Sqrt(after)) * 20) + 0.2f);
                Assert.Equal(exactW[i], w[i], 5e-6);
            }

            Assert.Equal(0f, w[1]);
        }

        Assert.NotEqual(0f, w[0]);
    }

    [Fact]
    public void Sums_of_products_are_those_of_doubles()
    {
        for (int count = 0; count <= 40; count++)
        {
            float[] x = FloatBits.Random(count, 8), y = FloatBits.Random(count, 9);
            double expected = x.Zip(y, (a, b) => (double)a * b).Sum(), size = x.Zip(y, (a, b) => Math.Abs((double)a * b)).Sum();
            Assert.Equal(expected, SquareSum.Dot(x, y), 1e-14 * (size + 1e-300));
        }
    }

    [Fact]
    public void The_cosine_of_a_half_turn_is_the_library_s()
    {
        for (int i = 0; i <= 10_000; i++)
        {
            // The library's argument is off by half a unit of its last place, 2.2e-16, twice.
            Assert.Equal(Math.Cos(Math.PI * i / 10_000), ExactCosine.OfHalfTurn(i / 10_000.0), 8e-16);
        }

        Assert.Equal([1.0, 0.0, -1.0], [ExactCosine.OfHalfTurn(0), ExactCosine.OfHalfTurn(0.5), ExactCosine.OfHalfTurn(1)]);
    }
}
