using EsmmLite.Evaluation;
using MathNet.Numerics.Distributions;

namespace EsmmLite.Tests.Evaluation;

public class BootstrapTests
{
    private static readonly GroupOptions Options = new("request", 3);

    [Fact]
    public void Metrics_of_rows_in_memory_are_those_of_the_stream()
    {
        ScoredRows rows = Rows(800, 40, 1);
        var set = new MetricSet(rows);
        foreach (EvaluationTask task in Enum.GetValues<EvaluationTask>())
        {
            using var stream = new TaskAccumulator("rows");
            for (int row = 0; row < rows.Count; row++)
            {
                if (rows.Counts(task, row))
                {
                    stream.Add(rows.Score(task, row), rows.Label(task, row), rows.Prediction(task, row), rows.LogLoss(task, row));
                }
            }

            TaskMetrics expected = stream.Compute();
            string name = task.ToString().ToLowerInvariant();
            Assert.Equal(expected.Auc, Value(set, name + ".auc"));
            Assert.Equal(expected.LogLoss!.Value, Value(set, name + ".logLoss")!.Value, 1e-14);
            Assert.Equal(expected.Pcoc!.Value, Value(set, name + ".pcoc")!.Value, 1e-13);
            Assert.Equal(expected.NormalisedEntropy!.Value, Value(set, name + ".normalisedEntropy")!.Value, 1e-13);
        }
    }

    [Fact]
    public void Metrics_of_groups_are_their_definitions()
    {
        ScoredRows rows = Rows(600, 200, 2);
        GroupMetrics found = new MetricSet(rows, Options).Groups!;
        Assert.Equal((200, 3), (found.Groups, found.K));
        Check(found.Ctr, EvaluationTask.Ctr);
        Check(found.Cvr, EvaluationTask.Cvr);
        Check(found.Ctcvr, EvaluationTask.Ctcvr);
        Assert.InRange(found.GradedNdcg!.Value, 0.01, 1);

        void Check(GroupTaskMetrics metrics, EvaluationTask task)
        {
            int[] all = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Counts(task, row))];
            double aucs = 0, weight = 0, ndcg = 0, map = 0, recall = 0;
            int both = 0, ranked = 0;
            foreach (IGrouping<int, int> group in all.GroupBy(row => rows.GroupOf[row]))
            {
                float[] scores = [.. group.Select(row => rows.Score(task, row))];
                bool[] labels = [.. group.Select(row => rows.Label(task, row))];
                if (RankingQuality.Auc(scores, labels) is { } auc)
                {
                    (aucs, weight, both) = (aucs + (auc * scores.Length), weight + scores.Length, both + 1);
                }

                if (labels.Any(label => label))
                {
                    ranked++;
                    ndcg += RankingQuality.Ndcg(scores, [.. labels.Select(label => label ? 1.0 : 0)], 3)!.Value;
                    map += RankingQuality.AveragePrecision(scores, labels)!.Value;
                    recall += RankingQuality.Recall(scores, labels, 3)!.Value;
                }
            }

