using System.Globalization;
using EsmmLite.DigestProbe;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>A table so large, 3 million rows of 16, that what its weights take can be told from everything else: managed memory, measured in processes of its own.</summary>
[Collection("Alone")]
public sealed class MemoryTests(ITestOutputHelper output) : IDisposable
{
    private const int Rows = MemoryProbe.Rows, Dim = MemoryProbe.Dim;
    private const long Weights = (long)Rows * Dim;
    private const double Slack = 1.05;

    private readonly TinyFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Training_holds_12_bytes_a_table_weight()
    {
        Probe training = Run("training");
        long others = training.Parts.Where(p => !p.Key.StartsWith("table ", StringComparison.Ordinal)).Sum(p => p.Value);
        Assert.InRange(training.Held, 12 * Weights, (long)(Slack * ((12 * Weights) + others)));
        RequireCountedWithin(0.01, training);
    }

    [Fact]
    public void A_scorer_holds_4_bytes_a_table_weight_and_neither_loading_nor_saving_takes_a_second_copy()
    {
        Assert.InRange(Run("saving").Allocated, 0, Weights / 10);
        long file = new FileInfo(_file.Path).Length;

        // All that loading allocates, kept or not: memory can't rise higher than that.
        Probe scorer = Run("scoring");
        Assert.InRange(scorer.Held, 4 * Weights, (long)(Slack * 4 * Weights));
        Assert.InRange(scorer.Allocated, scorer.Held, (long)(Slack * file));
        RequireCountedWithin(0.01, scorer);
        Assert.DoesNotContain(scorer.Parts, p => p.Key.Contains("transposed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_scorer_of_brain_floats_holds_2_bytes_a_table_weight()
    {
        Run("saving");
        Probe scorer = Run("bfloat16");
        Assert.InRange(scorer.Held, 2 * Weights, (long)(Slack * 2 * Weights));
        RequireCountedWithin(0.01, scorer);
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

    private static EsmmModel Create() => SmallModels.Create(
        new ModelOptions { CtrTower = [512, 128], CvrTower = [64] }, [SmallModels.Hashed("user", Rows, Dim, Side.Request), SmallModels.Hashed("item", 100, Dim)], new Cross("user", "item"));

    private sealed record Probe(long Held, long Allocated, IReadOnlyDictionary<string, long> Parts);

    private Probe Run(string what)
    {
        string text = ProbeProcess.Run($"memory {what} \"{_file.Path}\"");
        output.WriteLine(what + "\n" + text);
        Dictionary<string, long> bytes = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToDictionary(line => line[0], line => long.Parse(line[1], CultureInfo.InvariantCulture));
        return new Probe(bytes["held"], bytes["allocated"], bytes.Where(pair => pair.Key.StartsWith("part ", StringComparison.Ordinal)).ToDictionary(pair => pair.Key[5..], pair => pair.Value));
    }

    private static void RequireCountedWithin(double tolerance, Probe probe) =>
        Assert.InRange(probe.Parts.Values.Sum(), (long)((1 - tolerance) * probe.Held), (long)((1 + tolerance) * probe.Held));

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
