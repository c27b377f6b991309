using EsmmLite.Evaluation;

namespace EsmmLite.Tests.Evaluation;

/// <summary>Measures of one group against published examples, and against the mean over all orders that ties allow.</summary>
public class RankingQualityTests
{
    [Fact]
    public void Published_examples_of_ndcg()
    {
        // scikit-learn's documentation of ndcg_score.
        double[] gains = [10, 0, 0, 1, 5];
        Assert.Equal(0.6957, RankingQuality.Ndcg([0.1f, 0.2f, 0.3f, 4, 70], gains, 5)!.Value, 1e-4);
        Assert.Equal(0.4937, RankingQuality.Ndcg([0.05f, 1.1f, 1, 0.5f, 0], gains, 5)!.Value, 1e-4);
        Assert.Equal(0.3520, RankingQuality.Ndcg([0.05f, 1.1f, 1, 0.5f, 0], gains, 4)!.Value, 1e-4);
        Assert.Equal(1, RankingQuality.Ndcg([10, 0, 0, 1, 5], gains, 4)!.Value, 1e-12);
        Assert.Equal(0.75, RankingQuality.Ndcg([1, 0, 0, 0, 1], gains, 1)!.Value, 1e-12);

        // The worked example of the encyclopedia's article: six documents of 3, 2, 3, 0, 1, 2; a 3 and a 2 were not among them.
        Assert.Equal(0.785, RankingQuality.Ndcg([8, 7, 6, 5, 4, 3, 2, 1], [3, 2, 3, 0, 1, 2, 3, 2], 6)!.Value, 5e-4);
    }

    [Fact]
    public void Worked_examples_of_average_precision_and_recall()
    {
        // Positives at ranks 1, 3 and 6: (1 + 2/3 + 3/6) / 3.
        float[] scores = [6, 5, 4, 3, 2, 1];
        bool[] labels = [true, false, true, false, false, true];
        Assert.Equal((1 + (2 / 3.0) + 0.5) / 3, RankingQuality.AveragePrecision(scores, labels)!.Value, 1e-15);
        Assert.Equal(2 / 3.0, RankingQuality.Recall(scores, labels, 3)!.Value, 1e-15);
        Assert.Equal(1.0, RankingQuality.Recall(scores, labels, 6));
        Assert.Equal(6 / 9.0, RankingQuality.Auc(scores, labels)!.Value + (1 / 9.0), 1e-15);
    }

    [Fact]
    public void Undefined_is_null()
    {
        Assert.Null(RankingQuality.Ndcg([], [], 3));
        Assert.Null(RankingQuality.Ndcg([1, 2], [0, 0], 3));
        Assert.Null(RankingQuality.AveragePrecision([1, 2], [false, false]));
        Assert.Null(RankingQuality.Recall([], [], 3));
        Assert.Null(RankingQuality.Auc([1, 2], [true, true]));
        Assert.Null(RankingQuality.Auc([0.5f], [true]));
        Assert.Equal(1, RankingQuality.AveragePrecision([0.5f], [true]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Ties_count_as_the_mean_over_all_orders(int distinct)
    {
        var random = new Random(distinct);
        for (int round = 0; round < 60; round++)
        {
            int rows = random.Next(1, 7), k = random.Next(1, 8);
            float[] scores = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(distinct))];
            double[] gains = [.. Enumerable.Range(0, rows).Select(_ => (double)random.Next(3))];
            bool[] labels = [.. gains.Select(gain => gain == 2)];
            int[][] orders = [.. Orders([.. Enumerable.Range(0, rows)]).Where(order => Enumerable.Range(1, rows - 1).All(i => scores[order[i - 1]] >= scores[order[i]]))];
            double ideal = gains.OrderDescending().Take(k).Select((gain, rank) => gain / Math.Log2(rank + 2)).Sum();
            Same(ideal > 0 ? orders.Average(order => order.Take(k).Select((row, rank) => gains[row] / Math.Log2(rank + 2)).Sum()) / ideal : null, RankingQuality.Ndcg(scores, gains, k));
            int positives = labels.Count(label => label);
            Same(positives > 0 ? orders.Average(order => order.Take(k).Count(row => labels[row])) / positives : null, RankingQuality.Recall(scores, labels, k));
            Same(positives > 0 ? orders.Average(order => Enumerable.Range(0, rows).Where(i => labels[order[i]]).Sum(i => order.Take(i + 1).Count(row => labels[row]) / (i + 1.0))) / positives : null, RankingQuality.AveragePrecision(scores, labels));
        }
    }

    private static void Same(double? expected, double? found)
    {
        Assert.Equal(expected is null, found is null);
        Assert.Equal(expected ?? 0, found ?? 0, 1e-12);
    }

    private static IEnumerable<int[]> Orders(int[] rows) => rows.Length <= 1 ? [rows] : rows.SelectMany(first => Orders([.. rows.Where(row => row != first)]).Select(rest => (int[])[first, .. rest]));
}