            Assert.Equal((both, ranked), (metrics.GaucGroups, metrics.RankedGroups));
            Assert.True(both > 3 && both < 200);
            Assert.Equal(aucs / weight, metrics.Gauc!.Value, 1e-12);
            Assert.Equal(weight / all.Length, metrics.GaucCoverage!.Value, 1e-12);
            Assert.Equal(ndcg / ranked, metrics.Ndcg!.Value, 1e-12);
            Assert.Equal(map / ranked, metrics.Map!.Value, 1e-12);
            Assert.Equal(recall / ranked, metrics.Recall!.Value, 1e-12);
        }
    }

    [Fact]
    public void Intervals_repeat_and_follow_the_seed()
    {
        var set = new MetricSet(Rows(300, 30, 3), Options);
        IReadOnlyList<IntervalEstimate> one = new Bootstrap(50, 7).Intervals(set);
        Assert.Equal(one, new Bootstrap(50, 7).Intervals(set));
        Assert.NotEqual(one, new Bootstrap(50, 8).Intervals(set));
        Assert.All(one.Where(estimate => estimate.Interval is not null), estimate => Assert.True(estimate.Interval!.Value.Low <= estimate.Interval.Value.High));
        Assert.Equal(set.Names, one.Select(estimate => estimate.Name));
    }

    [Fact]
    public void The_interval_of_a_mean_is_the_normal_one_where_that_is_right()
    {
        ScoredRows rows = Rows(4000, 4000, 4);
        double[] losses = [.. Enumerable.Range(0, rows.Count).Select(row => rows.LogLoss(EvaluationTask.Ctr, row))];
        double mean = losses.Average(), deviation = Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Length - 1));
        double half = Normal.InvCDF(0, 1, 0.975) * deviation / Math.Sqrt(losses.Length);
        Interval interval = new Bootstrap(1500).Intervals(new MetricSet(rows)).Single(estimate => estimate.Name == "ctr.logLoss").Interval!.Value;
        Assert.Equal(mean - half, interval.Low, 0.15 * half);
        Assert.Equal(mean + half, interval.High, 0.15 * half);
    }

    [Fact]
    public void Drawing_whole_groups_widens_the_interval_where_rows_of_a_group_share_the_answer()
    {
        // Ten copies of each row: rows pretend to be ten times as many as they are.
        ScoredRows rows = new();
        var random = new Random(5);
        for (int group = 0; group < 300; group++)
        {
            (float a, bool click) = ((float)random.NextDouble(), random.Next(2) == 0);
            for (int copy = 0; copy < 10; copy++)
            {
                rows.Add(a, 0, click, false, group);
            }
        }

        double Width(GroupOptions? options)
        {
            Interval interval = new Bootstrap(300).Intervals(new MetricSet(rows, options)).Single(estimate => estimate.Name == "ctr.logLoss").Interval!.Value;
            return interval.High - interval.Low;
        }

        Assert.Equal(Math.Sqrt(10), Width(Options) / Width(null), 0.5);
    }

    [Fact]
    public void A_model_does_not_differ_from_itself_and_paired_is_narrower()
    {
        ScoredRows before = Rows(500, 50, 6), better = Rows(500, 50, 6, noise: 0.02f);
        MetricSet a = new(before, Options), b = new(better, Options);
        Assert.All(new Bootstrap(40).Differences(a, new MetricSet(before, Options)).Where(estimate => estimate.Value is not null), estimate => Assert.Equal((0.0, new Interval(0, 0)), (estimate.Value!.Value, estimate.Interval!.Value)));
        Interval difference = new Bootstrap(200).Differences(a, b).First().Interval!.Value, alone = new Bootstrap(200).Intervals(b).First().Interval!.Value;
        Assert.True(difference.High - difference.Low < (alone.High - alone.Low) / 2);
        Assert.Throws<EsmmException>(() => new Bootstrap(5).Differences(a, new MetricSet(Rows(400, 40, 6), Options)));
    }

    [Fact]
    public void Undefined_stays_undefined()
    {
        ScoredRows rows = new();
        Assert.All(new Bootstrap(5).Intervals(new MetricSet(rows, Options)), estimate => Assert.Equal((null, (Interval?)null), (estimate.Value, estimate.Interval)));
        rows.Add(0, 0, false, false);
        IReadOnlyList<IntervalEstimate> one = new Bootstrap(5).Intervals(new MetricSet(rows, Options));
        Assert.Equal(["ctr.logLoss", "ctcvr.logLoss"], one.Where(estimate => estimate.Value is not null).Select(estimate => estimate.Name));
        Assert.Throws<EsmmException>(() => rows.Add(float.NaN, 0, false, false));
    }

    private static double? Value(MetricSet set, string name) => set.Values()[set.Names.ToList().IndexOf(name)];

    private static ScoredRows Rows(int count, int groups, int seed, float noise = 0)
    {
        var random = new Random(seed);
        var other = new Random(99);
        ScoredRows rows = new();
        for (int row = 0; row < count; row++)
        {
            float a = MathF.Round(((float)random.NextDouble() * 4) - 3, 1), b = MathF.Round(((float)random.NextDouble() * 4) - 2, 1);
            bool click = random.NextDouble() < 1 / (1 + Math.Exp(-a)), conversion = random.NextDouble() < 1 / (1 + Math.Exp(-b));
            int group = groups == count ? row : random.Next(groups);
            rows.Add(a + (noise * (float)other.NextDouble()), b + (noise * (float)other.NextDouble()), click, conversion, row == 0 ? groups - 1 : group);
        }

        return rows;
    }
}
