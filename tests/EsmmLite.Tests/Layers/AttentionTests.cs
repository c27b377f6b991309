using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Training;
using EsmmLite.Training;

namespace EsmmLite.Tests.Layers;

/// <summary>Behaviour sequences that are attended to from the candidate.</summary>
public class AttentionTests
{
    private static readonly HashedField Item = new() { Name = "item", Buckets = 50, Dim = 2 };
    private static readonly HashedField Last = Item with { Name = "last", Side = Side.Request, Shares = "item", List = new ListOptions { MaxValues = 4, Keep = ListEnd.Last } };
    private static readonly Sequence History = new() { Name = "history", Actions = ["last"], Candidate = ["item"] };

    [Fact]
    public void Actions_count_by_their_nearness_to_the_candidate()
    {
        // Scores (1 · 1 + 2 · 2) / √2, 0 and -5 / √2, by hand.
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(SmallModels.Schema([Last, Item]) with { Sequences = [History] }), new ModelOptions());
        Assert.Equal((4, Part.Spanning, 2), (model.Bottom.Layout.Width, model.Bottom.Layout.PartOfSequence(0), model.Bottom.Layout.ColumnOfSequence(0)));
        EmbeddingTable table = model.Bottom.Tables.Single();
        table.Values.Clear();
        (table.Row(1)[0], table.Row(1)[1], table.Row(2)[0], table.Row(3)[0], table.Row(3)[1]) = (1, 2, 0, -1, -2);
        ImpressionBatch batch = Batch(model.Space, (1, [1, 2, -1, 3]), (1, [-1, -1, -1, -1]), (1, [-1, 3, -1, -1]), (-1, [1, 3, -1, -1]), (1, [1, 2, -1, 3]));
        float[] inputs = new float[batch.Count * model.Bottom.Layout.Stride];
        inputs.AsSpan().Fill(9);
        model.Bottom.Forward(batch, 0, batch.Count, Part.All, inputs);
        double[] e = [Math.Exp(5 / Math.Sqrt(2)), 1, Math.Exp(-5 / Math.Sqrt(2))];
        double first = (e[0] - e[2]) / e.Sum();
        Near(model, inputs, 0, first, 2 * first);
        Near(model, inputs, 1, 0, 0); // no action
        Near(model, inputs, 2, -1, -2); // one action
        Near(model, inputs, 3, 0, 0); // an unknown candidate is as near to all of them
        Near(model, inputs, 4, first, 2 * first);
    }

    [Fact]
    public void Large_scores_do_not_overflow()
    {
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(SmallModels.Schema([Last, Item]) with { Sequences = [History] }), new ModelOptions());
        EmbeddingTable table = model.Bottom.Tables.Single();
        (table.Row(1)[0], table.Row(1)[1], table.Row(2)[0], table.Row(2)[1]) = (1e6f, 1e6f, -1e6f, 0);
        float[] inputs = new float[model.Bottom.Layout.Stride];
        model.Bottom.Forward(Batch(model.Space, (1, [2, 1, -1, -1])), 0, 1, Part.All, inputs);
        Assert.Equal([1e6f, 1e6f], inputs.AsSpan(2, 2).ToArray());
    }

    [Theory]
    [InlineData("sequences")]
    [InlineData("din")]
    [InlineData("dinNormalised")]
    public void A_request_scores_the_bits_of_batches_with_encoded_candidates_too(string shape)
    {
        EsmmScorer scorer = new(SmallModels.Create(shape));
        FeatureSpace space = scorer.Space;
        RankingRequest request = scorer.CreateRequest(7), again = scorer.CreateRequest(7);
        ImpressionBatch batch = space.CreateBatch(7);
        Prediction[] expected = new Prediction[7], actual = new Prediction[7];
        foreach (RankingRequest one in (ReadOnlySpan<RankingRequest>)[request, again])
        {
            one.SetList(scorer.Field("items"), [3L, 1, 4, 1, 5, 9, 2, 6], []);
            one.SetList(scorer.Field("kinds"), ["a", "b", "", "c", "a", "b", "c", "d"], []);
            one.Set(scorer.Field("seen"), "x|y");
        }

        for (int r = 0; r < 7; r++)
        {
            space.AddImpression(batch);
            space.Encode(scorer.Field("items"), "3|1|4|1|5|9|2|6", batch, r);
            space.Encode(scorer.Field("kinds"), "a|b||c|a|b|c|d", batch, r);
            space.Encode(scorer.Field("seen"), "x|y", batch, r);
            request.AddCandidate();
            foreach ((string field, string value) in (ReadOnlySpan<(string, string)>)[("c0", r == 2 ? "" : "i" + r), ("c1", "k" + (r % 3)), ("shop", "s" + r), ("similar", r % 2 == 0 ? "" : "1|2|" + r)])
            {
                space.Encode(scorer.Field(field), value, batch, r);
                request.SetCandidate(r, scorer.Field(field), value);
            }

            again.AddCandidate(request.Encode(r, project: r % 3 == 0));
        }

        scorer.Score(batch, scorer.CreateWorkspace(), expected);
        scorer.Score(request, actual);
        Assert.Equal(expected, actual);
        scorer.Score(again, actual);
        Assert.Equal(expected, actual);
        Assert.Equal(7, expected.Distinct().Count());
    }

    [Theory]
    [InlineData("sequences", 2)]
    [InlineData("sequences", 3)]
    [InlineData("din", 2)]
    [InlineData("din", 3)]
    [InlineData("dinNormalised", 2)]
    public void Training_gives_one_digest_whatever_the_threads(string shape, int threads)
    {
        string Digest(int threads)
        {
            EsmmModel model = SmallModels.Create(shape);
            using Trainer trainer = new(model, new TrainingOptions { Batch = 700 }, threads);
            for (int step = 0; step < 4; step++)
            {
                trainer.Step(SmallModels.Batch(model.Space, 700, (ulong)step));
            }

            return trainer.StateDigest();
        }

        Assert.Equal(Digest(1), Digest(threads));
    }

    [Theory]
    [InlineData("sequences")]
    [InlineData("din")]
    [InlineData("dinNormalised")]
    public void The_way_back_of_a_bottom_by_itself_is_that_of_a_step(string shape)
    {
        // A weighted sum of the inputs: its gradient by the inputs is known, its gradient by a table a difference quotient.
        EsmmModel model = SmallModels.Create(shape);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 9, 4);
        int stride = model.Bottom.Layout.Stride, width = model.Bottom.Layout.Width;
        float[] dInputs = new float[9 * stride];
        double WeightOf(int row, int column) => ((row * 7) + (column * 3)) % 5 - 2;
        for (int i = 0; i < 9 * width; i++)
        {
            dInputs[((i / width) * stride) + (i % width)] = (float)WeightOf(i / width, i % width);
        }

        DoubleModel oracle = new(model);
        double Loss() => Enumerable.Range(2, 6).Sum(row => oracle.Input(batch, row).Select((x, column) => WeightOf(row, column) * x).Sum());
        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            EmbeddingTable table = model.Bottom.Tables[t];
            RowGradients rows = RowGradients.Create(table, 9, model.Bottom.OccurrencesOf(t));
            model.Bottom.Backward(t, batch, 2, 6, dInputs.AsSpan(2 * stride), rows);
            for (int i = 0; i < rows.Count * table.Dim; i++)
            {
                const double H = 1e-6;
                ref double weight = ref oracle.Tables[t][(rows.Rows[i / table.Dim] * table.Dim) + (i % table.Dim)];
                double saved = weight;
                weight = saved + H;
                double above = Loss();
                weight = saved - H;
                double below = Loss();
                weight = saved;
                Assert.Equal((above - below) / (2 * H), rows.Gradients[i], 2e-5);
            }
        }
    }

    [Theory]
    [InlineData("sequences")]
    [InlineData("din")]
    public void A_file_keeps_sequences(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            model.Save(path);
            EsmmModel loaded = EsmmModel.Load(path);
            Assert.Equal(model.WeightsDigest(), loaded.WeightsDigest());
            Assert.Equal(model.Space.ToJson(), loaded.Space.ToJson());
            Assert.Equal(model.Bottom.Layout.Groups, loaded.Bottom.Layout.Groups);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Faults_are_listed()
    {
        HashedField weighted = Last with { Name = "weighted", List = new ListOptions { WeightSeparator = ":", MaxValues = 4096 }, Dim = 5, Shares = null }, separate = Item with { Name = "separate", Separate = true };
        Schema schema = SmallModels.Schema([Last, Item, weighted, separate, SmallModels.Number("n"), Item with { Name = "other", Dim = 3, Tasks = ["ctr"] }, Last with { Name = "private", Tasks = ["cvr"] }]);
        AssertFaults(schema, new Sequence { Name = "", Actions = [], Candidate = [] }, "name: is empty", "actions: is empty");
        AssertFaults(schema, new Sequence { Name = "s", Actions = ["item", "lost"], Candidate = ["last"] },
            "candidate: names 1 fields", "actions: there is no field \"lost\"; did you mean \"last\"?", "actions: field \"item\" is no list", "candidate: field \"last\" has no single embedding");
        AssertFaults(schema, new Sequence { Name = "s", Actions = ["last", "weighted"], Candidate = ["separate", "n"] },
            "actions: field \"weighted\" has weights", "candidate: field \"separate\" is separate", "candidate: field \"n\" has no single embedding", "actions: the lists keep different numbers", "actions: one list keeps its first");
        AssertFaults(schema, new Sequence { Name = "s", Actions = ["private"], Candidate = ["other"] }, ": compares dim 2 of field \"private\" with dim 3 of field \"other\"", ": no tower reads all of its fields");
        Assert.Contains(SchemaValidator.Faults(schema with { Sequences = [History, History] }), fault => fault.Message.Contains("is in a sequence already", StringComparison.Ordinal));
        Assert.Contains(SchemaValidator.Faults(schema with { Sequences = [History with { Actions = ["weighted"] }] }), fault => fault.Message.Contains("are 20480 where at most 16384", StringComparison.Ordinal));
    }

    private static void AssertFaults(Schema schema, Sequence sequence, params string[] expected)
    {
        string[] faults = [.. SchemaValidator.Faults(schema with { Sequences = [sequence] }).Select(fault => fault.Path + ": " + fault.Message)];
        Assert.All(expected, text => Assert.Contains(faults, fault => fault.StartsWith(text[0] == ':' ? "sequences[0]" + text : "sequences[0]." + text, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, faults.Length);
    }

    private static void Near(EsmmModel model, float[] inputs, int row, double first, double second)
    {
        ReadOnlySpan<float> columns = inputs.AsSpan((row * model.Bottom.Layout.Stride) + 2, 2);
        Assert.Equal(first, columns[0], 1e-6);
        Assert.Equal(second, columns[1], 1e-6);
    }

    private static ImpressionBatch Batch(FeatureSpace space, params (int Item, int[] Last)[] rows)
    {
        ImpressionBatch batch = space.CreateBatch(rows.Length);
        batch.Count = rows.Length;
        for (int r = 0; r < rows.Length; r++)
        {
            batch.Ids(space.SlotOf(1))[r] = rows[r].Item;
            for (int k = 0; k < 4; k++)
            {
                batch.Ids(space.SlotOf(0) + k)[r] = rows[r].Last[k];
            }
        }

        return batch;
    }
}
