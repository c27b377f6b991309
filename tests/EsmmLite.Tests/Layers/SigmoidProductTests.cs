using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Tests.Oracle;

namespace EsmmLite.Tests.Layers;

public class SigmoidProductTests
{
    private readonly ITestOutputHelper _output;

    public SigmoidProductTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void LossesAndSlopesMatchTheOracleOnAGrid()
    {
        // Not integers only: differences of the logits should round.
        List<double> logits = [];
        for (double x = -40; x <= 45; x += 2.125)
        {
            logits.AddRange([x, x + 0.1]);
        }

        logits.AddRange([-1e-3, 1e-10, 0.5, 1.5]);
        (double loss, double slope) = WorstErrors(logits, 400);
        _output.WriteLine(FormattableString.Invariant($"{logits.Count} x {logits.Count} logits in -40..45: loss {loss:E2}, slopes {slope:E2}"));
        Assert.True(loss < 1e-15, FormattableString.Invariant($"loss {loss:E2}"));
        Assert.True(slope < 1e-15, FormattableString.Invariant($"slope {slope:E2}"));
    }

    [Fact]
    public void LossesAndSlopesMatchTheOracleFarOut()
    {
        // 1 − t is as small as e^−700 here, so the oracle, which subtracts, needs more than 1010 bits.
        (double loss, double slope) = WorstErrors([-700, -300.3, -60.1, -0.7, 0.3, 38.2, 41.5, 333.3, 700], 1400);
        _output.WriteLine(FormattableString.Invariant($"logits in -700..700: loss {loss:E2}, slopes {slope:E2}"));
        Assert.True(loss < 1e-15, FormattableString.Invariant($"loss {loss:E2}"));
        Assert.True(slope < 1e-15, FormattableString.Invariant($"slope {slope:E2}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SlopesAreTheDerivativesOfTheLosses(bool label)
    {
        const double Step = 1e-5;
        SplitMix random = new(1);
        for (int i = 0; i < 2_000; i++)
        {
            double a = (random.NextDouble() * 16) - 8;
            double b = (random.NextDouble() * 16) - 8;
            SigmoidProduct.CtcvrSlopes(a, b, label, out double dA, out double dB);
            double numericA = (SigmoidProduct.CtcvrLoss(a + Step, b, label) - SigmoidProduct.CtcvrLoss(a - Step, b, label)) / (2 * Step);
            double numericB = (SigmoidProduct.CtcvrLoss(a, b + Step, label) - SigmoidProduct.CtcvrLoss(a, b - Step, label)) / (2 * Step);
            double numericCtr = (SigmoidProduct.CtrLoss(a + Step, label) - SigmoidProduct.CtrLoss(a - Step, label)) / (2 * Step);
            Assert.Equal(numericA, dA, 1e-9);
            Assert.Equal(numericB, dB, 1e-9);
            Assert.Equal(numericCtr, SigmoidProduct.CtrSlope(a, label), 1e-9);
        }
    }

    [Fact]
    public void SlopesAreBoundedAndEverythingIsFiniteForEveryFloat()
    {
        SplitMix random = new(2);
        List<(double A, double B)> cases = [];
        for (int i = 0; i < 200_000; i++)
        {
            cases.Add((AnyFloat(ref random), AnyFloat(ref random)));
        }

        double[] edges = [0, 1e-45f, -1e-45f, 1, -1, 700, -700, 745.2, -745.2, 1000, -1000, float.MaxValue, -float.MaxValue];
        foreach (double a in edges)
        {
            cases.AddRange(edges.Select(b => (a, b)));
        }

        foreach ((double a, double b) in cases)
        {
            SigmoidProduct.Predict(a, b, out double pCtr, out double pCvr, out double pCtcvr);
            Assert.True(pCtcvr >= 0 && pCtcvr <= Math.Min(pCtr, pCvr) && Math.Max(pCtr, pCvr) <= 1);
            foreach (bool label in (bool[])[false, true])
            {
                SigmoidProduct.CtcvrSlopes(a, b, label, out double dA, out double dB);
                double sign = label ? -1 : 1;
                Assert.True(dA * sign is >= 0 and <= 1 && dB * sign is >= 0 and <= 1, FormattableString.Invariant($"{a:R} {b:R}: {dA} {dB}"));
                Assert.InRange(SigmoidProduct.CtrSlope(a, label) * sign, 0, 1);
                Assert.InRange(SigmoidProduct.CtrLoss(a, label), 0, double.MaxValue);
                Assert.InRange(SigmoidProduct.CtcvrLoss(a, b, label), 0, double.MaxValue);
            }
        }
    }

    [Fact]
    public void WhereThePublicFormulasFailTheValuesAreThese()
    {
        // Both logits huge: −ln(1 − t) tends to min(a, b), less ln 2 where they are equal; the slope is shared between them.
        Assert.Equal(1000 - ExactMath.Log(2), SigmoidProduct.CtcvrLoss(1000, 1000, false), 1e-12);
        Assert.Equal(1000, SigmoidProduct.CtcvrLoss(1000, 2000, false), 1e-12);
        SigmoidProduct.CtcvrSlopes(1000, 1000, false, out double dA, out double dB);
        Assert.Equal((0.5, 0.5), (dA, dB));
        SigmoidProduct.CtcvrSlopes(1000, 2000, false, out dA, out dB);
        Assert.Equal((1.0, 0.0), (dA, dB));

        // A converted impression that was thought impossible: the loss is 120, not infinite, and both slopes are −1.
        Assert.Equal(120, SigmoidProduct.CtcvrLoss(-60, -60, true), 1e-12);
        SigmoidProduct.CtcvrSlopes(-60, -60, true, out dA, out dB);
        Assert.Equal((-1.0, -1.0), (dA, dB));
    }

    private static double AnyFloat(ref SplitMix random)
    {
        float value = BitConverter.UInt32BitsToSingle((uint)(random.NextUInt64() >> 32));
        return float.IsFinite(value) ? value : (random.NextDouble() - 0.5) * 2000;
    }

    /// <summary>The textbook formulas, at a precision where their cancellation does no harm. Results below 1e-290 are left out.</summary>
    private static (double Loss, double Slope) WorstErrors(IReadOnlyList<double> logits, int bits)
    {
        BigReal one = BigReal.Of(1, bits);
        BigReal[] powers = [.. logits.Select(x => BigReal.Exp(BigReal.Of(x, bits)))];
        BigReal[] sigmoids = [.. powers.Select(power => power / (one + power))];
        BigReal[] logOnePlus = [.. powers.Select(power => BigReal.Log(one + power))];
        double worstLoss = 0;
        double worstSlope = 0;
        for (int i = 0; i < logits.Count; i++)
        {
            double a = logits[i];
            BigReal p = sigmoids[i];
            BigReal logP = BigReal.Of(a, bits) - logOnePlus[i];
            Check(ref worstLoss, -logP, SigmoidProduct.CtrLoss(a, true));
            Check(ref worstLoss, logOnePlus[i], SigmoidProduct.CtrLoss(a, false));
            Check(ref worstSlope, p - one, SigmoidProduct.CtrSlope(a, true));
            Check(ref worstSlope, p, SigmoidProduct.CtrSlope(a, false));
            for (int j = 0; j < logits.Count; j++)
            {
                double b = logits[j];
                BigReal q = sigmoids[j];
                BigReal t = p * q;
                BigReal logQ = BigReal.Of(b, bits) - logOnePlus[j];
                Check(ref worstLoss, -(logP + logQ), SigmoidProduct.CtcvrLoss(a, b, true));
                Check(ref worstLoss, -BigReal.Log(one - t), SigmoidProduct.CtcvrLoss(a, b, false));

                SigmoidProduct.CtcvrSlopes(a, b, true, out double dA, out double dB);
                Check(ref worstSlope, p - one, dA);
                Check(ref worstSlope, q - one, dB);
                SigmoidProduct.CtcvrSlopes(a, b, false, out dA, out dB);
                Check(ref worstSlope, (one - p) * t / (one - t), dA);
                Check(ref worstSlope, (one - q) * t / (one - t), dB);
            }
        }

        return (worstLoss, worstSlope);
    }

    private static void Check(ref double worst, BigReal exact, double got)
    {
        // Below 2^-960 a double is subnormal, or one of the factors is.
        if (exact.Magnitude > -960)
        {
            worst = Math.Max(worst, exact.RelativeError(got));
        }
        else
        {
            Assert.InRange(Math.Abs(got), 0, 1e-288);
        }
    }
}
