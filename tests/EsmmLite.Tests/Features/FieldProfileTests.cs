using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Features;

public class FieldProfileTests
{
    private static readonly Schema Schema = new()
    {
        Fields =
        [
            new HashedField { Name = "id", Buckets = 100, Dim = 4 },
            new NumericField { Name = "n" },
            new VocabularyField { Name = "code", Dim = 4, Integer = true },
            new HashedField { Name = "tags", Buckets = 10, Dim = 4, List = new ListOptions { WeightSeparator = ":" } },
        ],
        Labels = [new() { Name = "click" }, new() { Name = "conversion" }],
        MissingValues = ["", "NULL"],
    };

    [Fact]
    public void FewValuesAreCountedExactly()
    {
        FieldProfile then = Profile(0, "a", "b", "b", "", "NULL", "c");
        Assert.Equal((6, 2, 3L, true), (then.Count, then.Missing, then.Distinct, then.IsDistinctExact));
        Assert.Equal(4 / 4.0, then.ExpectedUnseen()); // a, b and c stood in one run each
        Assert.True(then.Knows("b"u8));
        Assert.False(then.Knows("d"u8));
        Assert.Equal(0.75, then.UnseenShare(Profile(0, "a", "d", "e", "f", "")));
        Assert.Null(then.UnseenShare(Profile(0, "", "NULL")));
    }

    [Fact]
    public void IntegersAreOneValueHoweverTheyAreWritten()
    {
        FieldProfile then = Profile(2, "7", "7.0", "8");
        Assert.Equal(2, then.Distinct);
        Assert.Equal(0, then.UnseenShare(Profile(2, "7.0", "8")));
        Assert.Equal("field \"code\"", Assert.Throws<EsmmException>(() => Profile(2, "u7")).Where);
    }

    [Fact]
    public void OfManyValuesAFairSampleIsKept()
    {
        string[] known = [.. Enumerable.Range(0, 200_000).Select(Id)];
        FieldProfile then = Profile(0, known);
        Assert.False(then.IsDistinctExact);
        Assert.InRange(then.Distinct!.Value, 200_000 * 0.85, 200_000 * 1.15);
        Assert.InRange(then.ToState().Length, 1, 9 + (3 * 1024) + 15 + (4 * 8));

        // A third of the new values is unknown; the new sample keeps more hashes than the old one.
        string[] now = [.. Enumerable.Range(0, 9_000).Select(i => i % 3 == 0 ? "new" + Id(i) : Id(i * 7))];
        Assert.InRange(then.UnseenShare(Profile(0, now))!.Value, 0.33 - 0.2, 0.33 + 0.2);
        Assert.Equal(1, then.UnseenShare(Profile(0, [.. known.Take(30_000).Select(id => "u" + id)])));
        Assert.Equal(0, then.UnseenShare(Profile(0, known[..30_000])));
    }

    [Fact]
    public void TheOrderOfValuesMattersToRunsOnly()
    {
        string[] values = [.. Enumerable.Range(0, 30_000).Select(i => Id(i * 31 % 9_973))];
        foreach ((int field, IEnumerable<string> texts) in new (int, IEnumerable<string>)[] { (0, values), (1, values.Select(id => id[1..])) })
        {
            FieldProfile forwards = Profile(field, [.. texts]), backwards = Profile(field, [.. texts.Reverse()]);
            Assert.Equal((forwards.Count, forwards.Missing, forwards.Level, forwards.Low, forwards.High), (backwards.Count, backwards.Missing, backwards.Level, backwards.Low, backwards.High));
            Assert.Equal(forwards.Cells, backwards.Cells);
            Assert.Equal(forwards.Runs, backwards.Runs); // backwards runs are the same
            Assert.Equal(forwards.Shapes, backwards.Shapes);
        }
    }

