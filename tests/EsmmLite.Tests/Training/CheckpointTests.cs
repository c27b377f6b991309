using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>A run that was interrupted anywhere and goes on ends at the same bits as one that was not.</summary>
public sealed class CheckpointTests : IDisposable
{
    private static readonly CheckpointRun.Outcome Whole = Run();

    private readonly TinyFile _tiny = new();
    private readonly string _folder;

    public CheckpointTests() => _folder = Path.Combine(_tiny.Directory, "run");

    public void Dispose() => _tiny.Dispose();

    public static TheoryData<int> AllSteps => [.. Enumerable.Range(0, CheckpointRun.Steps)];

    [Fact]
    public void The_run_is_one_that_could_go_wrong()
    {
        Assert.InRange(Whole.KeptEpoch, 2, 8);
        Assert.NotEqual(Whole.KeptEpoch * 5L, Whole.TrainStep);
        Assert.InRange(Whole.TrainStep, 20, CheckpointRun.Steps);
    }

    [Theory]
    [MemberData(nameof(AllSteps))]
    public void Cancelled_before_a_step_and_resumed_it_ends_at_the_same_bits(int steps)
    {
        if (steps >= Whole.TrainStep)
        {
            return;
        }

        using (CheckpointFolder folder = new(_folder))
        using (Trainer trainer = CheckpointRun.New())
        {
            Assert.Throws<OperationCanceledException>(() => CheckpointRun.Run(trainer, folder, steps));
            Assert.Equal(folder.Files[0], folder.LastSaved);
        }

        // Once more, further on, with another number of threads.
        using (CheckpointFolder folder = new(_folder))
        using (Trainer trainer = folder.Resume(threads: 2)!)
        {
            Assert.Equal(steps, trainer.Steps);
            if (steps + 7 < Whole.TrainStep)
            {
                Assert.Throws<OperationCanceledException>(() => CheckpointRun.Run(trainer, folder, steps + 7));
            }
        }

        using (CheckpointFolder folder = new(_folder))
        using (Trainer trainer = folder.Resume(threads: 3)!)
        {
            Assert.Equal(Whole, CheckpointRun.Run(trainer, folder));
        }
    }

    [Theory]
    [InlineData(TowerOptimizer.Adam, TableOptimizer.LazyAdam, true)]
    [InlineData(TowerOptimizer.AdamW, TableOptimizer.LazyAdamW, true)]
    [InlineData(TowerOptimizer.Adam, TableOptimizer.ExactAdam, true)]
    [InlineData(TowerOptimizer.Adagrad, TableOptimizer.Adagrad, true)]
    [InlineData(TowerOptimizer.Adam, TableOptimizer.RowwiseAdagrad, true)]
    [InlineData(TowerOptimizer.Ftrl, TableOptimizer.Ftrl, false)]
    public void Every_optimizer_goes_on_where_it_was(TowerOptimizer towers, TableOptimizer tables, bool scheduled)
    {
        TrainingOptions options = CheckpointRun.Options with
        {
            LearningRate = 0.01,
            Optimizer = new OptimizerOptions { Towers = towers, Tables = tables, InitialSum = 0.1, TableRate = 0.5 },
            Schedule = scheduled ? new LearningRateSchedule { Kind = ScheduleKind.Exponential, WarmupSteps = 4 } : new(),
            EarlyStopping = null,
        };
        using Trainer whole = CheckpointRun.New(1, options);
        CheckpointRun.Outcome expected = CheckpointRun.Run(whole);
        int step = 0;
        foreach (int cancelled in (int[])[3, 5, 13, 27])
        {
            using CheckpointFolder folder = new(_folder);
            using Trainer trainer = folder.Resume(2) ?? CheckpointRun.New(3, options);
            Assert.Equal(step, trainer.Steps);
            Assert.Throws<OperationCanceledException>(() => CheckpointRun.Run(trainer, folder, cancelled));
            step = cancelled;
        }

        using CheckpointFolder last = new(_folder);
        using Trainer resumed = last.Resume(1)!;
        Assert.Equal(options, resumed.Options);
        Assert.Equal(expected, CheckpointRun.Run(resumed, last));
    }

