using System.Runtime.CompilerServices;
using EsmmLite.Features;
using EsmmLite.Memory;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>A table so large, 3 million rows of 16, that what its weights take can be told from everything else: managed memory, measured.</summary>
[Collection("Alone")]
public sealed class MemoryTests(ITestOutputHelper output) : IDisposable
{
    private const int Rows = 3_000_000, Dim = 16;
    private const long Weights = (long)Rows * Dim;
    private const double Slack = 1.05;

    private readonly TinyFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Training_holds_12_bytes_a_table_weight()
    {
        (Trainer trainer, long held) = Held(() => new Trainer(Create(), new TrainingOptions { Batch = 256 }, 1));
        using (trainer)
        {
            trainer.Step(SmallModels.Batch(trainer.Model.Space, 256, 1));
            IReadOnlyList<MemoryPart> parts = trainer.MemoryParts();
            Write("training", held, parts);
            long others = parts.Where(p => !p.Kind.StartsWith("table ", StringComparison.Ordinal)).Sum(p => p.Bytes);
            Assert.InRange(held, 12 * Weights, (long)(Slack * ((12 * Weights) + others)));
            RequireCountedWithin(0.01, held, parts);
        }
    }

    [Fact]
    public void A_scorer_holds_4_bytes_a_table_weight_and_neither_loading_nor_saving_takes_a_second_copy()
    {
        Save();
        long file = new FileInfo(_file.Path).Length;

        // All that loading allocates, kept or not: memory can't rise higher than that.
        long before = GC.GetTotalAllocatedBytes(true);
        (EsmmScorer scorer, long held) = Held(() => EsmmScorer.Load(_file.Path));
        long allocated = GC.GetTotalAllocatedBytes(true) - before;
        Write("scoring", held, scorer.MemoryParts());
        output.WriteLine($"file {file:N0} bytes; loading allocated {allocated:N0}");
        Assert.InRange(held, 4 * Weights, (long)(Slack * 4 * Weights));
        Assert.InRange(allocated, held, (long)(Slack * file));
        RequireCountedWithin(0.01, held, scorer.MemoryParts());
        Assert.DoesNotContain(scorer.MemoryParts(), p => p.Kind.Contains("transposed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_scorer_of_brain_floats_holds_2_bytes_a_table_weight()
    {
        Save();
        (EsmmScorer scorer, long held) = Held(() => EsmmScorer.Load(_file.Path, new ScorerOptions { Weights = WeightFormat.BFloat16 }));
        Write("scoring in bfloat16", held, scorer.MemoryParts());
        Assert.InRange(held, 2 * Weights, (long)(Slack * 2 * Weights));
        RequireCountedWithin(0.01, held, scorer.MemoryParts());
    }

    [Fact]
    public void The_best_epoch_comes_back_without_a_second_model()
    {
        TrainingOptions options = new() { Batch = 64, Epochs = 2, EarlyStopping = new EarlyStopping("ctr.logLoss", 1), LearningRate = 1 };
        using Trainer trainer = new(Create(), options, 1);
        OneBatch source = new(SmallModels.Batch(trainer.Model.Space, 64, 1));
        long before = GC.GetTotalAllocatedBytes(true);
        TrainingResult result = trainer.Fit(source, source, bestPath: _file.Path);
        long allocated = GC.GetTotalAllocatedBytes(true) - before;
        output.WriteLine($"two epochs, of which the {result.KeptEpoch}. was kept, allocated {allocated:N0} bytes");
        Assert.Equal(1, result.KeptEpoch);
        Assert.InRange(allocated, 0, Weights / 10);
        Assert.Equal(EsmmModel.Load(_file.Path).WeightsDigest(), trainer.Model.WeightsDigest());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Save()
    {
        EsmmModel model = Create();
        long before = GC.GetTotalAllocatedBytes(true);
        model.Save(_file.Path);
        long allocated = GC.GetTotalAllocatedBytes(true) - before;
        output.WriteLine($"saving allocated {allocated:N0} bytes");
        Assert.InRange(allocated, 0, Weights / 10);
    }

    private static EsmmModel Create(int rows = Rows) => SmallModels.Create(
        new ModelOptions { CtrTower = [512, 128], CvrTower = [64] }, [SmallModels.Hashed("user", rows, Dim, Side.Request), SmallModels.Hashed("item", 100, Dim)], new Cross("user", "item"));

    private static (T Made, long Bytes) Held<T>(Func<T> make)
    {
        long before = GC.GetTotalMemory(true);
        T made = make();
        return (made, GC.GetTotalMemory(true) - before);
    }

    private static void RequireCountedWithin(double tolerance, long held, IReadOnlyList<MemoryPart> parts) =>
        Assert.InRange(parts.Sum(p => p.Bytes), (long)((1 - tolerance) * held), (long)((1 + tolerance) * held));

    private void Write(string what, long held, IReadOnlyList<MemoryPart> parts)
    {
        output.WriteLine($"{what}: {held:N0} bytes, {held / (double)Weights:F3} a table weight");
        foreach (MemoryPart part in parts)
        {
            output.WriteLine($"  {part.Kind,-26}{part.Bytes,14:N0}");
        }
    }

    private sealed class OneBatch(ImpressionBatch batch) : IImpressionSource
    {
        private bool _given;

        public long Rows => batch.Count;

        public void StartEpoch(int epoch) => _given = false;

        public bool Fill(ImpressionBatch destination)
        {
            destination.Count = _given ? 0 : batch.Count;
            for (int slot = 0; slot < batch.IdSlots && !_given; slot++)
            {
                batch.Ids(slot)[..batch.Count].CopyTo(destination.Ids(slot));
            }

            for (int stage = 0; stage < batch.Stages && !_given; stage++)
            {
                batch.Labels(stage)[..batch.Count].CopyTo(destination.Labels(stage));
            }

            return !_given && (_given = true);
        }
    }
}
