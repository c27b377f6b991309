using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Every seam filled from outside, with the public API alone.</summary>
public class SeamTests
{
    [Fact]
    public void Own_source_trains_and_is_asked_for_every_epoch_in_order()
    {
        EsmmModel model = SmallModels.Create("allCrosses");
        using Trainer trainer = new(model, new TrainingOptions { Batch = 64, Epochs = 12, LearningRate = 0.01 }, threads: 2);
        MemorySource source = new(SmallModels.Batch(model.Space, 200, 1));
        TrainingResult result = trainer.Fit(source);
        Assert.Equal(Enumerable.Range(0, 12), source.Epochs);
        Assert.Equal((12 * 4, 12), (result.Steps, result.Epochs.Count));
        Assert.True(result.Epochs[^1].Losses[0].Value < 0.7 * result.Epochs[0].Losses[0].Value);
        Assert.Equal(["ctr", "ctcvr"], result.Epochs[0].Losses.Select(l => l.Name));
    }

    [Fact]
    public void Step_limit_ends_training_within_an_epoch()
    {
        EsmmModel model = SmallModels.Create("plain");
        using Trainer trainer = new(model, new TrainingOptions { Batch = 64, Epochs = 12, Steps = 6 }, threads: 1);
        Assert.Equal(6, trainer.Fit(new MemorySource(SmallModels.Batch(model.Space, 200, 1))).Steps);
    }

    [Fact]
    public void Empty_source_is_refused()
    {
        EsmmModel model = SmallModels.Create("plain");
        using Trainer trainer = new(model, new TrainingOptions { Batch = 64 }, threads: 1);
        MemorySource source = new(SmallModels.Batch(model.Space, 1, 1), rows: 0);
        Assert.Equal(EsmmErrorKind.Data, Assert.Throws<EsmmException>(() => trainer.Fit(source)).Kind);
    }

    [Fact]
    public void Slopes_of_the_objectives_are_the_derivatives_of_their_losses()
    {
        // A logit near 8 moves by 1/64 only to within 2^-22, half a unit of its last place: 1e-5 of a slope of 1.
        Small(GradientCheck.WorstSlope(new EsmmObjective(), [1, 1]), 2e-5);
        Small(GradientCheck.WorstSlope(new EsmmObjective(0.3, 2), [0.3, 2]), 2e-5);
        Small(GradientCheck.WorstSlope(new EsmmObjective(), [1, 1], sampling: new Half()), 2e-5);
        Small(GradientCheck.WorstSlope(new CvrObjective(), [1]), 2e-5);
        Small(GradientCheck.WorstSlope(new CvrObjective(), [1], sampling: new ClickedRows()), 2e-5);
        Small(GradientCheck.WorstSlope(new WeightedClicks(5), [1, 1]), 1e-4);
    }

    [Fact]
    public void Wrong_objectives_are_found_out()
    {
        Assert.True(GradientCheck.WorstSlope(new WeightedClicks(5, fault: true), [1, 1]) > 0.1);
        Assert.True(GradientCheck.WorstSlope(new EsmmObjective(1, 1), [1, 2]) > 0.1);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("separate")]
    [InlineData("allSeparate")]
    public void Own_objective_trains_and_its_losses_are_reported(string shape)
    {
        EsmmModel plain = SmallModels.Create(shape), own = SmallModels.Create(shape), weighted = SmallModels.Create(shape);
        ImpressionBatch batch = SmallModels.Batch(plain.Space, 64, 1);
        Train(plain, batch);
        Train(own, batch, new WeightedClicks(1));
        Train(weighted, batch, new WeightedClicks(5));
        Assert.Equal(plain.WeightsDigest(), own.WeightsDigest());
        Assert.NotEqual(plain.WeightsDigest(), weighted.WeightsDigest());
    }

