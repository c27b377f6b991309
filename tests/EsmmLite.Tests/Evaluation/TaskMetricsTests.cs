using EsmmLite.Evaluation;
using MathNet.Numerics.Statistics;

namespace EsmmLite.Tests.Evaluation;

/// <summary>Metrics of a task against published examples and definitions that go through all rows, or all pairs, one by one.</summary>
public class TaskMetricsTests
{
    [Fact]
    public void Published_examples()
    {
        // The four rows of scikit-learn's documentation of roc_auc_score and average_precision_score.
        TaskMetrics four = Measure([(0.1f, false), (0.4f, false), (0.35f, true), (0.8f, true)]);
        Assert.Equal(0.75, four.Auc);
        Assert.Equal(0.8333, four.AveragePrecision!.Value, 1e-4);

        // Its documentation of log_loss.
        Assert.Equal(0.21616, Measure([(0.9f, true), (0.1f, false), (0.2f, false), (0.65f, true)]).LogLoss!.Value, 1e-5);
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(7, 3, 2)]
    [InlineData(400, 5, 3)]
    [InlineData(400, 1_000_000, 30)]
    [InlineData(2_000, 300, 500)]
    public void Metrics_are_their_definitions(int rows, int distinct, int rarity)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            (float Score, bool Label)[] data = [.. Enumerable.Range(0, rows).Select(_ => ((random.Next(distinct) + 0.5f) / (distinct + 1) * (seed % 2 == 0 ? 1 : 1e-7f), random.Next(rarity) == 0))];
            TaskMetrics found = Measure(data, 0.3);
            long positives = data.Count(d => d.Label);
            Assert.Equal((rows, positives), (found.Rows, found.Positives));

            // Average precision: over the thresholds that occur, Σ (recall gained) · precision.
            double precision = 0;
            foreach (float threshold in data.Select(d => d.Score).Distinct())
            {
                int called = data.Count(d => d.Score >= threshold), right = data.Count(d => d.Score >= threshold && d.Label), gained = data.Count(d => d.Score == threshold && d.Label);
                precision += gained * (right / (double)called);
            }

