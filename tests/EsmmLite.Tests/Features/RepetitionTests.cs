using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Features;

public class RepetitionTests
{
    [Fact]
    public void RunsByChanceAreWhatEveryOrderGivesInTheMean()
    {
        // All orders of aaabbc: the mean of the squares of run lengths is what one row an observation gives, so a = 3, 2, 1 of n = 6 solve to 1.
        int[][] orders = [.. Orders([3, 2, 1])];
        Assert.Equal(60, orders.Length);
        double[] squares = [.. Enumerable.Range(0, 3).Select(value => orders.Average(order => Squares(order, value)))];
        for (int value = 0; value < 3; value++)
        {
            int a = 3 - value, n = 6;
            Assert.Equal(a * (n + a) / (double)(n - a + 2), squares[value], 1e-12);
        }

        Assert.Equal(1, RunLengths.Repetition([(3, squares[0]), (2, squares[1]), (1, squares[2])], 6), 1e-9);

        // Each row seven times: seven rows make one observation, in the mean over all orders exactly.
        Assert.Equal(7, RunLengths.Repetition([(21, 49 * squares[0]), (14, 49 * squares[1]), (7, 49 * squares[2])], 42), 1e-9);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 50)]
    [InlineData(25, 2)]
    [InlineData(25, 50)]
    public void RowsOfARequestAreOneObservation(int rowsOfRequest, int values)
    {
        FieldTally tally = Against(values, out SplitMix random);
        for (int request = 0; request < 400; request++)
        {
            uint value = random.NextBelow((uint)values);
            for (int row = 0; row < rowsOfRequest; row++)
            {
                tally.Observe("v" + value);
            }
        }

        Assert.InRange(tally.ToProfile().RowsAlike, rowsOfRequest == 1 ? 1 : rowsOfRequest * 0.8, rowsOfRequest == 1 ? 1.6 : rowsOfRequest * 1.7);
    }

    [Fact]
    public void AConstantCountsEveryRowAndASlowChangeFew()
    {
        FieldTally constant = Against(50, out SplitMix random), slow = Against(50, out _), missing = Against(50, out _);
        bool isMissing = false;
        for (int row = 0; row < 10_000; row++)
        {
            constant.Observe("v7");
            slow.Observe("v" + (row / 200));
            isMissing = row % 25 == 0 ? random.NextBelow(2) == 0 : isMissing;
            missing.Observe(isMissing ? "" : "v1");
        }

        Assert.Equal((1, 1), (constant.ToProfile().RowsAlike, constant.ToProfile().MissingRowsAlike));
        Assert.InRange(10_000 / slow.ToProfile().RowsAlike, 1, 52);
        Assert.InRange(missing.ToProfile().MissingRowsAlike, 18, 40);
    }

    [Fact]
    public void NumbersThatAreAlikeWithoutBeingEqualAreSeenInStretches()
    {
        // Prices of one request lie near each other: no two are equal, and yet 400 requests are not 10,000 observations.
        var schema = new Schema { Fields = [new NumericField { Name = "price" }], Labels = [new() { Name = "click" }, new() { Name = "conversion" }] };
        var learner = new FeatureLearner(schema);
        var random = new SplitMix(5);
        for (int row = 0; row < 10_000; row++)
        {
            learner.Observe(0, Price(ref random, random.NextBelow(1000)));
        }

        FieldTally near = FieldTally.Against(learner.Build(), 0);
        for (int request = 0; request < 400; request++)
        {
            uint level = random.NextBelow(1000);
            for (int row = 0; row < 25; row++)
            {
                near.Observe(Price(ref random, level));
            }
        }

        Assert.InRange(near.ToProfile().RowsAlike, 8, 40);
    }

    [Fact]
    public void ARowThatRepeatsAListIsNoNewRunOfItsValues()
    {
        var schema = new Schema { Fields = [new HashedField { Name = "tags", Buckets = 10, Dim = 2, List = new ListOptions() }], Labels = [new() { Name = "click" }, new() { Name = "conversion" }] };
        FieldTally tally = FieldTally.Of(schema, 0);
        foreach (string list in (string[])["a|b", "a|b", "a", "c", "a|a"])
        {
            tally.Observe(list);
        }

        Assert.Equal([1, 1, 2], tally.ToProfile().Runs.Order());
    }

    private static string Price(ref SplitMix random, uint level) => (level + random.NextDouble()).ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static FieldTally Against(int values, out SplitMix random)
    {
        var schema = new Schema { Fields = [new HashedField { Name = "id", Buckets = 100, Dim = 4 }], Labels = [new() { Name = "click" }, new() { Name = "conversion" }] };
        var learner = new FeatureLearner(schema);
        random = new SplitMix(3);
        for (int row = 0; row < 5_000; row++)
        {
            learner.Observe(0, "v" + random.NextBelow((uint)values));
        }

        return FieldTally.Against(learner.Build(), 0);
    }

    private static IEnumerable<int[]> Orders(int[] left)
    {
        if (left.Sum() == 0)
        {
            yield return [];
        }

        for (int value = 0; value < left.Length; value++)
        {
            if (left[value] > 0)
            {
                int[] rest = [.. left];
                rest[value]--;
                foreach (int[] order in Orders(rest))
                {
                    yield return [value, .. order];
                }
            }
        }
    }

    private static double Squares(int[] order, int value)
    {
        double sum = 0;
        for (int i = 0, run = 0; i < order.Length; i++)
        {
            run = order[i] == value ? run + 1 : 0;
            sum += run > 0 ? (2 * run) - 1 : 0;
        }

        return sum;
    }
}