    [Fact]
    public void Own_sampling_leaves_rows_out_as_if_they_were_not_there()
    {
        EsmmModel sampled = SmallModels.Create("plain"), fewer = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(sampled.Space, 64, 1), half = sampled.Space.CreateBatch(32);
        half.Count = 32;
        for (int r = 0; r < 32; r++)
        {
            batch.CopyRow(2 * r, half, r);
        }

        using Trainer a = new(sampled, new TrainingOptions { Batch = 64 }, 1, sampling: new Half());
        using Trainer b = new(fewer, new TrainingOptions { Batch = 64 }, 1);
        a.Step(batch);
        b.Step(half);
        Assert.Equal(b.Losses.ToArray(), a.Losses.ToArray());
        Assert.Equal(fewer.Towers.Parameters.ToArray(), sampled.Towers.Parameters.ToArray());
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("separate")]
    [InlineData("allSeparate")]
    public void Clicked_rows_with_the_objective_of_CVR_leave_the_CTR_tower_alone(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        float[] before = Tensors(model, "ctr"), cvr = Tensors(model, "cvr");
        using Trainer trainer = new(model, new TrainingOptions { Batch = 64 }, 1, new CvrObjective(), new ClickedRows());
        trainer.Step(SmallModels.Batch(model.Space, 64, 1));
        Assert.Equal(before, Tensors(model, "ctr"));
        Assert.NotEqual(cvr, Tensors(model, "cvr"));
    }

    [Fact]
    public void Steps_after_early_stopping_go_on_from_the_weights_it_brought_back()
    {
        // At this rate later epochs are worse, so weights are brought back.
        string Trained(bool prepare)
        {
            EsmmModel model = SmallModels.Create("plain");
            ImpressionBatch batch = SmallModels.Batch(model.Space, 300, 3);
            using Trainer trainer = new(model, new TrainingOptions { Batch = 300, Epochs = 9, LearningRate = 0.2, EarlyStopping = new EarlyStopping("ctcvr.logLoss", 3) }, 1);
            TrainingResult result = trainer.Fit(new MemorySource(batch), new MemorySource(SmallModels.Batch(model.Space, 300, 4)));
            Assert.True(result.KeptEpoch < result.Epochs.Count, "Nothing was brought back.");
            for (int tile = 0; tile < model.Towers.WeightTiles && prepare; tile++)
            {
                model.Towers.PrepareBackward(tile);
            }

            trainer.Step(batch);
            return model.WeightsDigest();
        }

        Assert.Equal(Trained(prepare: true), Trained(prepare: false));
    }

    private static void Small(double worst, double allowed) => Assert.True(worst < allowed, $"{worst:E3}, allowed {allowed:E1}");

    private static float[] Tensors(EsmmModel model, string tower)
    {
        List<float> values = [];
        foreach (TowerTensor tensor in model.Towers.Tensors.Where(t => t.Name.StartsWith(tower, StringComparison.Ordinal)))
        {
            for (int i = 0; i < tensor.Count; i++)
            {
                values.Add(model.Towers.Parameters[tensor.IndexOf(i)]);
            }
        }

        return [.. values];
    }

    private static void Train(EsmmModel model, ImpressionBatch batch, Objective? objective = null)
    {
        using Trainer trainer = new(model, new TrainingOptions { Batch = batch.Count }, 1, objective);
        for (int s = 0; s < 3; s++)
        {
            trainer.Step(batch);
            Assert.Equal(2, trainer.Losses.Length);
        }
    }

    /// <summary>ESMM with clicks that count more than the other impressions.</summary>
    private sealed class WeightedClicks(double weight, bool fault = false) : Objective
    {
        public override IReadOnlyList<string> Losses { get; } = ["weighted ctr", "ctcvr"];

        public override void Slopes(in ObjectiveRows rows)
        {
            for (int r = 0; r < rows.Count; r++)
            {
                double a = rows.Logits(0)[r], b = rows.Logits(1)[r];
                bool y = rows.Labels(0)[r] == 1, c = y && rows.Labels(1)[r] == 1;
                double w = y ? weight : 1, ctr = 1.0 / rows.Kept(0), ctcvr = 1.0 / rows.Kept(1) * rows.Weight(1)[r];
                rows.Loss(0)[r] = w * SigmoidProduct.CtrLoss(a, y);
                rows.Loss(1)[r] = SigmoidProduct.CtcvrLoss(a, b, c);
                SigmoidProduct.CtcvrSlopes(a, b, c, out double dA, out double dB);
                rows.DLogits(0)[r] = (float)((ctr * rows.Weight(0)[r] * (fault ? 1 : w) * SigmoidProduct.CtrSlope(a, y)) + (ctcvr * dA));
                rows.DLogits(1)[r] = (float)(ctcvr * dB);
            }
        }
    }

    /// <summary>Every other row.</summary>
    private sealed class Half : RowSampling
    {
        public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination)
        {
            for (int r = 0; r < destination.Length; r++)
            {
                destination[r] = 1 - (r % 2);
            }
        }
    }
}
