using EsmmLite.Kernels;
using EsmmLite.Tests.Oracle;

namespace EsmmLite.Tests.Kernels;

public class ExactMathTests
{
    private const int Bits = 320;

    private static readonly BigReal One = BigReal.Of(1, Bits);

    private readonly ITestOutputHelper _output;

    public ExactMathTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void TheOracleKnowsEToAHundredBits()
    {
        // e = 2.718281828459045235360287471352662497757..., cut to 38 decimals; and ln is the inverse of exp.
        System.Numerics.BigInteger digits = System.Numerics.BigInteger.Parse("271828182845904523536028747135266249775");
        BigReal e = BigReal.Exp(One);
        BigReal scaled = e;
        for (int i = 0; i < 38; i++)
        {
            scaled *= BigReal.Of(10, Bits);
        }

        BigReal high = BigReal.Of((double)(digits >> 80), Bits).TimesPowerOfTwo(80);
        BigReal rest = BigReal.Of(0, Bits);
        for (int part = 0; part < 2; part++)
        {
            rest += BigReal.Of((double)((digits >> (40 * part)) & ((1L << 40) - 1)), Bits).TimesPowerOfTwo(40 * part);
        }

        double off = (scaled - (high + rest)).ToDouble();
        Assert.InRange(off, 0.0, 1.0);
        Assert.True(Math.Abs((BigReal.Log(e) - One).ToDouble()) < Math.ScaleB(1, -280));
    }

    [Fact]
    public void ExpIsWithinOneUlp()
    {
        Worst worst = new("Exp");
        Worst runtime = new("Exp against Math.Exp");
        foreach (double x in Sweep(20_000, -708, 709).Concat(Sweep(10_000, -1, 1)).Concat(Sweep(2_000, -1e-8, 1e-8)))
        {
            double got = ExactMath.Exp(x);
            worst.Add(x, BigReal.Exp(BigReal.Of(x, Bits)).UlpsOff(got));
            runtime.Add(x, BigReal.Of(Math.Exp(x), Bits).UlpsOff(got));
        }

        worst.Check(_output, 1.0);
        runtime.Check(_output, 2.0);
    }

    [Fact]
    public void ExpIsWithinOneUlpAmongSubnormals()
    {
        Worst worst = new("Exp, subnormal result");
        foreach (double x in Sweep(4_000, -745.2, -708))
        {
            worst.Add(x, BigReal.Exp(BigReal.Of(x, Bits)).UlpsOff(ExactMath.Exp(x)));
        }

        worst.Check(_output, 1.0);
    }

    [Fact]
    public void ExpOfSpecialValues()
    {
        Assert.Equal(1.0, ExactMath.Exp(0.0));
        Assert.Equal(1.0, ExactMath.Exp(-0.0));
        Assert.Equal(1.0, ExactMath.Exp(double.Epsilon));
        Assert.Equal(double.NaN, ExactMath.Exp(double.NaN));
        Assert.Equal(double.PositiveInfinity, ExactMath.Exp(double.PositiveInfinity));
        Assert.Equal(0.0, ExactMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, ExactMath.Exp(double.MaxValue));
        Assert.Equal(0.0, ExactMath.Exp(-double.MaxValue));

        // Both sides of the two edges of the range.
        Assert.True(double.IsFinite(ExactMath.Exp(709.782712893384)));
        Assert.Equal(double.PositiveInfinity, ExactMath.Exp(709.7827128933841));
        Assert.Equal(double.Epsilon, ExactMath.Exp(-745.1332191019411));
        Assert.Equal(0.0, ExactMath.Exp(-745.1332191019412));
    }

    [Fact]
    public void LogIsWithinOneUlp()
    {
        Worst worst = new("Log");
        Worst runtime = new("Log against Math.Log");
        SplitMix random = new(3);
        IEnumerable<double> anySize = Enumerable.Range(0, 8_000).Select(_ => Math.ScaleB(1 + random.NextDouble(), (int)random.NextBelow(2046) - 1022));
        IEnumerable<double> subnormal = Enumerable.Range(0, 500).Select(_ => random.NextBelow(uint.MaxValue) * double.Epsilon);
        foreach (double x in anySize.Concat(subnormal).Concat(Sweep(6_000, 0.5, 2)).Concat(Sweep(3_000, 0.9999999, 1.0000001)))
        {
            double got = ExactMath.Log(x);
            if (x != 1.0 && x != 0.0)
            {
                worst.Add(x, BigReal.Log(BigReal.Of(x, Bits)).UlpsOff(got));
                runtime.Add(x, BigReal.Of(Math.Log(x), Bits).UlpsOff(got));
            }
        }

        worst.Check(_output, 1.0);
        runtime.Check(_output, 2.0);
    }

