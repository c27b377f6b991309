using System.Globalization;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Kernels;
using MathNet.Numerics.Statistics;

namespace EsmmLite.Tests.Features;

public class FeatureLearnerTests
{
    private static readonly LabelStage[] Labels = [new() { Name = "click" }, new() { Name = "conversion" }];

    [Fact]
    public void VocabularyIsOrderedByCountThenBytes()
    {
        VocabularyEncoder encoder = Vocabulary(new VocabularyField { Name = "v" }, "b", "a", "é", "b", "Z", "z", "", "é");
        Assert.Equal(["b", "é", "", "Z", "a", "z"], Entries(encoder));
        Assert.Equal(7, encoder.Rows);
        Assert.Equal(0, encoder.IdOf("unseen"u8));
        Assert.Equal(3, encoder.IdOf(""u8));
        Assert.Equal(2, encoder.IdOf("é"u8));
    }

    [Fact]
    public void VocabularyDoesNotDependOnRowOrder()
    {
        var random = new SplitMix(5);
        int[] order = [.. Enumerable.Range(0, 5000)];
        string[] values = [.. order.Select(i => "v" + (i * i % 701).ToString(CultureInfo.InvariantCulture))];
        string[] expected = Entries(Vocabulary(new VocabularyField { Name = "v", MinCount = 3 }, values));
        random.Shuffle(order);
        Assert.Equal(expected, Entries(Vocabulary(new VocabularyField { Name = "v", MinCount = 3 }, [.. order.Select(i => values[i])])));
        IEnumerable<string> definition = values.GroupBy(v => v).Where(g => g.Count() >= 3).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key);
        Assert.Equal(definition, expected);
    }

    [Fact]
    public void RareAndSurplusValuesAreOutOfVocabulary()
    {
        var learner = new FeatureLearner(One(new VocabularyField { Name = "v", MinCount = 2, MaxEntries = 2, Missing = MissingRule.Zero }));
        foreach (string value in (string[])["a", "a", "a", "b", "b", "c", "c", "d", "", ""])
        {
            learner.Observe(0, value);
        }

        var encoder = (VocabularyEncoder)learner.Build().Encoders[0];
        Assert.Equal(["a", "b"], Entries(encoder));
        Assert.Equal(ImpressionBatch.MissingId, encoder.IdOf(""u8));
        FieldStatistics statistics = learner.Statistics[0];
        Assert.Equal((10L, 2L, 4L, 3L), (statistics.Count, statistics.Missing, statistics.Distinct!.Value, statistics.OutOfVocabulary!.Value));
    }

    [Fact]
    public void IntegersOfAVocabularyMeetInTheirCanonicalText()
    {
        VocabularyEncoder encoder = Vocabulary(new VocabularyField { Name = "v", Integer = true }, "219", "219.0", "0219", "5", "");
        Assert.Equal(["219", "", "5"], Entries(encoder));
        Assert.Equal(1, encoder.IdOf("+219.00"u8));
    }

    [Fact]
    public void MeanAndDeviationFollowTheDefinition()
    {
        var random = new SplitMix(9);
        double[] values = [.. Enumerable.Range(0, 10_000).Select(_ => Math.Round(1e6 + 5000 * (random.NextDouble() - 0.5), 3))];
        var learner = new FeatureLearner(One(new NumericField { Name = "n", ClipHigh = 1_001_000, Log = true }));
        foreach (double value in values)
        {
            learner.Observe(0, value.ToString(CultureInfo.InvariantCulture));
        }

        learner.Observe(0, "");
        var encoder = (NumberEncoder)learner.Build().Encoders[0];
        double[] transformed = [.. values.Select(v => ExactMath.Log1p(Math.Min(v, 1_001_000)))];
        Assert.Equal(transformed.Mean(), encoder.Mean, 1e-12);
        Assert.Equal(1, encoder.Deviation / transformed.PopulationStandardDeviation(), 1e-9);
        Assert.Equal((10_001L, 1L), (learner.Statistics[0].Count, learner.Statistics[0].Missing));
        Assert.Equal(ExactMath.Log1p(1_001_000), learner.Statistics[0].High);
    }

    [Fact]
    public void StandardisedMissingIsTheMeanAndAConstantIsZero()
    {
        Schema schema = new() { Fields = [new NumericField { Name = "n" }, new NumericField { Name = "c" }, new NumericField { Name = "none" }], Labels = Labels };
        var learner = new FeatureLearner(schema);
        foreach (string value in (string[])["1", "3"])
        {
            learner.Observe(0, value);
            learner.Observe(1, "0.1");
            learner.Observe(2, "");
        }

        FeatureSpace space = learner.Build();
        ImpressionBatch batch = space.CreateBatch(3);
        space.Encode(0, "3", batch, 0);
        space.Encode(0, "2", batch, 1);
        space.Encode(0, "", batch, 2);
        Assert.Equal([1f, 0f, 0f], batch.Numbers(0).ToArray());
        space.Encode(1, "0.1", batch, 0);
        space.Encode(2, "0.5", batch, 0);
        Assert.Equal((0f, 0.5f), (batch.Numbers(1)[0], batch.Numbers(2)[0]));
    }

    [Fact]
    public void BucketsAreQuantiles()
    {
        var random = new SplitMix(3);
        double[] values = [.. Enumerable.Range(0, 997).Select(_ => Math.Floor(random.NextDouble() * random.NextDouble() * 300))];
        FeatureSpace space = Learn(new NumericField { Name = "n", Buckets = 10 }, values);
        var encoder = (BucketEncoder)space.Encoders[0];

        double[] sorted = [.. values.Order()];
        double[] definition = [.. Enumerable.Range(1, 9).Select(k => sorted[k * 997 / 10]).Distinct().Where(b => b > sorted[0])];
        Assert.Equal(definition, encoder.Bounds.ToArray());
        Assert.Equal(definition.Length + 2, encoder.Rows);
        ImpressionBatch batch = space.CreateBatch(1);
        foreach (double value in values.Append(-5).Append(1e6))
        {
            space.Encode(0, value, batch, 0);
            Assert.Equal(1 + definition.Count(bound => bound <= value), batch.Ids(0)[0]);
        }

        space.Encode(0, "", batch, 0);
        Assert.Equal(0, batch.Ids(0)[0]);
    }

    [Fact]
    public void TwelveHoursMakeTwelveBuckets()
    {
        FeatureSpace space = Learn(new NumericField { Name = "h", Buckets = 12 }, [.. Enumerable.Range(0, 2400).Select(i => (double)(i % 12))]);
        ImpressionBatch batch = space.CreateBatch(1);
        for (int hour = 0; hour < 12; hour++)
        {
            space.Encode(0, (long)hour, batch, 0);
            Assert.Equal(hour + 1, batch.Ids(0)[0]);
        }
    }

    [Fact]
    public void AColumnWithoutValuesOrWithOneHasOneBucket()
    {
        Assert.Equal(2, Learn(new NumericField { Name = "h", Buckets = 5 }, []).Encoders[0].Rows);
        Assert.Equal(2, Learn(new NumericField { Name = "h", Buckets = 5 }, [4, 4, 4]).Encoders[0].Rows);
    }

    [Fact]
    public void LongColumnsAreSampledUniformly()
    {
        // Ascending values are the worst order for a sample that favours the beginning or the end.
        double[] values = [.. Enumerable.Range(0, 400_000).Select(i => (double)i)];
        double[] bounds = ((BucketEncoder)Learn(new NumericField { Name = "n", Buckets = 4 }, values, 7).Encoders[0]).Bounds.ToArray();
        for (int k = 1; k <= 3; k++)
        {
            // Standard error of a quartile from 65,536 of 400,000: under 0.2 % of the range.
            Assert.Equal(k * 100_000, bounds[k - 1], 4_000.0);
        }

        Assert.Equal(bounds, ((BucketEncoder)Learn(new NumericField { Name = "n", Buckets = 4 }, values, 7).Encoders[0]).Bounds.ToArray());
        Assert.NotEqual(bounds, ((BucketEncoder)Learn(new NumericField { Name = "n", Buckets = 4 }, values, 8).Encoders[0]).Bounds.ToArray());
    }

    [Fact]
    public void LearningRefusesWhatEncodingRefuses()
    {
        Schema schema = new() { Fields = [new NumericField { Name = "n" }, new HashedField { Name = "i", Buckets = 3, Integer = true }], Labels = Labels };
        var learner = new FeatureLearner(schema);
        Assert.Throws<EsmmException>(() => learner.Observe(0, "1e39"));
        Assert.Throws<EsmmException>(() => learner.Observe(0, "nan"));
        Assert.Throws<EsmmException>(() => learner.Observe(1, "x"));
    }

    private static Schema One(Field field) => new() { Fields = [field], Labels = Labels };

    private static FeatureSpace Learn(Field field, double[] values, ulong seed = 0)
    {
        var learner = new FeatureLearner(One(field), seed);
        foreach (double value in values)
        {
            learner.Observe(0, Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
        }

        return learner.Build();
    }

    private static VocabularyEncoder Vocabulary(VocabularyField field, params string[] values)
    {
        var learner = new FeatureLearner(One(field));
        foreach (string value in values)
        {
            learner.Observe(0, value);
        }

        return (VocabularyEncoder)learner.Build().Encoders[0];
    }

    private static string[] Entries(VocabularyEncoder encoder)
    {
        return [.. Enumerable.Range(1, encoder.Entries).Select(row => Encoding.UTF8.GetString(encoder.EntryOf(row)))];
    }
}
