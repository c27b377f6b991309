using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;

namespace EsmmLite.Tests.Model;

/// <summary>A model that begins with an earlier model's weights: rows follow what they stand for, and what is new changes no score.</summary>
public sealed class InheritanceTests
{
    private static readonly Field[] Fields =
    [
        new VocabularyField { Name = "word", Dim = 3, Side = Side.Request },
        new HashedField { Name = "hash", Buckets = 5, Dim = 3 },
        new NumericField { Name = "cut", Buckets = 4, Dim = 2 },
        new NumericField { Name = "amount" },
    ];

    [Fact]
    public void The_same_shape_takes_every_weight()
    {
        EsmmModel earlier = Model(Fields, words: 4, seed: 1), model = Model(Fields, words: 4, seed: 2);
        IReadOnlyList<InheritedPart> parts = model.StartFrom(earlier);
        Assert.Equal(earlier.WeightsDigest(), model.WeightsDigest());
        Assert.All(parts, part => Assert.Equal(Inherited.Kept, part.What));
        Assert.Equal(["field word", "field hash", "field cut", "field amount", "cross word x hash", "tower ctr", "tower cvr"], parts.Select(part => part.Name));
        Assert.Equal(earlier.WeightsDigest(), model.Info.InitialModel);
    }

    [Fact]
    public void New_fields_entries_and_buckets_change_no_score_of_what_was_known()
    {
        EsmmModel earlier = Model(Fields, words: 4, seed: 1);
        Field[] grown =
        [
            new HashedField { Name = "fresh", Buckets = 7, Dim = 3, Side = Side.Request },
            Fields[0],
            new NumericField { Name = "more", Standardise = false, MissingIndicator = true },
            ((HashedField)Fields[1]) with { Buckets = 15 },
            Fields[2],
            Fields[3],
        ];
        EsmmModel model = Model(grown, words: 9, seed: 2, new Cross("fresh", "hash"));
        Dictionary<string, InheritedPart> parts = model.StartFrom(earlier).ToDictionary(part => part.Name);
        Assert.Equal(Inherited.New, parts["field fresh"].What);
        Assert.Equal("4 entries kept, 5 new", parts["field word"].Detail);
        Assert.Equal((Inherited.Grown, Inherited.Grown, Inherited.Kept), (parts["field word"].What, parts["field hash"].What, parts["field cut"].What));
        Assert.Equal((Inherited.Kept, Inherited.New, Inherited.Grown), (parts["cross word x hash"].What, parts["cross fresh x hash"].What, parts["tower ctr"].What));
        for (int i = 0; i < 40; i++)
        {
            // "w7" was unknown to the earlier model, and is scored as it was then.
            string[] values = ["w" + (i % 8), "h" + i, (i % 20).ToString(CultureInfo.InvariantCulture), (i % 11).ToString(CultureInfo.InvariantCulture)];
            Assert.Equal(Score(earlier, values), Score(model, values));
        }
    }