    [Fact]
    public void NumbersOutsideTheRangeAreUnseen()
    {
        FieldProfile then = Profile(1, "-3", "0.5", "200", "", "-0.0", "0");
        Assert.Equal((-3, 200, 1 / 6.0), (then.Low, then.High, then.MissingShare));
        Assert.Equal(0.5, then.UnseenShare(Profile(1, "-400", "1", "199", "1000", "NULL")));
        Assert.Null(then.Distinct);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheSameValuesDriftNotAndOthersDo(int field)
    {
        var random = new SplitMix(3);
        FieldProfile then = Profile(field, Draw(ref random, 20_000, 1));
        Assert.InRange(then.Drift(Profile(field, Draw(ref random, 20_000, 1)))!.Value, 0, 0.01);
        Assert.InRange(then.Drift(Profile(field, Draw(ref random, 300, 1)))!.Value, 0, 0.1);
        Assert.InRange(then.Drift(Profile(field, Draw(ref random, 5_000, 3)))!.Value, 0.25, 20);
        Assert.Null(then.Drift(Profile(field, "")));
    }

    [Fact]
    public void DriftIsTheStabilityIndex()
    {
        // By hand: shares 1/2, 1/4, 1/4 and 1/4, 1/4, 1/2 of many rows: (1/4 ln 1/2) (-1) + 0 + 1/4 ln 2 = ln 2 / 2.
        FieldProfile then = Profile(0, Repeat(("a", 5000), ("b", 2500), ("c", 2500))), now = Profile(0, Repeat(("a", 2500), ("b", 2500), ("c", 5000)));
        Assert.Equal(Math.Log(2) / 2, then.Drift(now)!.Value, 0.002);
        Assert.Equal(Math.Log(2) / 2, Profile(1, Repeat(("1", 5000), ("2", 2500), ("3", 2500))).Drift(Profile(1, Repeat(("1", 2500), ("2", 2500), ("3", 5000))))!.Value, 0.002);
    }

    [Fact]
    public void RunsOfEqualValuesAreOneObservation()
    {
        // 40 requests of 25 rows then, 3 now: as rows they seem to have moved, as requests nothing can be told.
        string[] then = [.. Enumerable.Range(0, 1_000).Select(row => (row / 25).ToString(CultureInfo.InvariantCulture))], now = [.. Enumerable.Range(0, 75).Select(row => (10 * (row / 25)).ToString(CultureInfo.InvariantCulture))];
        FieldProfile training = Profile(1, then);
        Assert.InRange(training.Drift(Profile(1, now))!.Value, 1, 20);
        Assert.Equal(0, training.Drift(Profile(1, now), 25));

        // Of 40 values each stood in one request: the next one is surely new, though none stood in one row. In another order of rows that can't be known.
        Assert.Equal(1, Profile(0, then).ExpectedUnseen());
        Assert.Equal(0, Profile(0, [.. Enumerable.Range(0, 1_000).Select(row => (row % 40).ToString(CultureInfo.InvariantCulture))]).ExpectedUnseen());

        // Of numbers each of 40 observations is as likely as the next one to be the least or the greatest of all.
        Assert.Equal(2 / 41.0, training.ExpectedUnseen(25), 1e-12);

        // Ten times the rows in runs of ten are the same.
        Assert.Equal(
            Profile(0, Repeat(("a", 400), ("b", 200))).Drift(Profile(0, Repeat(("a", 100), ("b", 500))))!.Value,
            Profile(0, Repeat(("a", 4000), ("b", 2000))).Drift(Profile(0, Repeat(("a", 1000), ("b", 5000))), 10)!.Value, 1e-12);
    }

    [Fact]
    public void AConstantIsFoundWhateverItIs()
    {
        // 200,000 values, of which one has a third of the rows: the sample by hash holds hardly one in two hundred, and not that one.
        string[] values = [.. Enumerable.Range(0, 200_000).SelectMany(i => i % 2 == 0 ? (string[])["0", Id(i)] : [Id(i)])];
        FieldProfile then = Profile(0, values);
        Assert.Null(then.Knows("0"u8));
        Assert.Equal(2 / 3.0, then.Concentration(Profile(0, Repeat(("0", 500))))!.Value, 0.13); // counted within an eighth
        Assert.InRange(then.Concentration(Profile(0, Repeat(("none", 500))))!.Value, 0.87, 1);
        Assert.InRange(then.Concentration(Profile(0, values[100_000..]))!.Value, -0.13, 0.13);
        Assert.Equal(then.ToState(), FieldProfile.FromState(then.ToState(), true, "here")!.ToState());

        // Of few values all counts are exact.
        Assert.Equal(0.75, Profile(0, "a", "b", "b", "c").Concentration(Profile(0, "a", "a"))!.Value);
        Assert.Equal(0.75, Profile(1, "1", "7", "8", "900").Concentration(Profile(1, "7", "7"))!.Value);
        Assert.Null(Profile(1, "1", "2").Concentration(Profile(1, "1", "2")));
    }

    [Fact]
    public void AFileWithoutRunsIsRead()
    {
        // Version 1: a head, pairs of hash and count, forms.
        long[] now = Profile(0, "a", "b", "b").ToState(), before = [1, .. now[1..13], .. now[15..]];
        Assert.Equal(1 / 3.0, FieldProfile.FromState(before, true, "here")!.ExpectedUnseen(), 1e-12); // each row counts as a run
    }

    [Fact]
    public void TheFormTellsHowValuesAreWritten()
    {
        Assert.Equal(["a_9", "9.9", "A-9", "*"], Profile(0, Repeat(("user_101", 5), ("101.0", 4), ("ID-7", 3), ("é", 2))).Shapes.Select(shape => shape.Text));
        Assert.Equal("a9a9a9a9a9a9a9a9a9a9a9a9", Profile(0, string.Concat(Enumerable.Repeat("x1", 40))).Shapes[0].Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheStateRestoresIt(int field)
    {
        FieldProfile then = Profile(field, [.. Enumerable.Range(0, 5_000).Select(i => (i * 37 % 4_001).ToString(CultureInfo.InvariantCulture)), ""]);
        FieldProfile copy = FieldProfile.FromState(then.ToState(), field == 0, "here")!;
        Assert.Equal(then.ToState(), copy.ToState());
        Assert.Equal((then.Count, then.Missing, then.Low, then.Distinct), (copy.Count, copy.Missing, copy.Low, copy.Distinct));
        Assert.Equal(then.Shapes, copy.Shapes);
        Assert.Null(FieldProfile.FromState([99, 1, 2, 3], isCategory: true, "here"));
    }

    [Fact]
    public void NonsenseIsRefused()
    {
        foreach (int field in (int[])[0, 1])
        {
            long[] good = Profile(field, Repeat(("3", 9), ("1004", 5), ("", 2))).ToState();
            Assert.NotNull(FieldProfile.FromState(good, field == 0, "here"));
            for (int i = 0; i < good.Length; i++)
            {
                foreach (long value in (long[])[-1, long.MinValue, long.MaxValue, 1L << 40])
                {
                    long[] bad = [.. good];
                    bad[i] = value;
                    if (Record.Exception(() => FieldProfile.FromState(bad, field == 0, "here")) is { } fault)
                    {
                        Assert.Equal(EsmmErrorKind.ModelFile, Assert.IsType<EsmmException>(fault).Kind);
                    }
                }
            }

            Assert.Throws<EsmmException>(() => FieldProfile.FromState(good.AsSpan(0, good.Length - 1), field == 0, "here"));
            Assert.Throws<EsmmException>(() => FieldProfile.FromState(good, field != 0, "here"));
            Assert.Throws<EsmmException>(() => FieldProfile.FromState([], field == 0, "here"));
        }
    }

    [Fact]
    public void OfAListEachValueCounts()
    {
        FieldProfile then = Profile(3, "a:0.5|b:1", "b:2|NULL", "");
        Assert.Equal((5, 2, 2L), (then.Count, then.Missing, then.Distinct));
        Assert.Equal(0.5, then.UnseenShare(Profile(3, "a:3|c:1")));
    }

    [Fact]
    public void LearningLeavesItWithTheEncoders()
    {
        var learner = new FeatureLearner(Schema);
        foreach (string text in (string[])["5", "6", ""])
        {
            for (int field = 0; field < 4; field++)
            {
                learner.Observe(field, field == 3 && text.Length > 0 ? text + ":1" : text);
            }
        }

        FeatureSpace space = learner.Build();
        Assert.All(space.Encoders, encoder => Assert.Equal((3, 1), (encoder.Profile!.Count, encoder.Profile.Missing)));
        Assert.Equal(Profile(0, "5", "6", "").ToState(), space.Encoders[0].Profile!.ToState());
    }

    private static string Id(int i) => "i" + (i * 2_654_435_761L % 1_000_003).ToString(CultureInfo.InvariantCulture);

    private static string[] Repeat(params (string Text, int Times)[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value.Text, value.Times))];

    /// <summary>Numbers whose square root is even: the larger the power, the more of them are small.</summary>
    private static string[] Draw(ref SplitMix random, int count, int power)
    {
        string[] values = new string[count];
        for (int i = 0; i < count; i++)
        {
            double share = (random.NextUInt64() >> 11) / (double)(1L << 53);
            values[i] = ((int)(Math.Pow(share, power) * 40) + 1).ToString(CultureInfo.InvariantCulture);
        }

        return values;
    }

    private static FieldProfile Profile(int field, params string[] values)
    {
        FieldTally tally = FieldTally.Of(Schema, field);
        foreach (string value in values)
        {
            tally.Observe(value);
        }

        return tally.ToProfile();
    }
}
