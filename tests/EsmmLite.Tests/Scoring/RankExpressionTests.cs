using EsmmLite.Kernels;
using EsmmLite.Scoring;

namespace EsmmLite.Tests.Scoring;

public class RankExpressionTests
{
    private static readonly Prediction P = new(0.25f, 0.5f, 0.125f);

    [Fact]
    public void Random_expressions_are_what_another_interpreter_says()
    {
        SplitMix random = new(11);
        int compared = 0, tight = 0, refused = 0;
        for (int round = 0; round < 4000; round++)
        {
            RandomExpression tree = RandomExpression.Draw(ref random, 1 + (int)random.NextBelow(5));
            RankExpression expression = RankExpression.Parse(tree.Text);
            for (int i = 0; i < 5; i++)
            {
                float p = random.NextSingle(), q = random.NextSingle();
                Prediction prediction = new(p, q, p * q);
                double[] all = [10 * random.NextSingle(), random.NextBelow(4) == 0 ? 0 : 100 * random.NextSingle(), random.NextSingle() - 0.5];
                double[] columns = [.. expression.Columns.Select(name => all[Array.IndexOf(RandomExpression.Columns, name)])];
                (double expected, double error) = tree.Compute(prediction, all);
                if (!double.IsFinite(error))
                {
                    // Somewhere a number may have been divided by 0, or so nearly that nothing is known of the result.
                    refused++;
                    continue;
                }

                double found = expression.Evaluate(prediction, columns);
                Assert.True(Math.Abs(found - expected) <= error, $"{tree.Text}: {found:R}, expected {expected:R} within {error:R}");
                compared++;
                tight += error <= 1e-9 * Math.Max(1e-6, Math.Abs(expected)) ? 1 : 0;
            }
        }

        Assert.True(compared > 15_000 && tight > compared * 9 / 10, $"{compared} compared, {tight} of them tightly, {refused} not");
    }

    [Theory]
    [InlineData("1 - 2 - 3", -4)]
    [InlineData("2 ^ 3 ^ 2", 512)]
    [InlineData("-2 ^ 2", -4)]
    [InlineData("2 ^ -1", 0.5)]
    [InlineData("(-2) ^ 3", -8)]
    [InlineData("(0 - 2) ^ -3", -0.125)]
    [InlineData("0 ^ 0", 1)]
    [InlineData("0 ^ 0.5", 0)]
    [InlineData("8 / 4 / 2", 1)]
    [InlineData("2 + 3 * 4", 14)]
    [InlineData("min(3, 1, 2) + max(3, 5, 4)", 6)]
    [InlineData("clamp(7, 1, 5) + clamp(0, 1, 5) + clamp(2, 1, 5)", 8)]
    [InlineData("range(pcvr, 1, 3)", 2)]
    [InlineData("range(7, 1, 3)", 3)]
    [InlineData("range(-7, 1, 3)", 1)]
    [InlineData("range(pcvr, 1, 3, 0.5)", 2)]
    [InlineData("range(-7, 1, 3, 0.5)", 1)]
    [InlineData("pctr * pcvr / pctcvr", 1)]
    [InlineData(" [my bid]*1e1 - .5 ", 29.5)]
    [InlineData("log(exp(0)) + exp(log(1))", 1)]
    [InlineData("--3", 3)]
    [InlineData("[my bid] + 2 * [my bid]", 9)]
    public void Precedence_and_functions(string text, double expected) => Assert.Equal(expected, RankExpression.Parse(text).Evaluate(P, text.Contains("my bid", StringComparison.Ordinal) ? [3] : []));

    [Theory]
    [InlineData("", 1, "it ends", "a number, a name, a function or a (")]
    [InlineData("pctr *", 7, "it ends", "a number, a name, a function or a (")]
    [InlineData("pctr pcvr", 6, "there is \"p\"", "an operator (+ - * / ^) or the end")]
    [InlineData("(pctr", 6, "it ends", "an operator or a )")]
    [InlineData("pctr)", 5, "there is \")\"", "an operator (+ - * / ^) or the end")]
    [InlineData("pctr * %", 8, "there is \"%\"", "a number, a name, a function or a (")]
    [InlineData("2 * 1.2.3", 5, "\"1.2.3\" is no finite number", "a number such as 0.5 or 1e-3")]
    [InlineData("1e999", 1, "\"1e999\" is no finite number", "a number such as 0.5 or 1e-3")]
    [InlineData("pctr * mim(1, 2)", 8, "there is no function \"mim\"", "min, max, clamp, range, log, exp")]
    [InlineData("clamp(pctr, 1)", 1, "clamp has 2 arguments", "clamp(x, low, high)")]
    [InlineData("clamp(pctr, 5, 1)", 1, "clamp has the bounds 5 and 1", "the lower one first")]
    [InlineData("range(pctr, 5, 1, 0.1)", 1, "range has the bounds 5 and 1", "the lower one first")]
    [InlineData("range(pctr, 1, 5, 0)", 1, "range has the middle 0", "more than 0")]
    [InlineData("2 * pCTR", 5, "there is \"pCTR\"", "pctr, or [pCTR] for a column of that name")]
    [InlineData("min(1", 6, "it ends", "an operator, a comma or a )")]
    [InlineData("[bid", 5, "it ends", "a ] after the name of a column")]
    public void A_text_that_is_no_expression_is_refused_with_its_place(string text, int character, string what, string expected)
    {
        EsmmException fault = Assert.Throws<EsmmException>(() => RankExpression.Parse(text));
        Assert.Equal((EsmmErrorKind.Usage, "rank score, character " + character, what, expected), (fault.Kind, fault.Where, fault.What, fault.Expected));
    }

