using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Row weights from a column and from an item's past.</summary>
public class RowWeightTests
{
    private const long Day = TimeSpan.TicksPerDay;

    [Fact]
    public void History_counts_the_past_of_the_item_and_nothing_of_the_present_or_the_future()
    {
        // Eight days' window in parts of a day. Item 1: 40 impressions on day 10, half of them clicked; item 2: 40 on day 10, none clicked.
        FeatureSpace space = Space();
        ImpressionBatch log = space.CreateBatch(400);
        for (int i = 0; i < 80; i++)
        {
            Add(log, 1 + (i % 2), (10 * Day) + i, click: i % 4 == 0, conversion: i % 8 == 0);
        }

        // What happens on day 12 and after must not be seen on day 12.
        for (int i = 0; i < 100; i++)
        {
            Add(log, 2, (12 * Day) + i, click: true, conversion: true);
        }

        HistoryWeights weights = HistoryWeights.Build(space, new MemorySource(log), new HistoryOptions { Field = "item", Window = TimeSpan.FromDays(8), Smoothing = 20, Least = 0.1, Most = 3 });
        double average = 20.0 / 80;
        foreach (long time in (long[])[11 * Day, (12 * Day) + 50, (13 * Day) - 1])
        {
            Assert.Equal((20 + (20 * average)) / 60 / average, weights.WeightOf(1, time, ofClicks: false), 1e-12);
            Assert.Equal((0 + (20 * average)) / 60 / average, weights.WeightOf(2, time, ofClicks: false), 1e-12);
            Assert.Equal((10 + (20 * 0.5)) / 40 / 0.5, weights.WeightOf(1, time, ofClicks: true), 1e-12);
            Assert.Equal(1, weights.WeightOf(7, time, ofClicks: false), 1e-12);
        }

        // On day 10 itself, and once the window has gone by, there is no past.
        Assert.Equal(1, weights.WeightOf(1, (10 * Day) + 70, ofClicks: false));
        Assert.True(weights.WeightOf(2, 13 * Day, ofClicks: false) > 1);
        Assert.Equal(1, weights.WeightOf(1, 40 * Day, ofClicks: false));
    }

    [Fact]
    public void A_lag_leaves_the_latest_past_out_and_weights_stay_within_their_bounds()
    {
        FeatureSpace space = Space();
        ImpressionBatch log = space.CreateBatch(200);
        for (int i = 0; i < 100; i++)
        {
            Add(log, i < 5 ? 1 : 2, 10 * Day, click: i < 5, conversion: false);
        }

        HistoryOptions options = new() { Field = "item", Window = TimeSpan.FromDays(8), Smoothing = 0.1, Least = 0.5, Most = 2, Lag = TimeSpan.FromDays(3) };
        HistoryWeights weights = HistoryWeights.Build(space, new MemorySource(log), options);
        Assert.Equal(1, weights.WeightOf(1, 12 * Day, ofClicks: false));
        Assert.Equal((2, 0.5), (weights.WeightOf(1, 14 * Day, false), weights.WeightOf(2, 14 * Day, false)));
        Assert.Equal(1, weights.WeightOf(1, 14 * Day, ofClicks: true));
    }

