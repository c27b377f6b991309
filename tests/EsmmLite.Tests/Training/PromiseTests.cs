using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>What the whole process allocates is measured: nothing else may run meanwhile.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("Alone")]
public sealed class PromiseTests(ITestOutputHelper output) : IDisposable
{
    private readonly TinyFile _tiny = new();

    public void Dispose() => _tiny.Dispose();

    // P3

    [Fact]
    public void A_step_touches_as_much_of_a_table_of_a_million_rows_as_of_one_of_a_thousand()
    {
        StepResult small = Touch(1000), large = Touch(1_000_000);
        Assert.Equal(small, large);
        Assert.InRange(small.RowsTouched, 1, 2 * 256);
        Assert.Equal(small.RowsTouched * 8 * sizeof(float) * 7, small.RowBytes);
    }

    // P4

    [Theory]
    [InlineData("allCrosses", 1)]
    [InlineData("allCrosses", 2)]
    [InlineData("allCrosses", 3)]
    [InlineData("separate", 2)]
    [InlineData("private", 2)]
    [InlineData("lists", 2)]
    [InlineData("sequences", 2)]
    [InlineData("din", 2)]
    [InlineData("dinNormalised", 2)]
    [InlineData("allSeparate", 1)]
    [InlineData("allSeparate", 3)]
    public void A_step_allocates_nothing(string shape, int threads)
    {
        // Ids repeat much in the large batch and little in the small one.
        EsmmModel model = SmallModels.Create(shape);
        using Trainer trainer = new(model, new TrainingOptions { Batch = 2000 }, threads);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 2000, 1), small = SmallModels.Batch(model.Space, 7, 2);
        RequireNoAllocation(
            () =>
            {
                trainer.Step(batch);
                trainer.Step(small);
            },
            25);
    }

    [Theory]
    [InlineData("allCrosses", WeightFormat.Float32)]
    [InlineData("separate", WeightFormat.Float32)]
    [InlineData("allSeparate", WeightFormat.Float32)]
    [InlineData("allCrosses", WeightFormat.BFloat16)]
    [InlineData("separate", WeightFormat.BFloat16)]
    [InlineData("lists", WeightFormat.Float32)]
    [InlineData("lists", WeightFormat.BFloat16)]
    [InlineData("sequences", WeightFormat.Float32)]
    [InlineData("sequences", WeightFormat.BFloat16)]
    [InlineData("din", WeightFormat.Float32)]
    [InlineData("din", WeightFormat.BFloat16)]
    public void Scoring_a_batch_allocates_nothing(string shape, WeightFormat weights)
    {
        EsmmScorer scorer = new(SmallModels.Create(shape), new ScorerOptions { Weights = weights });
        ScoringWorkspace workspace = scorer.CreateWorkspace();
        ImpressionBatch batch = SmallModels.Batch(scorer.Space, 1500, 1), small = SmallModels.Batch(scorer.Space, 30, 2);
        Prediction[] predictions = new Prediction[1500];
        RequireNoAllocation(
            () =>
            {
                scorer.Score(batch, workspace, predictions);
                scorer.Score(small, workspace, predictions);
            },
            25);
    }

    [Theory]
    [InlineData("allCrosses", WeightFormat.Float32)]
    [InlineData("allCrosses", WeightFormat.BFloat16)]
    [InlineData("allSeparate", WeightFormat.Float32)]
    public void A_request_from_rent_to_ranking_allocates_nothing(string shape, WeightFormat weights)
    {
        EsmmScorer scorer = new(SmallModels.Create(shape), new ScorerOptions { Weights = weights });
        ScoringPool<RankingRequest> pool = scorer.CreateRequestPool(200, 1);
        Prediction[] predictions = new Prediction[200];
        double[] bids = [.. Enumerable.Range(0, 200).Select(i => 1.0 + (i % 7))];
        Ranked[] top = new Ranked[10];
        FieldKey r0 = scorer.Field("r0"), r1 = scorer.Field("r1"), rn = scorer.Field("rn"), c0 = scorer.Field("c0"), c1 = scorer.Field("c1"), c2 = scorer.Field("c2"), cn = scorer.Field("cn");
        string longTitle = new('x', 1000);
        RequireNoAllocation(
            () =>
            {
                using Rented<RankingRequest> rented = pool.Rent();
                RankingRequest request = rented.Value;
                request.Set(r0, "user 17");
                request.Set(r1, ulong.MaxValue);
                request.Set(rn, 0.5f);
                for (int c = 0; c < 200; c++)
                {
                    int candidate = request.AddCandidate();
                    request.SetCandidate(candidate, c0, (c & 1) == 0 ? "even"u8 : "odd"u8);
                    request.SetCandidate(candidate, cn, c / 200.0);
                    request.SetCandidate(candidate, c1, longTitle);
                    request.SetCandidate(candidate, c2, -c);
                }

                Span<Prediction> scored = scorer.Score(request, predictions);
                Ranking.Top(scored, default(ByPCtcvr), top);
                Ranking.Top(scored, new ByExpectedValue(bids), top);
                Ranking.Top(scored, new ByPowers(0.7, 1.2, bids, -0.3), top);
            },
            50);
    }

    [Theory]
    [InlineData("sequences")]
    [InlineData("din")]
    [InlineData("dinNormalised")]
    public void A_request_that_attends_to_actions_allocates_nothing(string shape)
    {
        EsmmScorer scorer = new(SmallModels.Create(shape));
        RankingRequest request = scorer.CreateRequest(150);
        Prediction[] predictions = new Prediction[150];
        FieldKey items = scorer.Field("items"), kinds = scorer.Field("kinds"), c0 = scorer.Field("c0"), similar = scorer.Field("similar");
        RequireNoAllocation(
            () =>
            {
                request.Clear();
                request.SetList(items, [3L, 1, 4, 1, 5], []);
                request.SetList(kinds, [3L, 1, 4], []);
                for (int c = 0; c < 150; c++)
                {
                    request.SetCandidate(request.AddCandidate(), c0, c);
                    request.SetCandidate(c, similar, "1|2");
                }

                scorer.Score(request, predictions);
            },
            50);
    }

    [Fact]
    public void A_batch_from_filling_to_score_allocates_nothing()
    {
        EsmmScorer scorer = new(SmallModels.Create("allCrosses"));
        ScoringPool<ScoringWorkspace> pool = scorer.CreateWorkspacePool(1);
        ImpressionBatch batch = scorer.Space.CreateBatch(100);
        Prediction[] predictions = new Prediction[100];
        FieldKey c0 = scorer.Field("c0"), c1 = scorer.Field("c1"), c2 = scorer.Field("c2"), cn = scorer.Field("cn");
        RequireNoAllocation(
            () =>
            {
                batch.Count = 0;
                while (batch.Count < batch.Capacity)
                {
                    int row = scorer.Space.AddImpression(batch);
                    scorer.Space.Encode(c0, "a text", batch, row);
                    scorer.Space.Encode(c1, "UTF-8"u8, batch, row);
                    scorer.Space.Encode(c2, 1UL << 63, batch, row);
                    scorer.Space.Encode(cn, 7, batch, row);
                }

                using Rented<ScoringWorkspace> workspace = pool.Rent();
                scorer.Score(batch, workspace.Value, predictions);
            },
            50);
    }

    // P5

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void A_number_that_is_not_finite_is_refused_by_name_and_changes_nothing(float bad, string text)
    {
        EsmmModel model = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(model.Space, 64, 1);
        batch.Numbers(model.Space.SlotOf(model.Space.FieldIndex("rn")))[41] = bad;
        EsmmException step = RefuseStep(model, batch, EsmmErrorKind.Data);
        Assert.Equal("field 'rn', row 41 of the batch", step.Where);
        Assert.Contains(bad.ToString(System.Globalization.CultureInfo.InvariantCulture), step.What, StringComparison.Ordinal);
        Assert.NotEmpty(text);

        EsmmScorer scorer = new(model);
        Prediction[] predictions = new Prediction[64];
        EsmmException score = Assert.Throws<EsmmException>(() => scorer.Score(batch, scorer.CreateWorkspace(), predictions));
        Assert.Equal((step.Kind, step.Where), (score.Kind, score.Where));
        Assert.All(predictions, p => Assert.Equal(default, p));
    }

    [Fact]
    public void A_label_of_2_is_refused_by_name_and_not_looked_at_when_scoring()
    {
        EsmmModel model = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(model.Space, 64, 1);
        batch.Labels(1)[3] = 2;
        Assert.Equal("stage 'conversion', row 3 of the batch", RefuseStep(model, batch, EsmmErrorKind.Data).Where);
        EsmmScorer scorer = new(model);
        scorer.Score(batch, scorer.CreateWorkspace(), new Prediction[64]);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-2)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void An_id_out_of_range_is_refused_by_name(int id)
    {
        EsmmModel model = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(model.Space, 64, 1);
        batch.Ids(model.Space.SlotOf(model.Space.FieldIndex("c0")))[63] = id;
        Assert.Equal("field 'c0', row 63 of the batch", RefuseStep(model, batch, EsmmErrorKind.Data).Where);
        EsmmScorer scorer = new(model);
        Assert.Throws<EsmmException>(() => scorer.Score(batch, scorer.CreateWorkspace(), new Prediction[64]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    public void A_row_weight_that_is_no_weight_is_refused_by_row_and_loss(float weight)
    {
        EsmmModel model = SmallModels.Create("plain");
        EsmmException e = RefuseStep(model, SmallModels.Batch(model.Space, 64, 1), EsmmErrorKind.Numeric, new OneWeight(weight));
        Assert.Equal("row 5 of the batch, loss 1", e.Where);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void A_batch_of_a_wrong_size_is_refused(int rows)
    {
        EsmmModel model = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(model.Space, 65, 1);
        batch.Count = rows;
        RefuseStep(model, batch, EsmmErrorKind.Usage);
    }

    [Theory]
    [InlineData("emb.c0.weight")]
    [InlineData("cvr.dense1.kernel")]
    public void A_weight_that_is_not_a_number_is_refused_by_tensor(string tensor)
    {
        EsmmModel model = SmallModels.Create("plain");
        if (model.Towers.Tensors.FirstOrDefault(t => t.Name == tensor) is { } found)
        {
            model.Towers.Parameters[found.IndexOf(5)] = float.NaN;
        }
        else
        {
            model.Bottom.Tables.Single(t => tensor.Contains(t.Name, StringComparison.Ordinal)).Values[5] = float.NaN;
        }

        EsmmException e = Assert.Throws<EsmmException>(() => SaveAndLoad(model));
        Assert.Contains(tensor, e.Message, StringComparison.Ordinal);
        Assert.Contains("NaN", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_with_a_number_that_is_not_finite_is_refused_by_field_and_candidate()
    {
        EsmmScorer scorer = new(SmallModels.Create("plain"));
        RankingRequest request = scorer.CreateRequest(4);
        FieldKey cn = scorer.Field("cn"), rn = scorer.Field("rn");
        request.AddCandidate();
        request.AddCandidate();
        EsmmException candidate = Assert.Throws<EsmmException>(() => request.SetCandidate(1, cn, double.NaN));
        Assert.Contains("candidate 1", candidate.Message, StringComparison.Ordinal);
        Assert.Contains("cn", candidate.Message, StringComparison.Ordinal);
        Assert.Contains("cn", Assert.Throws<EsmmException>(() => request.SetCandidate(1, cn, "inf")).Message, StringComparison.Ordinal);
        Assert.Contains("rn", Assert.Throws<EsmmException>(() => request.Set(rn, double.PositiveInfinity)).Message, StringComparison.Ordinal);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => request.SetCandidate(2, cn, 1.0)).Kind);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => request.Set(cn, 1.0)).Kind);
    }

    [Fact]
    public void Training_that_diverges_stops_with_step_and_name_and_leaves_the_weights_before_the_step()
    {
        EsmmModel model = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(model.Space, 64, 1);
        using Trainer trainer = new(model, new TrainingOptions { Batch = 64, LearningRate = 10 }, 2);
        trainer.Step(batch);
        batch.Numbers(0)[..64].Fill(3e38f);
        string before = trainer.StateDigest();
        EsmmException stopped = Assert.Throws<EsmmException>(() => { trainer.Step(batch); });
        output.WriteLine(stopped.Message);
        Assert.Equal(EsmmErrorKind.Numeric, stopped.Kind);
        Assert.StartsWith($"step {trainer.Steps + 1}", stopped.Where, StringComparison.Ordinal);
        Assert.True(stopped.What.Contains("the loss 'c", StringComparison.Ordinal) || stopped.Where!.Contains("dense", StringComparison.Ordinal) || stopped.Where.Contains("emb.", StringComparison.Ordinal));
        Assert.Equal(before, trainer.StateDigest());
    }

    private void RequireNoAllocation(Action action, int times) => Allocations.RequireNone(action, times, output);

    private static StepResult Touch(int rows)
    {
        EsmmModel model = SmallModels.Create(new ModelOptions { CtrTower = [8], CvrTower = [8] }, [SmallModels.Hashed("user", rows, 8, Side.Request), SmallModels.Hashed("item", rows, 8)], new Cross("user", "item"));
        using Trainer trainer = new(model, new TrainingOptions { Batch = 256 }, 1);
        return trainer.Step(SmallModels.Batch(model.Space, 256, 1, mostRows: 1000));
    }

    private static EsmmException RefuseStep(EsmmModel model, ImpressionBatch batch, EsmmErrorKind kind, RowSampling? sampling = null)
    {
        using Trainer trainer = new(model, new TrainingOptions { Batch = 64 }, 1, sampling: sampling);
        string before = trainer.StateDigest();
        EsmmException e = Assert.Throws<EsmmException>(() => { trainer.Step(batch); });
        Assert.Equal(kind, e.Kind);
        Assert.Equal(before, trainer.StateDigest());
        return e;
    }

    private EsmmModel SaveAndLoad(EsmmModel model)
    {
        model.Save(_tiny.Path);
        return EsmmModel.Load(_tiny.Path);
    }

    private sealed class OneWeight(float weight) : RowSampling
    {
        public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination)
        {
            destination.Fill(1);
            destination[5] = loss == 1 ? weight : 1;
        }
    }
}