            bool both = positives > 0 && positives < rows;
            Same(both ? precision / positives : null, found.AveragePrecision);
            double rate = positives / (double)rows;
            Same(both ? found.LogLoss / -((rate * Math.Log(rate)) + ((1 - rate) * Math.Log(1 - rate))) : null, found.NormalisedEntropy);
            Same(CalibrationError(data), found.CalibrationError);
            ThresholdMetrics at = found.AtThreshold!;
            int yes = data.Count(d => d.Score >= 0.3), hits = data.Count(d => d.Score >= 0.3 && d.Label);
            Same(data.Count(d => d.Score >= 0.3 == d.Label) / (double)rows, at.Accuracy);
            Same(yes > 0 ? hits / (double)yes : null, at.Precision);
            Same(positives > 0 ? hits / (double)positives : null, at.Recall);
        }
    }

    [Fact]
    public void At_tiny_rates_nothing_is_lost()
    {
        // Two million rows at 1e-7, two positives: predictions are right, so PCOC is near 1 and its interval is wide.
        using var task = new TaskAccumulator(TaskMetrics.AllImpressions);
        for (int i = 0; i < 2_000_000; i++)
        {
            bool label = i % 1_000_000 == 5;
            double p = 1e-6;
            task.Add((float)p, label, p, label ? -Math.Log(p) : p);
        }

        TaskMetrics metrics = task.Compute();
        Assert.Equal(1.0, metrics.Pcoc!.Value, 1e-9);
        Assert.Equal(0.5, metrics.Auc);
        Assert.Equal(0, metrics.CalibrationError!.Value, 1e-12);
        Assert.Equal(1, metrics.NormalisedEntropy!.Value, 1e-3);

        // Two events: the 95 % interval of their expected number is about 0.55 to 7.3 (Wilson).
        Assert.Equal(2 / 7.293, metrics.PcocInterval!.Value.Low, 0.01);
        Assert.Equal(2 / 0.5485, metrics.PcocInterval!.Value.High, 0.02);
    }

    [Fact]
    public void Wilsons_ends_solve_their_equation()
    {
        foreach ((long positives, long rows) in new[] { (0L, 1L), (1L, 1L), (1L, 10L), (3L, 1_000_000L), (500L, 1000L), (999L, 1000L) })
        {
            Interval interval = Interval.OfRate(positives, rows);
            double rate = positives / (double)rows;
            Assert.True(interval.Contains(rate));
            foreach (double end in new[] { interval.Low, interval.High }.Where(end => end is > 0 and < 1))
            {
                Assert.Equal(1.959964, Math.Abs(rate - end) / Math.Sqrt(end * (1 - end) / rows), 1e-5);
            }
        }
    }

    [Fact]
    public void Sample_intervals_are_MathNets_quantiles()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 137).Select(_ => random.NextDouble())];
        Interval interval = Interval.OfSample(values);
        Assert.Equal(values.QuantileCustom(0.025, QuantileDefinition.R7), interval.Low, 1e-12);
        Assert.Equal(values.QuantileCustom(0.975, QuantileDefinition.R7), interval.High, 1e-12);
        Assert.Equal(new Interval(3, 3), Interval.OfSample([3]));
    }

    [Fact]
    public void Scores_on_disk_give_the_same_metrics()
    {
        using var disk = new TaskAccumulator("rows", 0.5, memoryBytes: 1);
        using var memory = new TaskAccumulator("rows", 0.5);
        using var auc = new AucAccumulator(memoryBytes: 1);
        var random = new Random(2);
        for (int i = 0; i < 3_300_000; i++)
        {
            float score = random.Next(1_000_003) / 1_000_003f;
            bool label = random.NextDouble() < score * 0.01;
            auc.Add(score, label);
            disk.Add(score, label, score, 0.1);
            memory.Add(score, label, score, 0.1);
        }

        Assert.Equal(memory.Compute(), disk.Compute());
        Assert.Equal(memory.Compute().Auc, auc.Compute());
        Assert.Equal(3L << 20, auc.OnDisk);
        Assert.Equal(memory.ComputeCurves().Points, disk.ComputeCurves().Points);
        auc.Clear();
        Assert.Equal((0L, 0L), (auc.Rows, auc.OnDisk));
    }

    [Fact]
    public void Curves_go_from_all_rows_to_none_and_enclose_the_auc()
    {
        var random = new Random(3);
        using var task = new TaskAccumulator("rows");
        for (int i = 0; i < 20_000; i++)
        {
            float score = random.NextSingle();
            task.Add(score, random.NextSingle() < score, score, 0);
        }

        TaskCurves curves = task.ComputeCurves(500);
        long positives = curves.Metrics.Positives, negatives = curves.Metrics.Rows - positives;
        Assert.Equal((negatives, positives), (curves.Points[0].FalsePositives, curves.Points[0].TruePositives));
        Assert.Equal(new CurvePoint(0, 0), curves.Points[^1]);
        Assert.InRange(curves.Points.Count, 400, 502);
        double area = curves.Points.Zip(curves.Points.Skip(1)).Sum(pair => (pair.First.FalsePositives - pair.Second.FalsePositives) * (pair.First.TruePositives + pair.Second.TruePositives) / 2.0);
        Assert.Equal(curves.Metrics.Auc!.Value, area / positives / negatives, 1e-4);
        Assert.Equal(curves.Metrics.Rows, curves.Calibration.Sum(bin => bin.Rows));
        Assert.Equal(20, curves.Calibration.Count);
    }

    /// <summary>Bins of equally many rows; rows of one score stay together in the bin where they begin.</summary>
    private static double? CalibrationError((float Score, bool Label)[] data)
    {
        double error = 0;
        int done = 0, bin = 1;
        List<(float Score, bool Label)> open = [];
        foreach (IGrouping<float, (float Score, bool Label)> tie in data.GroupBy(d => d.Score).OrderBy(tie => tie.Key))
        {
            open.AddRange(tie);
            done += tie.Count();
            if (done * 20L >= (long)data.Length * bin)
            {
                error += Math.Abs(open.Sum(d => (double)d.Score) - open.Count(d => d.Label));
                open.Clear();
                bin = (int)(done * 20L / data.Length) + 1;
            }
        }

        return error / data.Length;
    }

    private static TaskMetrics Measure((float Score, bool Label)[] data, double? threshold = null)
    {
        using var task = new TaskAccumulator("rows", threshold);
        foreach ((float score, bool label) in data)
        {
            task.Add(score, label, score, -Math.Log(label ? score : 1 - (double)score));
        }

        return task.Compute();
    }

    private static void Same(double? expected, double? found)
    {
        Assert.Equal(expected is null, found is null);
        Assert.Equal(expected ?? 0, found ?? 0, 1e-9 * Math.Max(1, Math.Abs(expected ?? 0)));
    }
}
