using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Update rules, clipping, decay and schedules in whole trainings.</summary>
public class OptimizerTests
{
    private static readonly TrainingOptions Plain = new() { Batch = 64, LearningRate = 0.01 };

    public static TheoryData<TowerOptimizer, TableOptimizer> Rules => new()
    {
        { TowerOptimizer.AdamW, TableOptimizer.LazyAdamW },
        { TowerOptimizer.Adagrad, TableOptimizer.Adagrad },
        { TowerOptimizer.Adam, TableOptimizer.RowwiseAdagrad },
        { TowerOptimizer.Adam, TableOptimizer.ExactAdam },
        { TowerOptimizer.Ftrl, TableOptimizer.Ftrl },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_rule_lowers_the_loss_and_reaches_the_same_state_on_any_number_of_threads(TowerOptimizer towers, TableOptimizer tables)
    {
        double rate = towers == TowerOptimizer.Ftrl ? 0.3 : tables is TableOptimizer.RowwiseAdagrad or TableOptimizer.Adagrad ? 0.05 : 0.01;
        TrainingOptions options = Plain with { LearningRate = rate, ClipNorm = 0.5, TableL2 = 1e-4, Optimizer = new OptimizerOptions { Towers = towers, Tables = tables, FtrlL1 = 1e-4 } };
        HashSet<string> digests = [];
        foreach (int threads in (int[])[1, 2, 3])
        {
            EsmmModel model = SmallModels.Create("allCrosses");
            using Trainer trainer = new(model, options, threads);
            ImpressionBatch batch = SmallModels.Batch(model.Space, 64, 1);
            trainer.Step(batch);
            double first = trainer.Losses[0] + trainer.Losses[1];
            for (int step = 0; step < 60; step++)
            {
                trainer.Step(batch);
            }

            Assert.True(trainer.Losses[0] + trainer.Losses[1] < 0.9 * first, $"{first} -> {trainer.Losses[0] + trainer.Losses[1]}");
            digests.Add(trainer.StateDigest());
        }

        Assert.Single(digests);
    }

    [Fact]
    public void Fit_settles_rows_that_exact_Adam_put_off()
    {
        // The rows of the first batch rest while the second one trains: at the end of the epoch they have moved on.
        TrainingOptions options = Plain with { Optimizer = new OptimizerOptions { Tables = TableOptimizer.ExactAdam } };
        EsmmModel fitted = SmallModels.Create("plain"), stepped = SmallModels.Create("plain");
        using Trainer fit = new(fitted, options, 2), step = new(stepped, options, 2);
        ImpressionBatch batch = SmallModels.Batch(fitted.Space, 128, 1);
        fit.Fit(new TwoBatches(batch));
        for (int half = 0; half < 2; half++)
        {
            step.Step(TwoBatches.Half(stepped.Space, batch, half));
        }

        Assert.NotEqual(fitted.WeightsDigest(), stepped.WeightsDigest());
        step.Settle();
        Assert.Equal(fitted.WeightsDigest(), stepped.WeightsDigest());
    }

    [Fact]
    public void Decoupled_decay_shrinks_what_has_no_gradient_by_rate_times_decay()
    {
        // A tower without a gradient: Adam does not move it, AdamW shrinks it.
        EsmmModel model = SmallModels.Create("plain");
        TowerTensor kernel = model.Towers.Tensors.Single(t => t.Name == "ctr.dense1.kernel");
        float before = model.Towers.Parameters[kernel.IndexOf(3)];
        using Trainer trainer = new(model, Plain with { Optimizer = new OptimizerOptions { Towers = TowerOptimizer.AdamW, WeightDecay = 0.1 } }, 1, new CvrObjective());
        trainer.Step(SmallModels.Batch(model.Space, 64, 1));
        Assert.Equal(before * (float)(1 - (0.01 * 0.1)), model.Towers.Parameters[kernel.IndexOf(3)]);
    }

    [Fact]
    public void Clipping_scales_the_whole_gradient_to_the_length_and_leaves_a_short_one_alone()
    {
        // With Adagrad's sums the gradients that were used can be read back: after one step they are the squares.
        EsmmModel free = SmallModels.Create("allCrosses"), clipped = SmallModels.Create("allCrosses"), loose = SmallModels.Create("allCrosses");
        TrainingOptions options = Plain with { Optimizer = new OptimizerOptions { Towers = TowerOptimizer.Adagrad, Tables = TableOptimizer.Adagrad } };
        (double norm, double length) = Norms(free, options with { ClipNorm = 1e9 });
        Assert.Equal(norm, length, 1e-6 * norm);
        (double same, double shorter) = Norms(clipped, options with { ClipNorm = 0.25 * norm });
        Assert.Equal(norm, same);
        Assert.Equal(0.25 * norm, shorter, 1e-6 * norm);
        Norms(loose, options with { ClipNorm = 1.01 * norm });
        Assert.Equal(free.WeightsDigest(), loose.WeightsDigest());
        Assert.NotEqual(free.WeightsDigest(), clipped.WeightsDigest());
    }

    [Fact]
    public void L2_moves_touched_rows_only()
    {
        EsmmModel plain = SmallModels.Create("plain"), decayed = SmallModels.Create("plain");
        ImpressionBatch batch = SmallModels.Batch(plain.Space, 8, 1);
        foreach ((EsmmModel model, double l2) in (ReadOnlySpan<(EsmmModel, double)>)[(plain, 0), (decayed, 0.1)])
        {
            using Trainer trainer = new(model, Plain with { TableL2 = l2, Optimizer = new OptimizerOptions { Tables = TableOptimizer.Adagrad } }, 1);
            trainer.Step(batch);
        }

        for (int t = 0; t < plain.Bottom.Tables.Count; t++)
        {
            for (int row = 0; row < plain.Bottom.Tables[t].Rows; row++)
            {
                bool touched = batch.Ids(t)[..8].Contains(row);
                Assert.Equal(!touched, plain.Bottom.Tables[t].Row(row).SequenceEqual(decayed.Bottom.Tables[t].Row(row)));
            }
        }
    }

    [Fact]
    public void Schedules_are_their_formulas()
    {
        LearningRateSchedule perEpoch = new() { Kind = ScheduleKind.Exponential, Rate = 0.8, Every = 3 };
        LearningRateSchedule cosine = new() { Kind = ScheduleKind.Cosine, Unit = ScheduleUnit.Steps, Every = 1000, Floor = 0.1, WarmupSteps = 50 };
        LearningRateSchedule stairs = new() { Kind = ScheduleKind.Step, Rate = 0.5, Every = 2, Floor = 0.2 };
        for (int e = 0; e < 20; e++)
        {
            Assert.Equal(Math.Pow(0.8, e / 3.0), perEpoch.Factor(1000, e), 1e-14);
            Assert.Equal(Math.Max(0.2, Math.Pow(0.5, e / 2)), stairs.Factor(7, e), 1e-14);
        }

        foreach (int step in (int[])[1, 10, 49, 50, 51, 500, 1000, 1001, 5000])
        {
            double expected = (0.1 + (0.9 * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, (step - 1) / 1000.0))))) * Math.Min(1, step / 50.0);
            Assert.Equal(expected, cosine.Factor(step, 3), 1e-14);
        }

        Assert.Equal(1, new LearningRateSchedule().Factor(17, 4));
    }

    [Fact]
    public void Fit_goes_by_the_schedule_epoch_by_epoch()
    {
        EsmmModel model = SmallModels.Create("plain");
        List<double> rates = [];
        TrainingOptions options = Plain with { Epochs = 3, Schedule = new LearningRateSchedule { Kind = ScheduleKind.Exponential, Rate = 0.1 } };
        using Trainer trainer = new(model, options, 1);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 128, 1);
        trainer.Fit(new TwoBatches(batch, () => rates.Add(trainer.LearningRate)));
        // Asked before each fill, so of the step before it.
        Assert.Equal([0.01, 0.01, 0.01, 0.01, 0.001, 0.001, 0.001, 0.0001, 0.0001], rates.Select(r => Math.Round(r, 12)));
        Assert.Equal(1e-4, trainer.LearningRate, 1e-15);
    }

    [Fact]
    public void Ftrl_begins_at_the_weights_it_finds_and_takes_no_schedule()
    {
        // A tower without a gradient stays where it was, but for rounding.
        EsmmModel model = SmallModels.Create("plain");
        TowerTensor kernel = model.Towers.Tensors.Single(t => t.Name == "ctr.dense1.kernel");
        float before = model.Towers.Parameters[kernel.IndexOf(3)];
        TrainingOptions options = Plain with { Optimizer = new OptimizerOptions { Towers = TowerOptimizer.Ftrl, FtrlL1 = 0.1, FtrlL2 = 0.2, InitialSum = 0.1 } };
        using Trainer trainer = new(model, options, 1, new CvrObjective());
        trainer.Step(SmallModels.Batch(model.Space, 64, 1));
        Assert.Equal(before, model.Towers.Parameters[kernel.IndexOf(3)], 1e-6);
        TrainingOptions scheduled = options with { Schedule = new LearningRateSchedule { WarmupSteps = 9 } };
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => new Trainer(model, scheduled, 1)).Kind);
    }

    private static (double Said, double Used) Norms(EsmmModel model, TrainingOptions options)
    {
        Optimizer optimizer = new(options, model.Bottom, model.Towers);
        using StepWork work = new(model, 64, 2, new EsmmObjective(), null, optimizer, options.ClipNorm);
        work.Gradients(SmallModels.Batch(model.Space, 64, 1), new EntireSpace());
        optimizer.BeginStep();
        work.Update(64);
        double sum = 0;
        foreach (float square in optimizer.TowerState[0].Span)
        {
            sum += square;
        }

        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            foreach (float square in optimizer.TableState(t)[0].Span)
            {
                sum += square;
            }
        }

        return (work.GradientNorm, Math.Sqrt(sum));
    }

    private sealed class TwoBatches(ImpressionBatch all, Action? before = null) : IImpressionSource
    {
        private int _next;

        public long Rows => all.Count;

        public void StartEpoch(int epoch) => _next = 0;

        public bool Fill(ImpressionBatch batch)
        {
            before?.Invoke();
            if (_next == 2)
            {
                return false;
            }

            CopyHalf(all, batch, _next++);
            return true;
        }

        internal static ImpressionBatch Half(FeatureSpace space, ImpressionBatch all, int half)
        {
            ImpressionBatch batch = space.CreateBatch(all.Count / 2);
            CopyHalf(all, batch, half);
            return batch;
        }

        private static void CopyHalf(ImpressionBatch all, ImpressionBatch batch, int half)
        {
            batch.Count = all.Count / 2;
            for (int r = 0; r < batch.Count; r++)
            {
                all.CopyRow((half * batch.Count) + r, batch, r);
            }
        }
    }
}
