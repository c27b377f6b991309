using System.Text;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Features;

/// <summary>Crosses of raw values.</summary>
public class CrossedFieldTests
{
    private static readonly HashedField A = new() { Name = "a", Buckets = 10, Dim = 2 }, B = A with { Name = "b", Side = Side.Request }, C = A with { Name = "c" };

    [Theory] // TensorFlow's core/platform/fingerprint_test.cc
    [InlineData("Hello", "World", 16877292868973613377)]
    [InlineData("World", "Hello", 7158413233176775252)]
    public void Fingerprints_are_joined_as_TensorFlow_joins_them(string first, string second, ulong expected)
    {
        Assert.Equal(expected, FarmHash64.Join(FarmHash64.Hash(Encoding.UTF8.GetBytes(first)), FarmHash64.Hash(Encoding.UTF8.GetBytes(second))));
    }

    [Theory] // TensorFlow's python/kernel_tests/sparse_ops/sparse_cross_op_test.py and ragged_cross_op_test.py; without buckets it takes the remainder by 2^63 - 1
    [InlineData(FarmHash64.DefaultCrossKey, 1971693436396284976, 83)]
    [InlineData(FarmHash64.DefaultCrossKey + 1, 4847552627144134031, 31)]
    [InlineData(0UL, 9077905385164735582, null)]
    public void Crosses_are_those_of_TensorFlow(ulong key, long unlimited, int? of100)
    {
        string[] values = ["batch1-FC1-F1", "batch1-FC2-F1", "batch1-FC3-F1"];
        ulong joined = values.Aggregate(key, (sum, value) => FarmHash64.Join(sum, FarmHash64.Hash(Encoding.UTF8.GetBytes(value))));
        Assert.Equal((ulong)unlimited, joined % long.MaxValue);
        Assert.Equal(of100 ?? (int)(joined % 100), Cross(key, 100, values));
    }

    [Fact]
    public void An_integer_is_its_own_fingerprint()
    {
        // As in TensorFlow, where the values of an integer tensor go into the chain as they are.
        CrossedField cross = new() { Name = "x", Of = ["a", "c"], Buckets = 1000, Dim = 2 };
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Schema([A with { Integer = true }, C, cross]));
        ImpressionBatch batch = space.CreateBatch(1);
        int expected = (int)(FarmHash64.Join(FarmHash64.Join(cross.HashKey, unchecked((ulong)-7)), FarmHash64.Hash("q"u8)) % 1000);
        foreach (string text in (string[])["-7", "-07", "-7.0"])
        {
            space.AddImpression(batch);
            space.Encode(0, text, batch, 0);
            space.Encode(1, "q", batch, 0);
            Assert.Equal(expected, batch.Ids(2)[0]);
            batch.Count = 0;
        }

