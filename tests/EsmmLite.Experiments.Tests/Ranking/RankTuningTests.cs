using EsmmLite.Experiments.Ranking;
using EsmmLite.Kernels;
using EsmmLite.Scoring;

namespace EsmmLite.Experiments.Tests.Ranking;

public sealed class RankTuningTests
{
    private static readonly RankExpression Score = RankExpression.Parse("pctr ^ a * pcvr ^ b");

    private static readonly VariedNumber[] Varied = [new("a", 0, 2), new("b", 0, 2)];

    [Fact]
    public void It_finds_what_the_labels_were_made_of_and_the_other_half_confirms_it()
    {
        // Clicks follow pCTR and nothing else; conversions follow pCVR^2 of the clicked rows, so of a joint score more than the product says.
        TuningRows searched = Made(1, 1500), heldOut = Made(2, 1500);
        var tuning = new RankTuning(Score, Varied, 5);
        IReadOnlyList<TuningTrial> clicks = tuning.Search(searched, 0, 120, 7, 2);
        Assert.Equal([1, 1], clicks[0].Values);
        TuningTrial best = RankTuning.Best(clicks, 0);
        Assert.True(best.Values[0] > 4 * best.Values[1], string.Join(' ', best.Values));
        TuningRows both = heldOut;
        (double mean, var interval) = RankTuning.Gain(both.Measure(tuning.At(tuning.Baseline), 5)[0], both.Measure(tuning.At(best.Values), 5)[0])!.Value;
        Assert.True(mean > 0.01 && interval.Low > 0 && interval.Contains(mean), $"{mean} {interval}");

        // One result for any number of threads; the front holds the best of each objective and nothing that another one beats.
        Assert.Equal(clicks.Select(t => string.Join(' ', t.Values)), tuning.Search(searched, 0, 120, 7, 1).Select(t => string.Join(' ', t.Values)));
        IReadOnlyList<TuningTrial> front = RankTuning.Front(clicks);
        Assert.Equal(best.Objectives[0], front[^1].Objectives[0]);
        Assert.Equal(RankTuning.Best(clicks, 1).Objectives[1], front[0].Objectives[1]);
        Assert.All(front.Zip(front.Skip(1)), pair => Assert.True(pair.First.Objectives[0] < pair.Second.Objectives[0] && pair.First.Objectives[1] > pair.Second.Objectives[1]));
        Assert.All(clicks, t => Assert.Contains(front, f => f.Objectives[0] >= t.Objectives[0] && f.Objectives[1] >= t.Objectives[1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_score_that_has_no_result_anywhere_but_at_the_start_is_told_however_many_threads_meet_it(int threads)
    {
        // 1 is a whole power, so the start is fine; no other power of a negative number is.
        var tuning = new RankTuning(RankExpression.Parse("(pctr - 0.5) ^ a"), [new("a", 0.001, 1.999)], 5);
        IReadOnlyList<TuningTrial> trials = tuning.Search(Made(1, 50), 0, 60, 7, threads);
        Assert.All(trials, t => Assert.Equal(t.Values[0] != 1, t.Fault is not null));
        Assert.Contains("power", trials.First(t => t.Fault is not null).Fault!.Message, StringComparison.Ordinal);
        Assert.Same(trials[0], RankTuning.Best(trials, 0));
    }

    [Fact]
    public void Of_equal_trials_the_best_is_one_of_the_front()
    {
        TuningTrial start = new([1], [0.6, 0.5]), beaten = new([2], [0.7, 0.8]), best = new([3], [0.75, 0.8]), other = new([4], [0.9, 0.4]), none = new([5], [double.NaN, double.NaN]) { Fault = new EsmmException(EsmmErrorKind.Data, "no score") };
        TuningTrial[] trials = [none, start, beaten, best, other];
        Assert.Equal(best, RankTuning.Best(trials, 1));
        Assert.Equal(other, RankTuning.Best(trials, 0));
        Assert.Equal([best, other], RankTuning.Front(trials));
    }

    [Fact]
    public void Points_that_are_no_score_lose_and_the_start_has_to_be_one()
    {
        TuningRows rows = Made(3, 200);
        RankExpression capped = RankExpression.Parse("clamp(pctr, low, high)");
        RankTuning tuning = new(capped, [new("low", 0, 1), new("high", 0, 1)], 5);
        IReadOnlyList<TuningTrial> trials = tuning.Search(rows, 0, 60, 1, 2);
        Assert.All(trials, t => Assert.Equal(t.Values[0] > t.Values[1], t.Fault is not null));
        Assert.InRange(trials.Count(t => t.Fault is not null), 5, 40);
        Assert.Null(RankTuning.Best(trials, 0).Fault);
        Assert.True(RankTuning.Best(trials, 0).Objectives[0] > trials[0].Objectives[0]);

        EsmmException fault = Assert.Throws<EsmmException>(() => new RankTuning(capped, [new("low", 0.5, 1), new("high", 0, 0.4)], 5).Search(rows, 0, 10, 1, 1));
        Assert.Equal(("clamp has the bounds 1 and 0.4", "rank score, character 1 with low = 1, high = 0.4"), (fault.What, fault.Where));
    }

    [Fact]
    public void Ndcg_of_two_rows_by_hand()
    {
        Prediction low = new(0.1f, 0.5f, 0.05f), high = new(0.2f, 0.1f, 0.02f);
        TuningRows rows = new([low, high, low, low], [], [[1, 0, 0, 0], [0, 0, 0, 1]], [0, 2, 4]);
        double second = 1 / Math.Log2(3);
        double?[][] found = rows.Measure(RankExpression.Parse("pctr"), 2);
        Assert.Equal(second, found[0][0]!.Value, 1e-12);
        Assert.Null(found[0][1]);
        Assert.Equal((1 + second) / 2, found[1][1]!.Value, 1e-12); // a tie: either order
        Assert.Equal(1, rows.Measure(RankExpression.Parse("pcvr * 1e-300"), 2)[0][0]!.Value, 1e-12); // scores below the least float have an order, too
    }

    private static TuningRows Made(ulong seed, int groups)
    {
        const int Size = 8;
        SplitMix random = new(seed);
        Prediction[] predictions = new Prediction[groups * Size];
        double[][] gains = [new double[predictions.Length], new double[predictions.Length]];
        for (int i = 0; i < predictions.Length; i++)
        {
            float p = random.NextSingle(), q = random.NextSingle();
            predictions[i] = new Prediction(p, q, p * q);
            gains[0][i] = random.NextSingle() < p ? 1 : 0;
            gains[1][i] = gains[0][i] == 1 && random.NextSingle() < q * q ? 1 : 0;
        }

        return new TuningRows(predictions, [], gains, [.. Enumerable.Range(0, groups + 1).Select(g => g * Size)]);
    }
}
