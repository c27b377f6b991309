using EsmmLite.Evaluation;

namespace EsmmLite.Tests.Evaluation;

public class AucAccumulatorTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(50, 2)]
    [InlineData(300, 1)]
    [InlineData(300, 7)]
    [InlineData(300, 1_000_000)]
    public void Equals_the_definition_over_all_pairs(int rows, int distinct)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            (float Score, bool Label)[] data =
                [.. Enumerable.Range(0, rows).Select(_ => (random.Next(distinct) / (float)distinct, random.Next(3) == 0))];
            Assert.Equal(ByPairs(data), Auc(data));
            Assert.Equal(Auc(data), Auc([.. data.Reverse()]));
        }
    }

    [Fact]
    public void Known_cases()
    {
        Assert.Equal(1, Auc([(0.1f, false), (0.2f, true)]));
        Assert.Equal(0, Auc([(0.2f, false), (0.1f, true)]));
        Assert.Equal(0.5, Auc([(0.3f, false), (0.3f, true), (0.3f, false), (0.3f, false)]));
        Assert.Equal(0.5, Auc([(0f, false), (-0f, true)]));
        Assert.Equal(1, Auc([(float.Epsilon, false), (2 * float.Epsilon, true)]));
        Assert.Equal(1, Auc([(1f - 6e-8f, false), (1f, true)]));
    }

    [Fact]
    public void Is_undefined_with_one_class_or_no_row()
    {
        Assert.Null(Auc([]));
        Assert.Null(Auc([(0.5f, true)]));
        Assert.Null(Auc([(0.5f, false)]));
        Assert.Null(Auc([(0.5f, true), (0.1f, true)]));
        Assert.Null(Auc([(0.5f, false), (0.1f, false)]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1e-30f)]
    public void Scores_that_are_not_probabilities_are_refused(float score) =>
        Assert.Equal(EsmmErrorKind.Numeric, Assert.Throws<EsmmException>(() => new AucAccumulator().Add(score, true)).Kind);

    [Fact]
    public void Can_be_asked_while_it_grows_and_after_it_was_cleared()
    {
        var random = new Random(3);
        var auc = new AucAccumulator();
        var data = new List<(float Score, bool Label)>();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 400; i++)
            {
                data.Add((random.Next(90) / 100f, random.Next(2) == 0));
                auc.Add(data[^1].Score, data[^1].Label);
                if (i % 100 == 7)
                {
                    Assert.Equal(ByPairs([.. data]), auc.Compute());
                }
            }

            Assert.Equal((data.Count, data.Count(d => d.Label)), (auc.Rows, auc.Positives));
            auc.Clear();
            data.Clear();
            Assert.Equal((0, 0), (auc.Rows, auc.Positives));
            Assert.Null(auc.Compute());
        }
    }

    [Fact]
    public void Is_exact_across_runs_at_tiny_rates_and_takes_four_bytes_a_score()
    {
        // 3.3 million scores from 1e-7 on, of which every millionth is a positive; ranks are known, so the answer is too.
        const int Rows = 3_300_000;
        var auc = new AucAccumulator();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long wins = 0;
        for (int i = 0; i < Rows; i++)
        {
            // Visits every rank once, out of order; each rank is a float of its own.
            int rank = (int)((i * 1_234_577L) % Rows);
            bool label = rank % 1_000_000 == 500_000;
            wins += label ? rank - (rank / 1_000_000) : 0;
            auc.Add(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(1e-7f) + rank), label);
        }

        Assert.Equal(3, auc.Positives);
        Assert.Equal(wins / (3.0 * (Rows - 3)), auc.Compute());

        // Four bytes a score, the room left in the last run, and the first run's growth: all that was ever allocated.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 4L * Rows, 4L * (Rows + (2 << 20)));
    }

    private static double? Auc((float Score, bool Label)[] data)
    {
        var auc = new AucAccumulator();
        foreach ((float score, bool label) in data)
        {
            auc.Add(score, label);
        }

        return auc.Compute();
    }

    private static double? ByPairs((float Score, bool Label)[] data)
    {
        long twice = 0;
        long pairs = 0;
        foreach ((float positive, _) in data.Where(d => d.Label))
        {
            foreach ((float negative, _) in data.Where(d => !d.Label))
            {
                pairs++;
                twice += positive > negative ? 2 : positive == negative ? 1 : 0;
            }
        }

        return pairs == 0 ? null : twice / (2.0 * pairs);
    }
}