        space.Encode(0, -7L, batch, 0);
        Assert.Equal(expected, batch.Ids(2)[0]);
        space.Encode(0, 9.0, batch, 0);
        Assert.NotEqual(expected, batch.Ids(2)[0]);
        space.Encode(0, -7.0, batch, 0);
        Assert.Equal(expected, batch.Ids(2)[0]);
    }

    [Fact]
    public void The_order_of_writing_does_not_matter_and_a_missing_value_gives_none()
    {
        CrossedField cross = new() { Name = "x", Of = ["a", "c"], Buckets = 1000, Dim = 2 };
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Schema([cross, A, C]));
        Assert.True(space.IsDerived(0));
        ImpressionBatch one = space.CreateBatch(2), other = space.CreateBatch(2);
        space.Encode(1, "u", one, 1);
        space.Encode(2, "v", one, 1);
        space.Encode(2, "w", other, 1);
        space.Encode(1, "u", other, 1);
        space.Encode(2, "v", other, 1);
        Assert.Equal(one.Ids(0)[1], other.Ids(0)[1]);
        Assert.NotEqual(one.Ids(0)[1], Cross(cross.HashKey, 1000, "v", "u"));
        space.Encode(1, "", other, 1);
        Assert.Equal(ImpressionBatch.MissingId, other.Ids(0)[1]);
        Assert.Contains("a value for a cross", Assert.Throws<EsmmException>(() => space.Encode(0, "u", one, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<EsmmException>(() => space.Encode(1, "u", new ImpressionBatch(3, 0, 2, 1), 0));
    }

    [Fact]
    public void Unknown_values_of_a_vocabulary_cross_by_their_own_text()
    {
        FeatureLearner learner = new(SmallModels.Schema([new VocabularyField { Name = "v", Dim = 2, MinCount = 2 }, C, new CrossedField { Name = "x", Of = ["v", "c"], Buckets = 100_000, Dim = 2 }]));
        learner.Observe(0, "often");
        learner.Observe(0, "often");
        learner.Observe(2, "");
        FeatureSpace space = learner.Build();
        ImpressionBatch batch = space.CreateBatch(2);
        space.Encode(0, "rare", batch, 0);
        space.Encode(0, "new", batch, 1);
        space.Encode(1, "q", batch, 0);
        space.Encode(1, "q", batch, 1);
        Assert.Equal((0, 0), (batch.Ids(0)[0], batch.Ids(0)[1]));
        Assert.NotEqual(batch.Ids(2)[0], batch.Ids(2)[1]);
        Assert.Equal(learner.Build().ToJson(), FeatureSpace.FromJson(space.ToJson(), _ => (space.VocabularyBytes(0), space.VocabularyOffsets(0))).ToJson());
    }

    [Fact]
    public void Requests_score_the_bits_of_batches_with_encoded_candidates_and_without_allocation()
    {
        EsmmScorer scorer = new(SmallModels.Create("crossed"));
        FeatureSpace space = scorer.Space;
        RankingRequest request = scorer.CreateRequest(5), again = scorer.CreateRequest(5);
        ImpressionBatch batch = space.CreateBatch(5);
        Prediction[] expected = new Prediction[5], actual = new Prediction[5];
        FieldKey r0 = scorer.Field("r0"), r1 = scorer.Field("r1"), c0 = scorer.Field("c0"), c1 = scorer.Field("c1"), c2 = scorer.Field("c2");
        void Ask()
        {
            request.Clear();
            request.Set(r1, "s");
            for (int c = 0; c < 5; c++)
            {
                request.AddCandidate();
                request.SetCandidate(c, c0, 10 + c);
                request.SetCandidate(c, c1, c == 3 ? "" : "k");
                request.SetCandidate(c, c2, 7 - c);
            }

            request.Set(r0, "u");
            scorer.Score(request, actual);
        }

        for (int r = 0; r < 5; r++)
        {
            space.AddImpression(batch);
            space.Encode(c2, 7 - r, batch, r);
            space.Encode(r0, "u", batch, r);
            space.Encode(c0, 10 + r, batch, r);
            space.Encode(r1, "s", batch, r);
            space.Encode(c1, r == 3 ? "" : "k", batch, r);
        }

        scorer.Score(batch, scorer.CreateWorkspace(), expected);
        Ask();
        Assert.Equal(expected, actual);
        Ask();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        again.Set(r0, "u");
        again.Set(r1, "s");
        for (int c = 0; c < 5; c++)
        {
            again.AddCandidate(request.Encode(c, project: c % 2 == 0));
        }

        scorer.Score(again, actual);
        Assert.Equal(expected, actual);
        Assert.Throws<EsmmException>(() => request.Set(scorer.Field("rr"), "x"));
        Assert.Throws<EsmmException>(() => request.SetCandidate(0, scorer.Field("rc"), "x"));
    }

    [Fact]
    public void A_file_keeps_crosses()
    {
        EsmmModel model = SmallModels.Create("crossed");
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            model.Save(path);
            EsmmModel loaded = EsmmModel.Load(path);
            Assert.Equal((model.WeightsDigest(), model.Space.ToJson()), (loaded.WeightsDigest(), loaded.Space.ToJson()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Faults_are_listed()
    {
        CrossedField cross = new() { Name = "x", Of = ["a", "c"], Buckets = 5, Dim = 2 };
        Field list = A with { Name = "list", List = new ListOptions() }, served = A with { Name = "served", FixedAtServing = "1" };
        (CrossedField Cross, string Fault)[] cases =
        [
            (cross with { Of = ["a"] }, "of: names 1 fields"), (cross with { Of = ["a", "a"] }, "of: names a field twice"), (cross with { Of = ["a", "lost"] }, "of: there is no field"), (cross with { Of = ["a", "n"] }, "of: field \"n\" is neither"),
            (cross with { Of = ["a", "x"] }, "of: field \"x\" is neither"), (cross with { Of = ["a", "list"] }, "of: field \"list\" is a list"), (cross with { Of = ["a", "served"] }, "of: field \"served\" is fixed"),
            (cross with { Buckets = 0 }, "buckets: 0"), (cross with { Dim = 0 }, "dim: 0"), (cross with { Separate = true }, "separate: a cross"), (cross with { Shares = "a" }, "shares: a"),
        ];
        foreach ((CrossedField bad, string fault) in cases)
        {
            Assert.Contains(SchemaValidator.Faults(SmallModels.Schema([A, C, bad, list, served, SmallModels.Number("n")])).Select(f => f.Path + ": " + f.Message), text => text.StartsWith("fields[2]." + fault, StringComparison.Ordinal));
        }

        Assert.Empty(SchemaValidator.Faults(SmallModels.Schema([A, B, C, cross with { Of = ["b", "a", "c"] }])));
    }

    private static int Cross(ulong key, int buckets, params string[] values)
    {
        Field[] fields = [.. values.Select((_, i) => A with { Name = "f" + i, Side = i % 2 == 0 ? Side.Request : Side.Candidate })];
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Schema([.. fields, new CrossedField { Name = "x", Of = [.. fields.Select(f => f.Name)], Buckets = buckets, HashKey = key }]));
        ImpressionBatch batch = space.CreateBatch(1);
        for (int i = 0; i < values.Length; i++)
        {
            space.Encode(i, values[i], batch, 0);
        }

        return batch.Ids(values.Length)[0];
    }
}
