using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>The kernels of layers between dense ones: dropout, layer normalisation and the sums of its moments, against their definitions at every length.</summary>
public class RowKernelTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 70), 360];

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(1 - (1.0 / (1 << 24)))]
    [InlineData(0.99999999)]
    [InlineData(1e-9)]
    public void Dropout_has_the_bits_of_its_definition(double rate)
    {
        foreach (int length in Lengths)
        {
            float[] expected = Row(length, 3), got = Row(length, 3);
            Dropping.Definition(SplitMix.Stream(7, (ulong)length), rate, 1.25f, expected);
            Dropping.Apply(SplitMix.Stream(7, (ulong)length), rate, 1.25f, got);
            Assert.True(FloatBits.Same(expected, got), $"length {length}");
        }
    }

    [Fact]
    public void Dropout_at_a_rate_that_is_itself_a_draw_keeps_that_draw()
    {
        // "Below the rate" is meant strictly, and vectors compare whole numbers.
        SplitMix random = new(5);
        for (int i = 0; i < 8; i++)
        {
            double draw = random.NextSingle();
            float[] at = [1, 1, 1, 1, 1, 1, 1, 1], above = [1, 1, 1, 1, 1, 1, 1, 1];
            Dropping.Apply(new SplitMix(5), draw, 1, at);
            Dropping.Apply(new SplitMix(5), Math.BitIncrement(draw), 1, above);
            Assert.Equal((1f, 0f), (at[i], above[i]));
        }
    }

    [Fact]
    public void Four_draws_are_the_next_four()
    {
        SplitMix one = new(ulong.MaxValue - 5), four = one;
        for (int i = 0; i < 20; i++)
        {
            System.Runtime.Intrinsics.Vector256<ulong> draws = four.NextFour();
            for (int k = 0; k < 4; k++)
            {
                Assert.Equal(one.NextUInt64(), draws[k]);
            }
        }

        Assert.Equal(one.NextUInt64(), four.NextUInt64());
    }

    [Fact]
    public void Sums_in_double_have_the_bits_of_their_definition()
    {
        foreach (int length in Lengths)
        {
            float[] x = Row(length, 1), y = Row(length, 2), ones = [.. Enumerable.Repeat(1f, length)];
            Same(SquareSum.Definition(x, y), SquareSum.Dot(x, y));
            (double sum, double squares) = RowMoments.Of(x);
            Same(SquareSum.Definition(x, ones), sum);
            Same(SquareSum.Definition(x, x), squares);
            (sum, double product) = RowMoments.Of(x, y);
            Same(SquareSum.Definition(x, ones), sum);
            Same(SquareSum.Definition(x, y), product);
        }
    }

    [Fact]
    public void Sums_in_double_fold_eight_lanes_in_their_order()
    {
        // 2^53 + 1 is no double: only the order of additions decides what remains of the ones. Lanes 0 and 4 meet first, then 2 and 6.
        float[] x = new float[8], y = new float[8];
        (x[0], y[0], x[4], y[4], x[2], y[2]) = (1 << 27, 1 << 26, 1, 1, 1, 1);
        Assert.Equal(9007199254740992.0, SquareSum.Dot(x, y));
        (x[0], y[0], x[4], y[4], x[2], y[2], x[6], y[6]) = (1 << 27, 1 << 26, 0, 0, 1, 1, 1, 1);
        Assert.Equal(9007199254740994.0, SquareSum.Dot(x, y));
    }

    [Fact]
    public void Layer_normalisation_has_the_bits_of_its_definitions()
    {
        const float Mean = 0.013f, Scale = 1.7f, MeanD = -0.02f, MeanDn = 0.3f;
        foreach (int length in Lengths)
        {
            float[] x = Row(length, 1), gain = Row(length, 2), other = Row(length, 3);
            Both(length, (y, _) => LayerNormalisation.ForwardDefinition(x, Mean, Scale, gain, other, y), (y, _) => LayerNormalisation.Forward(x, Mean, Scale, gain, other, y));
            Both(length, (n, d) => LayerNormalisation.SlopesDefinition(x, Mean, Scale, gain, other, n, d), (n, d) => LayerNormalisation.Slopes(x, Mean, Scale, gain, other, n, d));
            Both(length, (dGain, dBias) => LayerNormalisation.BackwardWeightsDefinition(x, Mean, Scale, other, dGain, dBias), (dGain, dBias) => LayerNormalisation.BackwardWeights(x, Mean, Scale, other, dGain, dBias));
            foreach (bool accumulate in (bool[])[false, true])
            {
                Both(length, (dx, _) => LayerNormalisation.BackwardDefinition(x, other, MeanD, MeanDn, Scale, dx, accumulate), (dx, _) => LayerNormalisation.Backward(x, other, MeanD, MeanDn, Scale, dx, accumulate));
            }
        }

        Assert.Throws<ArgumentException>(() => LayerNormalisation.Forward(new float[3], 0, 1, new float[4], new float[4], new float[4]));
        Assert.Throws<ArgumentException>(() => LayerNormalisation.Slopes(new float[4], 0, 1, new float[4], new float[4], new float[4], new float[3]));
        Assert.Throws<ArgumentException>(() => LayerNormalisation.Backward(new float[4], new float[5], 0, 0, 1, new float[4], accumulate: true));
        Assert.Throws<ArgumentException>(() => LayerNormalisation.BackwardWeights(new float[4], 0, 1, new float[4], new float[4], new float[3]));
        Assert.Throws<ArgumentException>(() => RowMoments.Of(new float[4], new float[3]));
    }

    /// <summary>The same for the definition and the kernel, and nothing written beside the destinations.</summary>
    private static void Both(int length, Action<Destination, Destination> definition, Action<Destination, Destination> kernel)
    {
        float[][] found = new float[4][];
        for (int run = 0; run < 2; run++)
        {
            float[] a = [FloatBits.Guard, .. Row(length, 8), FloatBits.Guard], b = [FloatBits.Guard, .. Row(length, 9), FloatBits.Guard];
            (run == 0 ? definition : kernel)(new Destination(a), new Destination(b));
            Assert.Equal((FloatBits.Guard, FloatBits.Guard, FloatBits.Guard, FloatBits.Guard), (a[0], a[^1], b[0], b[^1]));
            (found[run], found[run + 2]) = (a, b);
        }

        Assert.True(FloatBits.Same(found[0], found[1]) && FloatBits.Same(found[2], found[3]), $"length {length}");
    }

    /// <summary>Random values, with all special ones among them where there is room.</summary>
    private static float[] Row(int length, ulong seed)
    {
        float[] values = FloatBits.Random(length, seed);
        for (int i = 0; i < FloatBits.Special.Length && length > 40; i++)
        {
            values[(int)((ulong)(i * 3) + seed) % length] = FloatBits.Special[i];
        }

        return values;
    }

    private static void Same(double expected, double got) =>
        Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(got) || (double.IsNaN(expected) && double.IsNaN(got)), $"{expected:R}, got {got:R}");

    /// <summary>What lies between two guards.</summary>
    private readonly record struct Destination(float[] Guarded)
    {
        public static implicit operator Span<float>(Destination destination) => destination.Guarded.AsSpan(1, destination.Guarded.Length - 2);
    }
}
