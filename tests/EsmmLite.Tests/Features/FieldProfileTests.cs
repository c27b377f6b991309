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
        Assert.Equal(2 / 4.0, then.ExpectedUnseen); // a and c occurred once, of four
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
        Assert.InRange(then.ToState().Length, 1, 9 + (2 * 1024) + (4 * 8));

        // A third of the new values is unknown; the new sample keeps more hashes than the old one.
        string[] now = [.. Enumerable.Range(0, 9_000).Select(i => i % 3 == 0 ? "new" + Id(i) : Id(i * 7))];
        Assert.InRange(then.UnseenShare(Profile(0, now))!.Value, 0.33 - 0.2, 0.33 + 0.2);
        Assert.Equal(1, then.UnseenShare(Profile(0, [.. known.Take(30_000).Select(id => "u" + id)])));
        Assert.Equal(0, then.UnseenShare(Profile(0, known[..30_000])));
    }

    [Fact]
    public void TheOrderOfValuesDoesNotMatter()
    {
        string[] values = [.. Enumerable.Range(0, 30_000).Select(i => Id(i * 31 % 9_973))];
        foreach ((int field, IEnumerable<string> texts) in new (int, IEnumerable<string>)[] { (0, values), (1, values.Select(id => id[1..])) })
        {
            Assert.Equal(Profile(field, [.. texts]).ToState(), Profile(field, [.. texts.Reverse()]).ToState());
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
