using EsmmLite.Experiments.Simulation;
using EsmmLite.Kernels;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace EsmmLite.Experiments.Tests.Simulation;

/// <summary>The factor that no log shows: its means over u against MathNet's densities and quadrature, and against drawing it.</summary>
public class HiddenFactorTests(ITestOutputHelper output)
{
    public static TheoryData<double, double, double> Cases => new()
    {
        { 0.3, -3.2, -4.1 },
        { 1, 0, 0 },
        { 1, -3, -5 },
        { 1, 2.5, -1 },
        { 2, -6, -6 },
        { 3, -2, 1.5 },
        { 5, -4, -3 },
        { 5, 3, -8 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheLogitsBehindAreThoseWhoseMeansALogShows(double strength, double clickLogit, double conversionLogit)
    {
        HiddenLogits hidden = new HiddenFactor(strength).Solve(clickLogit, conversionLogit);

        // MathNet's density and Gauss and Legendre's rule know nothing of equally spaced points.
        double click = Mean(u => Sigmoid(hidden.Click + (strength * u)));
        double both = Mean(u => Sigmoid(hidden.Click + (strength * u)) * Sigmoid(hidden.Conversion + (strength * u)));
        double ifClicked = Mean(u => Sigmoid(hidden.Conversion + (strength * u)));
        output.WriteLine(FormattableString.Invariant($"P(y|x) {click:R} wanted {Sigmoid(clickLogit):R}; P(z|y,x) {both / click:R} wanted {Sigmoid(conversionLogit):R}; do {ifClicked:R}, {hidden.PCvrIfClicked:R}"));
        Assert.InRange(click / Sigmoid(clickLogit), 1 - 1e-9, 1 + 1e-9);
        Assert.InRange(both / click / Sigmoid(conversionLogit), 1 - 1e-9, 1 + 1e-9);
        Assert.InRange(hidden.PCvrIfClicked / ifClicked, 1 - 1e-9, 1 + 1e-9);
        Assert.True(hidden.PCvrIfClicked < Sigmoid(conversionLogit));
    }

    [Theory]
    [InlineData(1, -1.5, -2)]
    [InlineData(2, 0.5, -1)]
    public void DrawingTheFactorComesToTheSame(double strength, double clickLogit, double conversionLogit)
    {
        const int Draws = 2_000_000;
        HiddenLogits hidden = new HiddenFactor(strength).Solve(clickLogit, conversionLogit);
        SplitMix random = new(5);
        double clicks = 0, conversions = 0, ifClicked = 0;
        for (int i = 0; i < Draws; i++)
        {
            double u = strength * random.NextGaussian();
            bool click = random.NextDouble() < Sigmoid(hidden.Click + u), would = random.NextDouble() < Sigmoid(hidden.Conversion + u);
            clicks += click ? 1 : 0;
            conversions += click && would ? 1 : 0;
            ifClicked += would ? 1 : 0;
        }

        RequireRate(clicks, Draws, Sigmoid(clickLogit));
        RequireRate(conversions, clicks, Sigmoid(conversionLogit));
        RequireRate(ifClicked, Draws, hidden.PCvrIfClicked);
    }

    [Fact]
    public void WithoutStrengthNothingIsHidden()
    {
        HiddenLogits hidden = new HiddenFactor(0).Solve(-2.5, -4);
        Assert.Equal(-2.5, hidden.Click, 1e-12);
        Assert.Equal(-4, hidden.Conversion, 1e-12);
        Assert.Equal(Sigmoid(-4), hidden.PCvrIfClicked, 1e-14);
        Assert.Throws<EsmmException>(() => new HiddenFactor(-0.1));
        Assert.Throws<EsmmException>(() => new HiddenFactor(double.NaN));
    }

    [Fact]
    public void ALogOfAHiddenFactorConvertsAsItsTruthSays()
    {
        const int Impressions = 400_000;
        FunnelSimulator simulator = new(FunnelSimulatorOptions.Confounded);
        SimulatedImpression x = new();
        double clicks = 0, pCtr = 0, clickVariance = 0, conversions = 0, pCvr = 0, conversionVariance = 0, would = 0, ifClicked = 0, wouldVariance = 0;
        for (int i = 0; i < Impressions; i++)
        {
            simulator.Next(x);
            clicks += x.Click ? 1 : 0;
            pCtr += x.TruePCtr;
            clickVariance += x.TruePCtr * (1 - x.TruePCtr);
            would += x.ConversionIfClicked ? 1 : 0;
            ifClicked += x.TruePCvrIfClicked;
            wouldVariance += x.TruePCvrIfClicked * (1 - x.TruePCvrIfClicked);
            if (x.Click)
            {
                conversions += x.Conversion ? 1 : 0;
                pCvr += x.TruePCvr;
                conversionVariance += x.TruePCvr * (1 - x.TruePCvr);
            }
        }

        output.WriteLine(FormattableString.Invariant($"clicks {clicks} expected {pCtr:F0}, conversions {conversions} expected {pCvr:F0}, would convert {would} expected {ifClicked:F0}"));
        Assert.True(Math.Abs(clicks - pCtr) < 4 * Math.Sqrt(clickVariance));
        Assert.True(Math.Abs(conversions - pCvr) < 4 * Math.Sqrt(conversionVariance));
        Assert.True(Math.Abs(would - ifClicked) < 4 * Math.Sqrt(wouldVariance));
    }

    private static void RequireRate(double count, double of, double p)
    {
        double deviation = Math.Sqrt(of * p * (1 - p));
        Assert.InRange(Normal.CDF(of * p, deviation, count), 1e-4, 1 - 1e-4);
    }

    private static double Mean(Func<double, double> f) =>
        Enumerable.Range(-12, 32).Sum(from => GaussLegendreRule.Integrate(u => f(u) * Normal.PDF(0, 1, u), from, from + 1, 64));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