    [Fact]
    public void LogOfSpecialValues()
    {
        Assert.Equal(0.0, ExactMath.Log(1.0));
        Assert.Equal(double.NegativeInfinity, ExactMath.Log(0.0));
        Assert.Equal(double.NegativeInfinity, ExactMath.Log(-0.0));
        Assert.Equal(double.NaN, ExactMath.Log(-1.0));
        Assert.Equal(double.NaN, ExactMath.Log(double.NegativeInfinity));
        Assert.Equal(double.NaN, ExactMath.Log(double.NaN));
        Assert.Equal(double.PositiveInfinity, ExactMath.Log(double.PositiveInfinity));
        Assert.Equal(-744.4400719213812, ExactMath.Log(double.Epsilon));
        Assert.Equal(709.782712893384, ExactMath.Log(double.MaxValue));
    }

    [Fact]
    public void Log1pIsWithinOneUlp()
    {
        Worst worst = new("Log1p");
        SplitMix random = new(4);
        IEnumerable<double> anySize = Enumerable.Range(0, 6_000)
            .Select(i => (i % 2 == 0 ? 1 : -1) * Math.ScaleB(1 + random.NextDouble(), (int)random.NextBelow(200) - 120));
        foreach (double x in anySize.Concat(Sweep(6_000, -0.999, 3)).Concat([-1 + Math.ScaleB(1, -53), double.Epsilon, 1e300]))
        {
            if (x > -1)
            {
                // ln(1 + x) of tiny x needs the bits that the sum 1 + x takes: 120 of the 320 at most.
                BigReal exact = Math.Abs(x) < 1e-40 ? BigReal.Of(x, Bits) : BigReal.Log(One + BigReal.Of(x, Bits));
                worst.Add(x, exact.UlpsOff(ExactMath.Log1p(x)));
            }
        }

        worst.Check(_output, 1.0);
        Assert.Equal(double.NegativeInfinity, ExactMath.Log1p(-1));
        Assert.Equal(double.NaN, ExactMath.Log1p(-1.5));
        Assert.Equal(double.NaN, ExactMath.Log1p(double.NaN));
        Assert.Equal(double.PositiveInfinity, ExactMath.Log1p(double.PositiveInfinity));
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(ExactMath.Log1p(-0.0)));
    }

    [Fact]
    public void SigmoidAndSoftplusKeepTheirRelativePrecision()
    {
        Worst sigmoid = new("Sigmoid, relative error / 2^-53");
        Worst softplus = new("Softplus, relative error / 2^-53");
        foreach (double x in Sweep(4_000, -90, 90).Concat(Sweep(4_000, -3, 3)))
        {
            BigReal power = BigReal.Exp(BigReal.Of(x, Bits));
            sigmoid.Add(x, Math.ScaleB((power / (One + power)).RelativeError(ExactMath.Sigmoid(x)), 53));
            softplus.Add(x, Math.ScaleB(BigReal.Log(One + power).RelativeError(ExactMath.Softplus(x)), 53));
        }

        sigmoid.Check(_output, 4.0);
        softplus.Check(_output, 4.0);
    }

    [Fact]
    public void SigmoidAndSoftplusAtTheEnds()
    {
        Assert.Equal(0.5, ExactMath.Sigmoid(0));
        Assert.Equal(1.0, ExactMath.Sigmoid(double.PositiveInfinity));
        Assert.Equal(0.0, ExactMath.Sigmoid(double.NegativeInfinity));
        Assert.Equal(double.NaN, ExactMath.Sigmoid(double.NaN));
        Assert.True(ExactMath.Sigmoid(-745) > 0);
        Assert.Equal(ExactMath.Log(2), ExactMath.Softplus(0));
        Assert.Equal(float.MaxValue, ExactMath.Softplus(float.MaxValue));
        Assert.Equal(0.0, ExactMath.Softplus(-float.MaxValue));
        Assert.Equal(double.NaN, ExactMath.Softplus(double.NaN));
    }

    [Fact]
    public void TheBitsArePinned()
    {
        // The same on every machine, vector width and C library; changes only when a function is changed on purpose.
        ulong digest = 0;
        foreach (double x in Sweep(50_000, -750, 750).Concat(Sweep(50_000, -2, 2)))
        {
            double[] values = [ExactMath.Exp(x), ExactMath.Log(Math.Abs(x)), ExactMath.Log1p(Math.Abs(x)), ExactMath.Sigmoid(x), ExactMath.Softplus(x)];
            foreach (double value in values)
            {
                digest = new SplitMix(digest ^ BitConverter.DoubleToUInt64Bits(value)).NextUInt64();
            }
        }

        Assert.Equal("16e0b8f66791af2c", digest.ToString("x16"));
    }

    /// <summary>Random points of an interval, the same in every run.</summary>
    private static IEnumerable<double> Sweep(int count, double low, double high)
    {
        SplitMix random = new((ulong)count);
        for (int i = 0; i < count; i++)
        {
            yield return low + ((high - low) * random.NextDouble());
        }
    }

    private sealed class Worst(string name)
    {
        private double _error;
        private double _where;

        public void Add(double x, double error)
        {
            if (error > _error)
            {
                (_error, _where) = (error, x);
            }
        }

        public void Check(ITestOutputHelper output, double limit)
        {
            output.WriteLine(FormattableString.Invariant($"{name}: {_error:F3} at {_where:R}"));
            Assert.True(_error <= limit, FormattableString.Invariant($"{name}: {_error:F3} at {_where:R}"));
        }
    }
}
