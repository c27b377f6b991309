using EsmmLite.Features;
using EsmmLite.Persistence;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Whichever operation of the file system fails while a checkpoint is saved, and whether the process lives on: a checkpoint loads, the one before or the new one.</summary>
public sealed class CheckpointFaultTests : IDisposable
{
    private readonly TinyFile _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_checkpoint_always_loads(bool forGood)
    {
        bool failed = true;
        int operation = 0, seenOld = 0, seenNew = 0;
        while (failed)
        {
            operation++;
            string path = Path.Combine(_tiny.Directory, "run" + operation);
            using Trainer trainer = CheckpointRun.New();
            using (CheckpointFolder folder = new(path) { EverySteps = 1 })
            {
                Assert.Throws<OperationCanceledException>(() => CheckpointRun.Run(trainer, folder, 4));
            }

            string before = trainer.StateDigest();
            trainer.Step(SmallBatch(trainer));
            string after = trainer.StateDigest();
            failed = Save(path, new FailingFiles(operation, forGood), trainer);

            using CheckpointFolder again = new(path);
            Assert.DoesNotContain(Directory.GetFiles(path), name => name.EndsWith(".tmp", StringComparison.Ordinal));
            using Trainer resumed = again.Resume()!;
            Assert.Empty(again.Skipped);
            string found = resumed.StateDigest();
            Assert.Contains(found, (string[])[before, after]);
            seenOld += found == before ? 1 : 0;
            seenNew += found == after ? 1 : 0;
            Assert.InRange(operation, 1, 2_000);
        }

        // Failures before the file was in place, and after.
        Assert.InRange(seenOld, 20, 2_000);
        Assert.InRange(seenNew, 2, 2_000);
    }

    [Fact]
    public void A_failed_save_is_told_and_training_goes_on_or_ends()
    {
        List<EsmmException> told = [];
        string path = Path.Combine(_tiny.Directory, "told");
        using Trainer whole = CheckpointRun.New(), trainer = CheckpointRun.New(), ending = CheckpointRun.New();
        CheckpointRun.Outcome expected = CheckpointRun.Run(whole);
        using (CheckpointFolder folder = new(path, new FailingFiles(3, forGood: true)) { EverySteps = 5, SaveFailed = told.Add })
        {
            Assert.Equal(expected, CheckpointRun.Run(trainer, folder));
            Assert.InRange(told.Count, 2, 20);
            Assert.Null(folder.LastSaved);
        }

        using CheckpointFolder silent = new(path, new FailingFiles(3, forGood: true)) { EverySteps = 5 };
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => CheckpointRun.Run(ending, silent)).Kind);
    }

    [Fact]
    public void What_a_killed_saver_left_beside_a_model_goes_with_the_next_save()
    {
        string left = Path.Combine(_tiny.Directory, "." + Path.GetFileName(_tiny.Path) + ".abcdefgh.ijk.tmp"), held = left.Replace("abc", "xyz", StringComparison.Ordinal), fresh = left.Replace("abc", "new", StringComparison.Ordinal);
        Array.ForEach([left, held, fresh], path => File.WriteAllText(path, "half"));
        Array.ForEach([left, held], path => File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1)));
        using (new FileStream(held, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            AtomicFile.Write(_tiny.Path, stream => stream.WriteByte(1));
            Assert.False(File.Exists(left));
            Assert.True(File.Exists(held) && File.Exists(fresh), "another saver's file was taken from it");
        }
    }

    private static bool Save(string path, FailingFiles files, Trainer trainer)
    {
        try
        {
            using CheckpointFolder folder = new(path, files);
            folder.Save(trainer);
        }
        catch (EsmmException)
        {
            return true;
        }

        return files.HasFailed;
    }

    private static ImpressionBatch SmallBatch(Trainer trainer) => SmallModels.Batch(trainer.Model.Space, CheckpointRun.Batch, 9);
}
