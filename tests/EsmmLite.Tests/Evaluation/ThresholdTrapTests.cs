using EsmmLite.Evaluation;

namespace EsmmLite.Tests.Evaluation;

/// <summary>Why AUC is counted exactly: scored by the true probabilities of conversion, 200 thresholds see nothing.</summary>
public class ThresholdTrapTests
{
    private readonly List<(double Score, bool Label)> _rows = [];

    public ThresholdTrapTests()
    {
        var random = new Random(5);
        for (int i = 0; i < 2_000_000; i++)
        {
            double probability = Sigmoid(-3.3 + (0.7 * Normal(random))) * Sigmoid(-5.2 + (0.9 * Normal(random)));
            _rows.Add((probability, random.NextDouble() < probability));
        }
    }

    [Fact]
    public void Thresholds_read_a_perfect_model_as_a_coin()
    {
        var auc = new AucAccumulator();
        foreach ((double score, bool label) in _rows)
        {
            auc.Add((float)score, label);
        }

        double exact = auc.Compute()!.Value;
        Assert.InRange((double)auc.Positives / auc.Rows, 3e-4, 5e-4);
        Assert.InRange(exact, 0.77, 0.82);
        Assert.InRange(ByThresholds(200), 0.49, 0.52);
        Assert.InRange(ByThresholds(1_000), 0.58, 0.70);
        Assert.InRange(ByThresholds(100_000), exact - 0.002, exact + 0.002);
    }

    /// <summary>Trapezoids through the points at evenly spaced thresholds.</summary>
    private double ByThresholds(int thresholds)
    {
        double[] positives = new double[thresholds];
        double[] negatives = new double[thresholds];
        foreach ((double score, bool label) in _rows)
        {
            // The number of thresholds 0, 1/(T-1), ... below the score; the first and last lie just outside [0, 1].
            int bin = Math.Min((int)Math.Ceiling(score * (thresholds - 1)), thresholds - 1);
            (label ? positives : negatives)[bin - (bin > 0 ? 1 : 0)]++;
        }

        double area = 0;
        double above = 0;
        for (int bin = thresholds - 1; bin >= 0; bin--)
        {
            area += negatives[bin] * (above + (positives[bin] / 2));
            above += positives[bin];
        }

        return area / (above * negatives.Sum());
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
