using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Scoring;

public class RankingTests
{
    private readonly struct Own(double[] scores) : IRankScore
    {
        public double Of(in Prediction prediction, int candidate) => scores[candidate];
    }

    [Fact]
    public void The_best_are_those_of_a_stable_sort()
    {
        SplitMix random = new(1);
        for (int round = 0; round < 3000; round++)
        {
            int candidates = (int)random.NextBelow(round % 10 == 0 ? 300u : 20u), wanted = (int)random.NextBelow(25);
            uint levels = 1 + random.NextBelow(1u << (int)random.NextBelow(12)); // few levels make many ties
            double[] scores = new double[candidates];
            for (int i = 0; i < candidates; i++)
            {
                scores[i] = random.NextBelow(levels) - (levels / 2.0);
                scores[i] = scores[i] == 0 && random.NextBelow(2) == 0 ? -0.0 : scores[i];
            }

            Ranked[] expected = [.. Enumerable.Range(0, candidates).OrderByDescending(i => scores[i]).Take(wanted).Select(i => new Ranked(i, scores[i]))];
            Ranked[] top = new Ranked[wanted];
            Assert.Equal(expected.Length, Ranking.Top(new Prediction[candidates], new Own(scores), top));
            Assert.Equal(expected, top[..expected.Length]);
            Assert.All(top[expected.Length..], r => Assert.Equal(default, r));
        }
    }

    [Fact]
    public void Ready_expressions_are_what_they_say()
    {
        SplitMix random = new(2);
        Prediction[] predictions = new Prediction[200];
        double[] values = new double[200];
        for (int i = 0; i < 200; i++)
        {
            float p = random.NextSingle(), q = random.NextSingle();
            (predictions[i], values[i]) = (new Prediction(p, q, p * q), 0.01 + (10 * random.NextSingle()));
        }

        predictions[7] = default;
        Check(default(ByPCtcvr), i => predictions[i].PCtcvr, 0);
        Check(new ByExpectedValue(values), i => values[i] * predictions[i].PCtcvr, 0);
        Check(new ByPowers(1, 0), i => predictions[i].PCtr, 0);
        Check(new ByPowers(0, 1), i => predictions[i].PCvr, 0);
        Check(new ByPowers(1, 0, values), i => predictions[i].PCtr * values[i], 0);
        Check(new ByPowers(0.5, 2, values, -0.7), i => Math.Pow(predictions[i].PCtr, 0.5) * Math.Pow(predictions[i].PCvr, 2) * Math.Pow(values[i], -0.7), 1e-14);

        void Check<T>(T score, Func<int, double> definition, double tolerance)
            where T : struct, IRankScore, allows ref struct
        {
            Ranked[] top = new Ranked[200];
            Assert.Equal(200, Ranking.Top(predictions, score, top));
            Assert.Equal(200, top.Select(r => r.Candidate).Distinct().Count());
            Assert.All(top, r => Assert.InRange(r.Score, definition(r.Candidate) * (1 - tolerance), definition(r.Candidate) * (1 + tolerance)));
            Assert.All(top.Zip(top.Skip(1)), pair => Assert.True(pair.First.Score >= pair.Second.Score));
        }
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void A_score_that_is_not_finite_is_refused_by_candidate(double bad, string text)
    {
        double[] scores = [1, 2, bad, 3];
        foreach (int wanted in (int[])[0, 1, 4])
        {
            EsmmException fault = Assert.Throws<EsmmException>(() => { Ranking.Top(new Prediction[4], new Own(scores), new Ranked[wanted]); });
            Assert.Equal((EsmmErrorKind.Data, "candidate 2", "the score is " + text), (fault.Kind, fault.Where, fault.What));
        }
    }

    [Fact]
    public void Missing_values_and_powers_without_meaning_are_refused()
    {
        EsmmException fault = Assert.Throws<EsmmException>(() => { Ranking.Top(new Prediction[3], new ByExpectedValue([1, 2]), new Ranked[1]); });
        Assert.Equal((EsmmErrorKind.Usage, "candidate 2"), (fault.Kind, fault.Where));
        Assert.Contains("ctrPower is -1", Assert.Throws<EsmmException>(() => { _ = new ByPowers(-1, 1); }).Message, StringComparison.Ordinal);
        Assert.Contains("cvrPower is NaN", Assert.Throws<EsmmException>(() => { _ = new ByPowers(1, double.NaN); }).Message, StringComparison.Ordinal);
        Assert.Contains("valuePower is Infinity", Assert.Throws<EsmmException>(() => { _ = new ByPowers(1, 1, [1], double.PositiveInfinity); }).Message, StringComparison.Ordinal);

        // A price of 0 to a power below 0 is infinite; a negative one has no root.
        Assert.Equal("candidate 0", Assert.Throws<EsmmException>(() => { Ranking.Top([new(0.5f, 0.5f, 0.25f)], new ByPowers(1, 1, [0], -1), new Ranked[1]); }).Where);
        Assert.Equal("candidate 0", Assert.Throws<EsmmException>(() => { Ranking.Top([new(0.5f, 0.5f, 0.25f)], new ByPowers(1, 1, [-2], 0.5), new Ranked[1]); }).Where);
    }

    [Fact]
    public void A_network_that_overflowed_gives_no_prediction_but_an_error_with_task_and_row()
    {
        EsmmModel model = SmallModels.Create("plain");
        foreach (ref float weight in model.Towers.Parameters)
        {
            weight *= 100;
        }

        EsmmScorer scorer = new(model);
        RankingRequest request = scorer.CreateRequest(200);
        for (int i = 0; i < 200; i++)
        {
            request.AddCandidate();
            request.SetCandidate(i, scorer.Field("cn"), i == 150 ? 3.3e38 : 1);
        }

        Prediction[] predictions = new Prediction[200];
        EsmmException fault = Assert.Throws<EsmmException>(() => { scorer.Score(request, predictions); });
        Assert.Equal((EsmmErrorKind.Numeric, "row 150"), (fault.Kind, fault.Where));
        Assert.Matches("the (CTR|CVR) logit is not a number", fault.What);
        Assert.DoesNotContain(predictions, p => float.IsNaN(p.PCtr) || float.IsNaN(p.PCvr));

        // The request is usable again.
        request.SetCandidate(150, scorer.Field("cn"), 1);
        scorer.Score(request, predictions);
        Assert.Equal(predictions[149], predictions[150]);
    }
}