    [Fact]
    public void Weights_from_a_column_are_the_weights_of_the_loss_they_are_for()
    {
        EsmmModel weighted = SmallModels.Create("plain"), given = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(weighted.Space, 64, 1);
        int slot = weighted.Space.SlotOf(weighted.Space.FieldIndex("rn"));
        for (int r = 0; r < 64; r++)
        {
            batch.Numbers(slot)[r] = r % 4;
        }

        TrainingOptions options = new() { Batch = 64, Loss = new LossOptions { CtcvrRowWeight = "rn" } };
        using Trainer a = new(weighted, options, 1), b = new(given, options with { Loss = new LossOptions() }, 1, sampling: new Given(slot));
        a.Step(batch);
        b.Step(batch);
        Assert.Equal(given.WeightsDigest(), weighted.WeightsDigest());
        using Trainer plain = new(SmallModels.Create("plain"), options with { Loss = new LossOptions() }, 1);
        plain.Step(batch);
        Assert.Equal(plain.Losses[0], a.Losses[0]);
        Assert.NotEqual(plain.Losses[1], a.Losses[1]);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => new ColumnWeights(weighted.Space, ["r0"])).Kind);
    }

    [Theory]
    [InlineData(ModelKind.Chain, 2)]
    [InlineData(ModelKind.Aitm, 2)]
    [InlineData(ModelKind.Esm2, 2)]
    [InlineData(ModelKind.Escm2Ips, 1)]
    public void The_ctcvr_weights_are_those_of_the_loss_called_ctcvr_whichever_it_is(ModelKind kind, int loss)
    {
        EsmmModel model = FamilyModels.Create(new ModelOptions { Kind = kind, CtrTower = [8], CvrTower = [8], OtherTowers = [8] }, kind == ModelKind.Escm2Ips ? 2 : 3);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 64, 1);
        int slot = model.Space.SlotOf(model.Space.FieldIndex("n"));
        for (int r = 0; r < 64; r++)
        {
            batch.Numbers(slot)[r] = r % 4;
        }

        TrainingParts parts = TrainingParts.Create(model, new TrainingOptions { Loss = new LossOptions { CtcvrRowWeight = "n" } });
        Assert.Equal("ctcvr", parts.Objective.Losses[loss]);
        for (int l = 0; l < parts.Objective.Losses.Count; l++)
        {
            float[] weights = new float[64];
            parts.Sampling.Weigh(batch, l, weights);
            Assert.Equal(Enumerable.Range(0, 64).Select(r => l == loss ? r % 4 : 1f), weights);
        }
    }

    [Fact]
    public void A_weight_that_is_no_input_takes_no_column_and_gets_no_part_in_scores()
    {
        NumericField weight = new() { Name = "w", Standardise = false, Input = false, Side = Side.Request };
        Field[] fields = [SmallModels.Hashed("r", 9, 3, Side.Request), SmallModels.Number("n"), SmallModels.Hashed("c", 9, 3)];
        ModelOptions options = new() { CtrTower = [6], CvrTower = [6] };
        EsmmModel with = SmallModels.Create(options, [fields[0], weight, .. fields[1..]]), without = SmallModels.Create(options, fields);
        Assert.Equal(without.Bottom.Layout.Groups, with.Bottom.Layout.Groups);
        Assert.Equal(-1, with.Bottom.Layout.ColumnOfField(1));
        Assert.Equal(without.WeightsDigest(), with.WeightsDigest());
        ImpressionBatch batch = SmallModels.Batch(without.Space, 64, 1), weighed = with.Space.CreateBatch(64);
        weighed.Count = 64;
        float[] weights = [.. Enumerable.Range(0, 64).Select(r => (float)(r % 4))];
        for (int r = 0; r < 64; r++)
        {
            (weighed.Ids(0)[r], weighed.Ids(1)[r]) = (batch.Ids(0)[r], batch.Ids(1)[r]);
            (weighed.Numbers(0)[r], weighed.Numbers(1)[r]) = (weights[r], batch.Numbers(0)[r]);
            (weighed.Labels(0)[r], weighed.Labels(1)[r]) = (batch.Labels(0)[r], batch.Labels(1)[r]);
        }

        TrainingOptions how = new() { Batch = 64 };
        using Trainer a = new(with, how with { Loss = new LossOptions { CtrRowWeight = "w", CtcvrRowWeight = "w" } }, 1), b = new(without, how, 1, sampling: new Fixed(weights));
        for (int step = 0; step < 3; step++)
        {
            a.Step(weighed);
            b.Step(batch);
        }

        Assert.Equal(b.StateDigest(), a.StateDigest());

        // Nobody sets it when scoring, and it comes back from a file as it was.
        EsmmScorer scorer = new(with), other = new(without);
        RankingRequest request = scorer.CreateRequest(2), same = other.CreateRequest(2);
        Prediction[] actual = new Prediction[2], expected = new Prediction[2];
        foreach ((RankingRequest one, EsmmScorer of) in (ReadOnlySpan<(RankingRequest, EsmmScorer)>)[(request, scorer), (same, other)])
        {
            one.Set(of.Field("r"), "x");
            one.SetCandidate(one.AddCandidate(), of.Field("c"), "a");
            one.SetCandidate(one.AddCandidate(), of.Field("c"), "b");
        }

        Assert.Equal(other.Score(same, expected).ToArray(), scorer.Score(request, actual).ToArray());
        Assert.Throws<EsmmException>(() => request.Set(scorer.Field("w"), 1.0));
        Assert.Equal(with.Space.ToJson(), FeatureSpace.FromJson(with.Space.ToJson(), _ => default).ToJson());
        Assert.False(((NumericField)FeatureSpace.FromJson(with.Space.ToJson(), _ => default).Schema.Fields[1]).Input);
        Assert.Contains(SchemaValidator.Faults(SmallModels.Schema([fields[0], weight with { Separate = true }])), fault => fault.Path == "fields[1].input");
        Assert.Contains(SchemaValidator.Faults(SmallModels.Schema([weight])), fault => fault.Path == "fields");
        Assert.Equal("model.auxiliary[0].field", Assert.Throws<EsmmException>(() => SmallModels.Create(options with { Auxiliary = [new AuxiliaryOptions("a", "click", 1, [], "w")] }, [fields[0], weight])).Where);
    }

    [Fact]
    public void History_without_times_or_of_a_number_is_refused()
    {
        EsmmModel model = SmallModels.Create("plain");
        MemorySource log = new(SmallModels.Batch(model.Space, 5, 1));
        Assert.Equal("loss.history", Assert.Throws<EsmmException>(() => HistoryWeights.Build(model.Space, log, new HistoryOptions { Field = "c0" })).Where);
        Assert.Equal("loss.history.field", Assert.Throws<EsmmException>(() => HistoryWeights.Build(model.Space, log, new HistoryOptions { Field = "cn" })).Where);
    }

    private static FeatureSpace Space() => FeatureSpace.FromSchema(SmallModels.Schema([SmallModels.Hashed("item", 9, 2)]) with { Time = new ImpressionTime { Column = "t" } });

    private static void Add(ImpressionBatch log, int item, long time, bool click, bool conversion)
    {
        int r = log.Count++;
        log.Ids(0)[r] = item;
        log.Times[r] = time;
        log.Labels(0)[r] = (byte)(click ? 1 : 0);
        log.Labels(1)[r] = (byte)(conversion ? 1 : 0);
    }

    private sealed class Fixed(float[] weights) : RowSampling
    {
        public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination) => weights.AsSpan(0, destination.Length).CopyTo(destination);
    }

    private sealed class Given(int slot) : RowSampling
    {
        public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination)
        {
            destination.Fill(1);
            if (loss == 1)
            {
                batch.Numbers(slot)[..destination.Length].CopyTo(destination);
            }
        }
    }
}
