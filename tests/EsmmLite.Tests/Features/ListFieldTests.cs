using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Features;

/// <summary>Fields of several values: how their texts are read, and what becomes of them.</summary>
public class ListFieldTests
{
    private static readonly HashedField Tags = new() { Name = "tags", Buckets = 1000, Dim = 2 };

    [Theory]
    [InlineData("a|b|c", 3, ListEnd.First, "a,b,c")]
    [InlineData("a|b|c|d|e", 3, ListEnd.First, "a,b,c")]
    [InlineData("a|b|c|d|e", 3, ListEnd.Last, "c,d,e")]
    [InlineData("a", 3, ListEnd.Last, "a,-,-")]
    [InlineData("", 2, ListEnd.First, "-,-")]
    [InlineData("NULL", 2, ListEnd.First, "-,-")]
    [InlineData("a||b|", 4, ListEnd.First, "a,-,b,-")]
    [InlineData("|NULL|a", 3, ListEnd.Last, "-,-,a")]
    [InlineData("|", 2, ListEnd.First, "-,-")]
    public void Values_stand_in_the_slots_in_their_order(string text, int most, ListEnd keep, string expected)
    {
        HashedField field = Tags with { List = new ListOptions { MaxValues = most, Keep = keep } };
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Schema([SmallModels.Hashed("first", 9, 4), field]) with { MissingValues = ["", "NULL"] });
        Assert.Equal((1 + most, 1, 0), (space.IdSlots, space.SlotOf(1), space.NumberSlots));
        ImpressionBatch batch = space.CreateBatch(3);
        batch.Ids(1).Fill(77); // what an earlier batch left
        batch.Ids(most).Fill(77);
        space.Encode(1, text, batch, 1);
        Assert.Equal(expected.Split(',').Select(Id), Enumerable.Range(1, most).Select(slot => batch.Ids(slot)[1]));
    }

    [Fact]
    public void Weights_stand_in_number_slots()
    {
        HashedField field = Tags with { List = new ListOptions { Separator = ", ", WeightSeparator = ":", MaxValues = 4 } };
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Schema([SmallModels.Number("n"), field, SmallModels.Number("m")]));
        Assert.Equal((4, 6, 1, 5), (space.IdSlots, space.NumberSlots, space.WeightSlotOf(1), space.SlotOf(2)));
        Assert.Equal(-1, space.WeightSlotOf(0));
        ImpressionBatch batch = space.CreateBatch(1);
        space.Encode(1, "a:0.5, x:y: 2e0, , c:0", batch, 0);
        Assert.Equal([Id("a"), Id("x:y"), -1, Id("c")], Enumerable.Range(0, 4).Select(k => batch.Ids(k)[0]));
        Assert.Equal([0.5f, 2, 0, 0], Enumerable.Range(1, 4).Select(k => batch.Numbers(k)[0]));
        space.Encode(1, 7L, batch, 0);
        Assert.Equal([1, 0, 0, 0], Enumerable.Range(1, 4).Select(k => batch.Numbers(k)[0]));
        space.EncodeMissing(1, batch, 0);
        Assert.Equal([0, 0, 0, 0], Enumerable.Range(1, 4).Select(k => batch.Numbers(k)[0]));
    }

    [Theory]
    [InlineData("a:1|b", "value \"b\" of a list has no weight")]
    [InlineData("a:1|b:", "value \"b:\" of a list has no weight")]
    [InlineData("a:1|b:x", "value \"b:x\" of a list has no weight")]
    [InlineData("a:-1", "weight -1 in a list")]
    [InlineData("a:1e10", "weight 10000000000 in a list")]
    [InlineData("a:NaN", "weight NaN in a list")]
    public void A_bad_weight_is_refused_in_learning_and_in_encoding(string text, string what)
    {
        Schema schema = SmallModels.Schema([Tags with { List = new ListOptions { WeightSeparator = ":" } }]);
        FeatureSpace space = FeatureSpace.FromSchema(schema);
        EsmmException fault = Assert.Throws<EsmmException>(() => space.Encode(0, text, space.CreateBatch(1), 0));
        Assert.Equal((what, "field \"tags\"", EsmmErrorKind.Data), (fault.What, fault.Where, fault.Kind));
        Assert.Equal(what, Assert.Throws<EsmmException>(() => new FeatureLearner(schema).Observe(0, text)).What);
    }

    [Fact]
    public void Arrays_give_what_their_text_gives()
    {
        ListOptions options = new() { MaxValues = 3, Keep = ListEnd.Last };
        HashedField plain = Tags with { Name = "plain", List = options }, weighted = Tags with { List = options with { WeightSeparator = ":" }, Integer = true };
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Schema([plain, weighted]));
        ImpressionBatch texts = space.CreateBatch(1), arrays = space.CreateBatch(1);
        space.Encode(0, "u|v|w|x", texts, 0);
        space.Encode(1, "1:1|2:0.5|3:0.25|-4:2", texts, 0);
        space.EncodeList(space.Field("plain"), ["u", "v", "w", "x"], [], arrays, 0);
        space.EncodeList(space.Field("tags"), [1L, 2, 3, -4], [1, 0.5f, 0.25f, 2], arrays, 0);
        Assert.Equal(Row(texts), Row(arrays));
        space.EncodeList(space.Field("plain"), ReadOnlySpan<long>.Empty, [], arrays, 0);
        Assert.Equal([-1, -1, -1], Row(arrays)[..3].Select(v => (int)v));
        Assert.Throws<EsmmException>(() => space.EncodeList(space.Field("tags"), [1L, 2], [1], arrays, 0));
        Assert.Throws<EsmmException>(() => space.EncodeList(space.Field("plain"), [1L], [1], arrays, 0));
        Assert.Throws<EsmmException>(() => space.EncodeList(space.Field("tags"), [1L], [float.NaN], arrays, 0));
        FeatureSpace single = FeatureSpace.FromSchema(SmallModels.Schema([Tags]));
        Assert.Contains("a list for a field of one value", Assert.Throws<EsmmException>(() => single.EncodeList(single.Field("tags"), [1L], [], single.CreateBatch(1), 0)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Pooling.Sum, 3.5f, -4)]
    [InlineData(Pooling.Mean, 1, -1.1428571f)]
    [InlineData(Pooling.SquareRoot, 1.5275252f, -1.7457432f)]
    public void Pooling_is_what_it_says(Pooling pooling, float first, float second)
    {
        // Weights 0.5, 2 and 1 of (1, 0), (1, -2) and (1, 0): the sums are 3.5 and 5.25.
        FeatureSpace space = FeatureSpace.FromSchema(SmallModels.Schema([Tags with { List = new ListOptions { WeightSeparator = ":", Pooling = pooling, MaxValues = 8 } }]));
        EsmmModel model = EsmmModel.Create(space, new ModelOptions());
        ImpressionBatch batch = space.CreateBatch(2);
        space.Encode(0, "a:0.5|b:2||c:1|d:0", batch, 0);
        space.Encode(0, "", batch, 1);
        foreach ((string value, float[] row) in (ReadOnlySpan<(string, float[])>)[("a", [1, 0]), ("b", [1, -2]), ("c", [1, 0]), ("d", [5, 5])])
        {
            row.CopyTo(model.Bottom.Tables[0].Row(Id(value)));
        }

        float[] inputs = new float[2 * model.Bottom.Layout.Stride];
        inputs.AsSpan().Fill(9);
        model.Bottom.Forward(batch, 0, 2, Part.All, inputs);
        Assert.Equal(first, inputs[0], 1e-6f);
        Assert.Equal(second, inputs[1], 1e-6f);
        Assert.Equal([0f, 0f], inputs.AsSpan(model.Bottom.Layout.Stride, 2).ToArray());
    }

    [Fact]
    public void A_vocabulary_is_learned_from_every_value_and_kept_in_the_file()
    {
        VocabularyField field = new() { Name = "words", Dim = 3, MinCount = 2, Missing = MissingRule.Zero, List = new ListOptions { MaxValues = 2, WeightSeparator = "=" } };
        FeatureLearner learner = new(SmallModels.Schema([field]));
        learner.Observe(0, "a=1|b=2|c=1");
        learner.Observe(0, "c=3");
        learner.Observe(0, "");
        learner.Observe(0, "b=1|d=1");
        FeatureSpace space = learner.Build();
        Assert.Equal((4L, 1L, 3, 1L, 4L), (learner.Statistics[0].Count, learner.Statistics[0].Missing, learner.Statistics[0].LongestList!.Value, learner.Statistics[0].CutLists!.Value, learner.Statistics[0].Distinct!.Value));
        ListEncoder list = (ListEncoder)space.Encoders[0];
        Assert.Equal((3, 2), (list.Rows, ((VocabularyEncoder)list.Values).Entries));
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            EsmmModel model = EsmmModel.Create(space, new ModelOptions { CtrTower = [4], CvrTower = [4] });
            model.Save(path);
            EsmmModel loaded = EsmmModel.Load(path);
            Assert.Equal(model.Space.ToJson(), loaded.Space.ToJson());
            Assert.Equal(model.WeightsDigest(), loaded.WeightsDigest());
            Assert.Equal(list.Values.IdOf("c"u8), ((ListEncoder)loaded.Space.Encoders[0]).Values.IdOf("c"u8));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Faults_of_lists_are_listed()
    {
        string[] faults = [.. SchemaValidator.Faults(SmallModels.Schema([
            Tags with { Separate = true, FixedAtServing = "a", List = new ListOptions { Separator = "", WeightSeparator = "", MaxValues = 0 } },
            SmallModels.Number("n") with { List = new ListOptions { Separator = "::", WeightSeparator = ":" } },
            Tags with { Name = "e", List = new ListOptions { WeightSeparator = "e" } }, Tags with { Name = "x" }], new Cross("e", "x"))).Select(fault => fault.Path)];
        Assert.Equal(["fields[0].list", "fields[0].list", "fields[0].list.separator", "fields[0].list.weights", "fields[0].list.maxValues", "fields[1].list", "fields[1].list.weights", "fields[2].list.weights", "crosses[0]"], faults);
        Schema many = SmallModels.Schema([.. Enumerable.Range(0, 17).Select(i => Tags with { Name = "l" + i, List = new ListOptions { MaxValues = 4096 } })]);
        Assert.Equal("fields", SchemaValidator.Faults(many).Single().Path);
    }

    [Fact]
    public void Requests_with_lists_score_the_bits_of_batches_and_allocate_nothing()
    {
        EsmmScorer scorer = new(SmallModels.Create("lists"));
        RankingRequest request = scorer.CreateRequest(3);
        FieldKey history = scorer.Field("history"), tags = scorer.Field("tags");
        ImpressionBatch batch = scorer.Space.CreateBatch(3);
        Prediction[] asked = new Prediction[3], expected = new Prediction[3];
        string[] words = ["p", "q"];
        void Ask()
        {
            request.Clear();
            request.SetList(history, [5L, 6, 7], []);
            for (int c = 0; c < 3; c++)
            {
                request.AddCandidate();
                request.SetCandidateList(c, tags, words, [0.5f, c]);
            }

            scorer.Score(request, asked);
        }

        Ask();
        for (int r = 0; r < 3; r++)
        {
            scorer.Space.AddImpression(batch);
            scorer.Space.Encode(history, "5|6|7", batch, r);
            scorer.Space.Encode(tags, "p:0.5|q:" + r, batch, r);
        }

        scorer.Score(batch, scorer.CreateWorkspace(), expected);
        Assert.Equal(expected, asked);
        RankingRequest again = scorer.CreateRequest(3);
        again.SetList(history, [5L, 6, 7], []);
        for (int c = 0; c < 3; c++)
        {
            again.AddCandidate(request.Encode(c, project: c > 0));
        }

        scorer.Score(again, asked);
        Assert.Equal(expected, asked);
        Ask();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Training_on_lists_gives_one_digest_whatever_the_threads(int threads)
    {
        static string Digest(int threads)
        {
            EsmmModel model = SmallModels.Create("lists");
            using Trainer trainer = new(model, new TrainingOptions { Batch = 700 }, threads);
            for (int step = 0; step < 6; step++)
            {
                trainer.Step(SmallModels.Batch(model.Space, 700, (ulong)step));
            }

            return trainer.StateDigest();
        }

        Assert.Equal(Digest(1), Digest(threads));
    }

    private static int Id(string value) => value == "-" ? ImpressionBatch.MissingId : FarmHash64.Bucket(System.Text.Encoding.UTF8.GetBytes(value), Tags.Buckets);

    private static float[] Row(ImpressionBatch batch) => [.. Enumerable.Range(0, batch.IdSlots).Select(slot => (float)batch.Ids(slot)[0]), .. Enumerable.Range(0, batch.NumberSlots).Select(slot => batch.Numbers(slot)[0])];
}
