using EsmmLite.Tests.Persistence;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TinyFile _tiny = new();
    private readonly string _path;

    public CheckpointFolderTests() => _path = Path.Combine(_tiny.Directory, "run");

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("b.csv", "22", "22", "training data: \"b.csv\" is not what training began with")]
    [InlineData("c.csv", "33", "22", "training data: \"c.csv\" in place of \"b.csv\" is not what training began with")]
    [InlineData("moved.csv", "2", "22", "validation data: \"v.csv\" is not what training began with")]
    [InlineData("", "", "2", "training data: there are 1")]
    public void Changed_data_is_refused_by_name(string second, string digest, string validDigest, string message)
    {
        CheckpointInput[] then = [new("training data", "a.csv", "1"), new("training data", "b.csv", "2"), new("validation data", "v.csv", "2")];
        Save(5, then);
        CheckpointInput[] now = [then[0], .. second.Length == 0 ? (CheckpointInput[])[] : [new("training data", second, digest)], new("validation data", "v.csv", validDigest)];
        using CheckpointFolder folder = new(_path) { Inputs = now };
        var refusal = Assert.Throws<EsmmException>(() => folder.Resume());
        Assert.Equal(EsmmErrorKind.Data, refusal.Kind);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_moved_file_is_the_same()
    {
        Save(5, [new("training data", "a.csv", "1")]);
        using CheckpointFolder folder = new(_path) { Inputs = [new("training data", "elsewhere/a.csv", "1")] };
        using Trainer trainer = folder.Resume()!;
        Assert.Equal(5, trainer.Steps);
    }

    [Fact]
    public void A_damaged_checkpoint_is_left_aside_for_the_one_before_and_goes_with_the_next_save()
    {
        Save(6, every: 1);
        string[] files;
        using (CheckpointFolder folder = new(_path))
        {
            files = [.. folder.Files];
            byte[] bytes = File.ReadAllBytes(files[0]);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(files[0], bytes);
            using Trainer trainer = folder.Resume()!;
            Assert.Equal(5, trainer.Steps);
            Assert.Contains(files[0], Assert.Single(folder.Skipped).Message, StringComparison.Ordinal);
            folder.Save(trainer);
            Assert.Equal([files[1]], folder.Files);
        }

        File.WriteAllBytes(files[1], [1, 2, 3]);
        using CheckpointFolder none = new(_path);
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => none.Resume()).Kind);
    }

    [Fact]
    public void What_killed_savers_left_is_deleted_and_nothing_else()
    {
        Save(3);
        string left = Path.Combine(_path, ".checkpoint-000000000003.safetensors.abcdefgh.ijk.tmp"), other = Path.Combine(_path, ".checkpoint-notes.tmp"), mine = Path.Combine(_path, "notes.txt");
        Array.ForEach([left, other, mine], path => File.WriteAllText(path, "x"));
        using CheckpointFolder folder = new(_path);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(other) && File.Exists(mine));
        Assert.Single(folder.Files);
    }

    [Fact]
    public void Two_trainings_do_not_share_a_folder()
    {
        using (new CheckpointFolder(_path))
        {
            Assert.Contains("held by another training", Assert.Throws<EsmmException>(() => new CheckpointFolder(_path)).Message, StringComparison.Ordinal);
        }

        new CheckpointFolder(_path).Dispose();
    }

    [Fact]
    public void A_folder_that_cannot_be_is_refused()
    {
        File.WriteAllText(_path, "a file");
        foreach (string path in (string[])[_path, Path.Combine(_path, "below"), "/proc/esmm"])
        {
            Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => new CheckpointFolder(path)).Kind);
        }
    }

    [Fact]
    public void Waiting_for_the_next_checkpoint_allocates_nothing()
    {
        using CheckpointFolder folder = new(_path) { Every = TimeSpan.FromHours(1), EverySteps = long.MaxValue };
        folder.IsDue(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(folder.IsDue(i));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        using CheckpointFolder due = new(_path + "2") { Every = TimeSpan.Zero };
        Assert.True(due.IsDue(0));
    }

    private void Save(int steps, CheckpointInput[]? inputs = null, long? every = null)
    {
        using CheckpointFolder folder = new(_path) { Inputs = inputs ?? [], EverySteps = every };
        using Trainer trainer = CheckpointRun.New();
        Assert.Throws<OperationCanceledException>(() => CheckpointRun.Run(trainer, folder, steps));
    }
}