    [Fact]
    public void What_does_not_fit_begins_anew_and_what_is_gone_is_said()
    {
        EsmmModel earlier = Model(Fields, words: 4, seed: 1);
        Field[] other = [((VocabularyField)Fields[0]) with { Dim = 4 }, ((HashedField)Fields[1]) with { Buckets = 7, Dim = 4 }, new HashedField { Name = "amount", Buckets = 3, Dim = 2 }];
        EsmmModel model = Model(other, words: 2, seed: 2), untouched = Model(other, words: 2, seed: 2);
        Dictionary<string, InheritedPart> parts = model.StartFrom(earlier).ToDictionary(part => part.Name);
        Assert.Equal(("dim 3 became 4", "its kind was another"), (parts["field word"].Detail, parts["field amount"].Detail));
        Assert.Equal((Inherited.Dropped, Inherited.New), (parts["field cut"].What, parts["cross word x hash"].What));
        Assert.Equal("emb " + string.Join(' ', untouched.Bottom.Tables[0].Values.ToArray()), "emb " + string.Join(' ', model.Bottom.Tables[0].Values.ToArray()));
        Assert.Contains("no multiple", Model([((HashedField)Fields[1]) with { Buckets = 7 }, Fields[0]], 4, 1).StartFrom(earlier)[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_are_gone_are_counted_and_others_keep_their_rows()
    {
        EsmmModel earlier = Model(Fields, words: 6, seed: 1), model = Model(Fields, words: 3, seed: 2);
        InheritedPart word = model.StartFrom(earlier)[0];
        Assert.Equal((Inherited.Kept, "3 entries kept, 3 dropped"), (word.What, word.Detail));
        VocabularyEncoder now = (VocabularyEncoder)model.Space.Encoders[0], then = (VocabularyEncoder)earlier.Space.Encoders[0];
        for (int row = 1; row < now.Rows; row++)
        {
            Assert.Equal(earlier.Bottom.Tables[0].Row(then.IdOf(now.EntryOf(row))), model.Bottom.Tables[0].Row(row));
        }

        Assert.Equal(earlier.Bottom.Tables[0].Row(0), model.Bottom.Tables[0].Row(0));
    }

    [Fact]
    public void A_bucket_whose_bounds_moved_begins_with_the_old_one_around_its_middle()
    {
        EsmmModel earlier = Model(Fields, words: 4, seed: 1), model = Model([((NumericField)Fields[2]) with { Buckets = 10 }, Fields[0], Fields[1]], words: 4, seed: 2);
        Assert.Equal(Inherited.Grown, model.StartFrom(earlier)[0].What);
        BucketEncoder now = (BucketEncoder)model.Space.Encoders[0], then = (BucketEncoder)earlier.Space.Encoders[2];
        var from = earlier.Bottom.Tables.First(table => table.Name == "cut");
        for (int bucket = 0; bucket <= now.Bounds.Length; bucket++)
        {
            double value = bucket == 0 ? now.Bounds[0] - 1e-9 : bucket == now.Bounds.Length ? now.Bounds[^1] : (now.Bounds[bucket - 1] + now.Bounds[bucket]) / 2;
            int old = 1 + then.Bounds.ToArray().Count(bound => bound <= value);
            Assert.Equal(from.Row(old), model.Bottom.Tables[0].Row(bucket + 1));
        }
    }

    [Fact]
    public void Shared_tables_and_private_fields_are_taken_and_what_a_task_does_not_read_stays_zero()
    {
        EsmmModel earlier = Model(Fields, words: 4, seed: 1);
        Field[] other = [Fields[0], Fields[1] with { Tasks = ["ctr"] }, new HashedField { Name = "second", Buckets = 5, Dim = 3, Shares = "hash" }, Fields[2], Fields[3]];
        EsmmModel model = EsmmModel.Create(Learner(other, 4, [new Cross("word", "second")]).Build(), Options(2));
        Dictionary<string, InheritedPart> parts = model.StartFrom(earlier).ToDictionary(part => part.Name);
        Assert.Equal((Inherited.Kept, Inherited.New), (parts["field hash"].What, parts["field second"].What));
        Assert.Equal(earlier.Bottom.Tables[1].Values, model.Bottom.Tables[1].Values);
        string path = Path.GetTempFileName();
        try
        {
            // The reader refuses a weight that no task may have.
            model.Save(path);
            Assert.Equal(model.WeightsDigest(), EsmmModel.Load(path).WeightsDigest());
            EsmmModel again = EsmmModel.Create(model.Space, Options(3));
            Assert.All(again.StartFrom(model), part => Assert.Equal(Inherited.Kept, part.What));
            Assert.Equal(model.WeightsDigest(), again.WeightsDigest());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_field_that_became_a_list_keeps_the_rows_of_its_values()
    {
        EsmmModel earlier = Model(Fields, words: 4, seed: 1);
        EsmmModel model = EsmmModel.Create(Learner([Fields[0] with { List = new ListOptions { MaxValues = 3 } }, .. Fields[1..]], 6, []).Build(), Options(2));
        Assert.Equal("4 entries kept, 2 new", model.StartFrom(earlier)[0].Detail);
        for (int row = 1; row < 7; row++)
        {
            int before = earlier.Space.Encoders[0].Vocabulary!.Find(model.Space.Encoders[0].Vocabulary!.Entry(row - 1)) + 1;
            Assert.Equal(earlier.Bottom.Tables[0].Row(before), model.Bottom.Tables[0].Row(row));
        }
    }

    [Theory]
    [InlineData("sequences")]
    [InlineData("din")]
    public void A_sequence_keeps_its_inputs_and_its_unit(string shape)
    {
        EsmmModel earlier = SmallModels.Create(shape, seed: 1), model = SmallModels.Create(shape, seed: 2);
        Dictionary<string, InheritedPart> parts = model.StartFrom(earlier).ToDictionary(part => part.Name);
        Assert.All(parts.Values, part => Assert.Equal(Inherited.Kept, part.What));
        Assert.Equal(["sequence history", "sequence like", "sequence shops"], parts.Keys.Where(name => name.StartsWith("sequence", StringComparison.Ordinal)));
        Assert.Equal(earlier.WeightsDigest(), model.WeightsDigest());

        // Weighed otherwise, or of another candidate, it begins anew, with zeros in the first layer.
        ModelOptions other = earlier.Options with { Seed = 3, Attention = new AttentionOptions { Kind = AttentionKind.Din, Hidden = [8] } };
        Sequence[] sequences = [.. earlier.Space.Schema.Sequences.Skip(1).Select(s => s.Name == "like" ? s with { Name = "alike" } : s)];
        EsmmModel changed = EsmmModel.Create(FeatureSpace.FromSchema(earlier.Space.Schema with { Sequences = sequences }), other);
        parts = changed.StartFrom(earlier).ToDictionary(part => part.Name);
        Assert.Equal((Inherited.New, Inherited.New, Inherited.Dropped, Inherited.Dropped), (parts["sequence shops"].What, parts["sequence alike"].What, parts["sequence like"].What, parts["sequence history"].What));
        Assert.Equal("its actions were weighed otherwise", parts["sequence shops"].Detail);
        TowerTensor kernel = changed.Towers.FirstKernel(EsmmModel.Cvr)!;
        int width = kernel.Shape[1];
        float[] weights = EsmmModel.Unpack(kernel, changed.Towers.Parameters);
        Assert.All(weights.AsSpan(changed.Bottom.Layout.ColumnOfSequence(1) * width, 3 * width).ToArray(), weight => Assert.Equal(0, weight));
        Assert.Contains(EsmmModel.Unpack(changed.Towers.Tensors.Single(t => t.Name == "attention.shops.dense0.kernel"), changed.Towers.Parameters), weight => weight != 0);
    }

    [Fact]
    public void Crosses_of_values_and_admitted_buckets_keep_their_rows()
    {
        Field[] fields = [Fields[0], new HashedField { Name = "often", Buckets = 50, Dim = 3, MinCount = 2 }, new HashedField { Name = "hash", Buckets = 5, Dim = 3 }, new CrossedField { Name = "pair", Of = ["word", "hash"], Buckets = 6, Dim = 3 }];
        EsmmModel earlier = EsmmModel.Create(Learner(fields, 4, []).Build(), Options(1));
        Field[] grown = [.. fields[..3], (CrossedField)fields[3] with { Buckets = 12 }];
        EsmmModel model = EsmmModel.Create(Learner(grown, 4, []).Build(), Options(2));
        Dictionary<string, InheritedPart> parts = model.StartFrom(earlier).ToDictionary(part => part.Name);
        Assert.Equal((Inherited.Kept, Inherited.Grown), (parts["field often"].What, parts["field pair"].What));
        Assert.True(earlier.Bottom.Tables[1].Rows > 2);
        Assert.Equal(earlier.Bottom.Tables[1].Values, model.Bottom.Tables[1].Values);
        for (int row = 0; row < 12; row++)
        {
            Assert.Equal(earlier.Bottom.Tables[3].Row(row % 6), model.Bottom.Tables[3].Row(row));
        }

        Field[] other = [fields[0], (HashedField)fields[1] with { Buckets = 60 }, fields[2], (CrossedField)fields[3] with { Of = ["hash", "word"] }];
        parts = EsmmModel.Create(Learner(other, 4, []).Build(), Options(2)).StartFrom(earlier).ToDictionary(part => part.Name);
        Assert.Equal((Inherited.New, Inherited.New), (parts["field often"].What, parts["field pair"].What));
    }

    private static ModelOptions Options(ulong seed) => new() { CtrTower = [6, 4], CvrTower = [5], Seed = seed };

    private static EsmmModel Model(Field[] fields, int words, ulong seed, params Cross[] crosses)
    {
        return EsmmModel.Create(Learner(fields, words, [new Cross("word", "hash"), .. crosses]).Build(), Options(seed));
    }

    private static FeatureLearner Learner(Field[] fields, int words, Cross[] crosses)
    {
        FeatureLearner learner = new(SmallModels.Schema(fields, crosses));
        for (int i = 0; i < 40; i++)
        {
            for (int f = 0; f < fields.Length; f++)
            {
                if (fields[f] is CrossedField)
                {
                    continue; // formed from its fields
                }

                learner.Observe(f, fields[f].Name == "word" ? "w" + (words - 1 - (i % words)) : (i % 20).ToString(CultureInfo.InvariantCulture));
            }
        }

        return learner;
    }

    private static Prediction Score(EsmmModel model, string[] values)
    {
        EsmmScorer scorer = new(model);
        ImpressionBatch batch = scorer.Space.CreateBatch(1);
        int row = scorer.Space.AddImpression(batch);
        foreach ((string name, string value) in Fields.Select(field => field.Name).Zip(values))
        {
            scorer.Space.Encode(scorer.Field(name), value, batch, row);
        }

        Prediction[] predictions = new Prediction[1];
        scorer.Score(batch, scorer.CreateWorkspace(), predictions);
        return predictions[0];
    }
}
