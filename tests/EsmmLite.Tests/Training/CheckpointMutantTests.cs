using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Mutants of checkpoints: 10,000, or 100,000 with ESMM_LONG=1. Each is refused with the one typed error, or is another state that trains on.</summary>
[Collection("Alone")]
public sealed class CheckpointMutantTests : IDisposable
{
    private static readonly int Mutants = Environment.GetEnvironmentVariable("ESMM_LONG") == "1" ? 100_000 : 10_000;

    private readonly TinyFile _tiny = new();
    private readonly byte[] _one;
    private readonly byte[] _two;

    public CheckpointMutantTests()
    {
        _one = Save(1);
        _two = Save(2);
    }

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Damaged_checkpoints_are_refused()
    {
        for (int i = 0; i < Mutants * 6 / 10; i++)
        {
            byte[] mutant = Mutator.Bytes(_one, _two, new Random(i));
            if (!mutant.AsSpan().SequenceEqual(_one) && !mutant.AsSpan().SequenceEqual(_two))
            {
                Assert.True(Refusal(mutant, i) is not null, "mutant " + i + " was loaded");
            }
        }
    }

    [Fact]
    public void Forged_checkpoints_with_a_right_checksum_are_refused_or_train_on()
    {
        File.WriteAllBytes(_tiny.Path, _one);
        ForgedModel good = ForgedModel.Of(_tiny.Path);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        HashSet<string> reasons = [];
        int loaded = 0;
        for (int i = 0; i < Mutants * 4 / 10; i++)
        {
            // Half of them in what a model file does not have.
            Random random = new(i);
            string? reason = Refusal(i % 2 == 0 ? good.Mutant(_one, _two, random) : good.With("progress", text => Mutator.Json(text, random)).Bytes(), i);
            loaded += reason is null ? 1 : 0;
            reasons.Add(new string([.. (reason ?? "").TakeWhile(c => c is not ('\'' or '"' or '\n' or '-') && !char.IsAsciiDigit(c))]));
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
        Assert.InRange(loaded, Mutants / 100, Mutants * 3 / 10);
        Assert.InRange(reasons.Count, 30, 400);
    }

    [Theory]
    [InlineData("\"powers\":[", "\"powers\":[1.5,", "powers")]
    [InlineData("\"epoch\":", "\"epoch\":-1,\"x\":", "epoch")]
    [InlineData("\"visited\":", "\"visited\":-1,\"x\":", "visited")]
    [InlineData("\"bestEpoch\":1", "\"bestEpoch\":2", "bestEpoch")]
    [InlineData("\"bestEpoch\":1", "\"bestEpoch\":0", "bestEpoch")]
    [InlineData("\"sums\":[", "\"sums\":[1,", "sums")]
    [InlineData("\"losses\":[\"ctr\"", "\"losses\":[\"other\",\"ctr\"", "losses")]
    [InlineData("\"steps\":", "\"steps\":0,\"x\":", "powers")]
    public void A_progress_that_makes_no_sense(string good, string bad, string reason)
    {
        File.WriteAllBytes(_tiny.Path, _one);
        ForgedModel forged = ForgedModel.Of(_tiny.Path).With("progress", text => text.Contains(good, StringComparison.Ordinal) ? text.Replace(good, bad, StringComparison.Ordinal) : throw new ArgumentException(text));
        Assert.Contains(reason, Refusal(forged.Bytes(), 0), StringComparison.Ordinal);
    }

    /// <summary>Why a checkpoint was refused; null if training went on for a step and its weights are finite.</summary>
    private string? Refusal(byte[] bytes, int mutant)
    {
        File.WriteAllBytes(_tiny.Path, bytes);
        Trainer trainer;
        try
        {
            trainer = Trainer.Resume(_tiny.Path, threads: 1);
        }
        catch (EsmmException e)
        {
            Assert.Equal(EsmmErrorKind.ModelFile, e.Kind);
            Assert.StartsWith(_tiny.Path, e.Where, StringComparison.Ordinal);
            return e.Where![_tiny.Path.Length..] + ": " + e.What;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"mutant {mutant}: {e.Message}"), e);
        }

        using (trainer)
        {
            try
            {
                trainer.Step(SmallModels.Batch(trainer.Model.Space, 1, 1));
            }
            catch (EsmmException e)
            {
                Assert.Equal(EsmmErrorKind.Numeric, e.Kind);
            }
        }

        return null;
    }

    private byte[] Save(ulong seed)
    {
        EsmmModel model = ForgedModels.Create(seed);
        using Trainer trainer = new(model, new TrainingOptions { Batch = 8, Epochs = 3, EarlyStopping = new EarlyStopping("ctr.logLoss", 2) }, 1);
        using CheckpointFolder folder = new(Path.Combine(_tiny.Directory, "run" + seed)) { EverySteps = 1, Inputs = [new("training data", "a.csv", "00")] };
        ImpressionBatch rows = SmallModels.Batch(model.Space, 20, seed);
        using CancellationTokenSource cancel = new();
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(new MemorySource(rows), new MemorySource(rows), new CancelAt(cancel), checkpoints: folder, token: cancel.Token));
        return File.ReadAllBytes(folder.Files[0]);
    }

    /// <summary>Cancels after the first epoch: there is a best epoch then, and the next is about to begin.</summary>
    private sealed class CancelAt(CancellationTokenSource cancel) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => cancel.Cancel();
    }
}