    [Fact]
    public void Nesting_and_length_have_limits()
    {
        Assert.Equal(1, RankExpression.Parse(new string('(', 30) + "1" + new string(')', 30)).Evaluate(P, []));
        foreach (string text in (string[])[new string('(', 5000), new string('(', 2000) + "1", new string('-', 4000) + "1", string.Join('^', Enumerable.Repeat("1", 1000))])
        {
            Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => RankExpression.Parse(text)).Kind);
        }

        Assert.Equal(1000, RankExpression.Parse(string.Join('+', Enumerable.Repeat("1", 1000))).Evaluate(P, []));
    }

    [Theory]
    [InlineData("pctr / bid", "divide of 0.25 and 0 is Infinity")]
    [InlineData("min(1, pctr / bid)", "divide of 0.25 and 0 is Infinity")]
    [InlineData("1 / (1 / bid)", "divide of 1 and 0 is Infinity")]
    [InlineData("log(bid)", "log of 0 is -Infinity")]
    [InlineData("(bid - 2) ^ 0.5", "power of -2 and 0.5 is NaN")]
    [InlineData("bid ^ -1", "power of 0 and -1 is Infinity")]
    [InlineData("exp(1000 + bid)", "exp of 1000 is Infinity")]
    [InlineData("clamp(pctr, 1, bid)", "clamp has the bounds 1 and 0")]
    [InlineData("range(pctr, 1, 2, bid)", "range has the middle 0")]
    public void What_is_not_finite_is_refused_even_where_a_later_step_would_hide_it(string text, string what)
    {
        EsmmException fault = Assert.Throws<EsmmException>(() => { Ranking.Top([P, P], RankExpression.Parse(text).By([0, 0]), new Ranked[1]); });
        Assert.Equal((EsmmErrorKind.Data, what), (fault.Kind, fault.What));
        Assert.StartsWith("candidate 0, rank score, character ", fault.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranges_never_fall_and_never_leave_their_bounds()
    {
        SplitMix random = new(5);
        for (int round = 0; round < 300; round++)
        {
            double low = 4 * random.NextSingle(), high = low + (random.NextBelow(4) * random.NextSingle()), middle = random.NextSingle() + 1e-6;
            double[] at = [.. Enumerable.Range(0, 200).Select(i => i < 100 ? 1.5 * i / 100 : 0.3)];
            for (int i = 100; i < 200; i++)
            {
                at[i] = Math.BitIncrement(at[i - 1] < 0.3 ? 0.3 : at[i - 1]); // neighbours
            }

            Array.Sort(at);
            double plain = double.NegativeInfinity, bent = double.NegativeInfinity;
            foreach (double x in at)
            {
                double g = RankArithmetic.Range(x, low, high), h = RankArithmetic.Range(x, low, high, middle);
                Assert.True(g >= plain && h >= bent && g >= low && g <= high && h >= low && h <= high);
                (plain, bent) = (g, h);
            }
        }
    }

    [Fact]
    public void A_program_ranks_as_the_ready_scores_do_and_allocates_nothing()
    {
        SplitMix random = new(3);
        Prediction[] predictions = new Prediction[300];
        double[] bids = new double[300];
        for (int i = 0; i < 300; i++)
        {
            float p = random.NextSingle(), q = random.NextSingle();
            (predictions[i], bids[i]) = (new Prediction(p, q, p * q), 10 * random.NextSingle());
        }

        Ranked[] expected = new Ranked[20], found = new Ranked[20];
        RankExpression expression = RankExpression.Parse("bid * pctcvr");
        Ranking.Top(predictions, new ByExpectedValue(bids), expected);
        Ranking.Top(predictions, expression.By(bids), found);
        Assert.Equal(expected, found);
        RankExpression tuned = RankExpression.Parse("pctr ^ a * pcvr ^ b * bid").With("a", 0.5).With("b", 1);
        Assert.Equal(["bid"], tuned.Columns);
        Ranking.Top(predictions, new ByPowers(0.5, 1, bids), expected);
        Ranking.Top(predictions, tuned.By(bids), found);
        Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Second.Score / pair.First.Score, 1 - 1e-14, 1 + 1e-14));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            Ranking.Top(predictions, tuned.By(bids), found);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Names_and_values_that_do_not_fit_are_refused()
    {
        RankExpression expression = RankExpression.Parse("pctr ^ alpha * bid");
        EsmmException fault = Assert.Throws<EsmmException>(() => expression.With("alfa", 1));
        Assert.Equal((EsmmErrorKind.Usage, "Did you mean 'alpha'?"), (fault.Kind, fault.Hint));
        Assert.Contains("NaN", Assert.Throws<EsmmException>(() => expression.With("alpha", double.NaN)).Message, StringComparison.Ordinal);
        Assert.Contains("2 for each candidate", Assert.Throws<EsmmException>(() => { Ranking.Top([P, P], expression.By([1, 2, 3]), new Ranked[1]); }).Message, StringComparison.Ordinal);
        Assert.Contains("one made by", Assert.Throws<EsmmException>(() => { Ranking.Top([P], default(ByExpression), new Ranked[1]); }).Message, StringComparison.Ordinal);
        Assert.Contains("the column \"bid\" is NaN", Assert.Throws<EsmmException>(() => expression.Evaluate(P, [1, double.NaN])).Message, StringComparison.Ordinal);
    }
}