    [Theory]
    [InlineData(LossWeightingKind.Uncertainty)]
    [InlineData(LossWeightingKind.GradNorm)]
    public void Learned_weights_of_losses_go_on_where_they_were(LossWeightingKind kind)
    {
        TrainingOptions options = CheckpointRun.Options with { Loss = new LossOptions { Weighting = kind, WeightingRate = 0.05, PcGrad = kind == LossWeightingKind.GradNorm }, EarlyStopping = null };
        using Trainer whole = CheckpointRun.New(1, options);
        CheckpointRun.Outcome expected = CheckpointRun.Run(whole);
        double[] factors = whole.LossFactors.ToArray();
        Assert.All(factors, factor => Assert.NotEqual(1, factor));
        foreach (int cancelled in (int[])[1, 6, 14])
        {
            using CheckpointFolder folder = new(_folder);
            using Trainer trainer = folder.Resume(2) ?? CheckpointRun.New(3, options);
            Assert.Throws<OperationCanceledException>(() => CheckpointRun.Run(trainer, folder, cancelled));
        }

        using CheckpointFolder last = new(_folder);
        using Trainer resumed = last.Resume(1)!;
        Assert.Equal(expected, CheckpointRun.Run(resumed, last));
        Assert.Equal(factors, resumed.LossFactors.ToArray());

        // A weighting of as many losses that remembers something else.
        using CheckpointFolder other = new(Path.Combine(_tiny.Directory, "other"));
        using (Trainer begun = CheckpointRun.New(1, options))
        {
            Assert.Throws<OperationCanceledException>(() => CheckpointRun.Run(begun, other, 3));
        }

        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => Trainer.Resume(other.Files[0], weighting: new UncertaintyWeighting(5))).Kind);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() =>
        {
            using Trainer forgetful = new(CheckpointRun.Create(), CheckpointRun.Options with { EarlyStopping = null }, weighting: new Forgetful());
            forgetful.SaveCheckpoint(_tiny.Path);
        }).Kind);
    }

    private sealed class Forgetful : LossWeighting
    {
        private readonly double[] _ones = [1, 1];

        public override ReadOnlySpan<double> Weights => _ones;

        public override void Observe(ReadOnlySpan<double> losses, ReadOnlySpan<double> norms)
        {
        }
    }

    [Fact]
    public void Saving_at_every_step_changes_nothing_and_keeps_the_last_two()
    {
        using CheckpointFolder folder = new(_folder) { EverySteps = 1 };
        using Trainer trainer = CheckpointRun.New();
        Assert.Equal(Whole, CheckpointRun.Run(trainer, folder));
        Assert.Equal(2, folder.Files.Count);
        using Trainer resumed = Trainer.Resume(folder.Files[0]);
        Assert.Equal(Whole, CheckpointRun.Run(resumed));
        folder.Clear();
        Assert.Empty(folder.Files);
        Assert.Null(folder.Resume());
    }

    [Fact]
    public void A_loop_of_ones_own_goes_on_where_it_says()
    {
        EsmmModel model = CheckpointRun.Create();
        ImpressionBatch[] batches = [.. Enumerable.Range(0, 6).Select(i => SmallModels.Batch(model.Space, CheckpointRun.Batch, (ulong)i))];
        using Trainer whole = CheckpointRun.New(), first = CheckpointRun.New();
        Array.ForEach(batches, batch => whole.Step(batch));
        Array.ForEach(batches[..2], batch => first.Step(batch));
        string digest = first.SaveCheckpoint(_tiny.Path, new TrainingPosition(0, 2));
        Assert.Equal(64, digest.Length);
        using Trainer second = Trainer.Resume(_tiny.Path);
        Assert.Equal(new TrainingPosition(0, 2), second.Position);
        Assert.Equal(first.StateDigest(), second.StateDigest());
        Array.ForEach(batches[(int)second.Position.Impressions..], batch => second.Step(batch));
        Assert.Equal(whole.StateDigest(), second.StateDigest());
    }

    [Fact]
    public void Equal_states_are_equal_files()
    {
        using Trainer one = CheckpointRun.New(1), two = CheckpointRun.New(3);
        ImpressionBatch batch = SmallModels.Batch(one.Model.Space, CheckpointRun.Batch, 1);
        one.Step(batch);
        two.Step(batch);
        Assert.Equal(one.SaveCheckpoint(_tiny.Path), two.SaveCheckpoint(_tiny.Path + "2"));
    }

    [Fact]
    public void A_model_is_no_checkpoint_and_a_checkpoint_no_model()
    {
        using Trainer trainer = CheckpointRun.New();
        trainer.SaveCheckpoint(_tiny.Path);
        Assert.Contains("It is a checkpoint", Assert.Throws<EsmmException>(() => EsmmModel.Load(_tiny.Path)).Message, StringComparison.Ordinal);
        trainer.Model.Save(_tiny.Path);
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => Trainer.Resume(_tiny.Path)).Kind);
    }

    [Fact]
    public void Another_objective_is_refused()
    {
        using Trainer trainer = CheckpointRun.New();
        trainer.SaveCheckpoint(_tiny.Path);
        var refusal = Assert.Throws<EsmmException>(() => Trainer.Resume(_tiny.Path, objective: new OneLoss()));
        Assert.Contains("ctr, ctcvr", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_with_other_batches_is_refused()
    {
        using (CheckpointFolder folder = new(_folder))
        using (Trainer trainer = CheckpointRun.New())
        {
            Assert.Throws<OperationCanceledException>(() => CheckpointRun.Run(trainer, folder, 3));
        }

        using CheckpointFolder again = new(_folder);
        using Trainer resumed = again.Resume()!;
        MemorySource few = new(SmallModels.Batch(resumed.Model.Space, 100, 1));
        Assert.Contains("192 were trained on", Assert.Throws<EsmmException>(() => resumed.Fit(few, few)).Message, StringComparison.Ordinal);
    }

    private static CheckpointRun.Outcome Run()
    {
        using Trainer trainer = CheckpointRun.New();
        return CheckpointRun.Run(trainer);
    }

    private sealed class OneLoss : Objective
    {
        public override IReadOnlyList<string> Losses { get; } = ["mine"];

        public override void Slopes(in ObjectiveRows rows) => throw new NotSupportedException();
    }
}
