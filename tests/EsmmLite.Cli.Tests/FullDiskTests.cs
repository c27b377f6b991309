using System.Diagnostics;

namespace EsmmLite.Cli.Tests;

/// <summary>What happens when there is no space left: shown on a disk of two pages, which only a Linux that lets users mount can make.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string Earlier = "the earlier file";

    private readonly TestFolder _folder = new();
    private readonly string _model;

    public FullDiskTests()
    {
        Directory.CreateDirectory(_folder["disk"]);
        _folder.Write("esmm.json", SmallLog.Config);
        _folder.Write("log.csv", SmallLog.Text(5_000));
        _model = _folder["model.safetensors"];
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("score --model model.safetensors --data log.csv --out disk/out", "disk/out: the file cannot be written (No space left on device")]
    [InlineData("export onnx --model model.safetensors --out disk/out", "disk/out: the file cannot be written (No space left on device")]
    [InlineData("pack --config esmm.json --data log.csv --out disk/out", "disk/out: the file cannot be written (No space left on device")]
    [InlineData("train --config esmm.json --data log.csv --out disk/out", "disk/out: the file cannot be written (No space left on device")]
    [InlineData("train --config esmm.json --data log.csv --cache disk/out --out new.safetensors", "disk/out: the file cannot be written (No space left on device")]
    public void TheEarlierFileStaysAndNothingElseIsLeft(string command, string message)
    {
        if (!command.StartsWith("train", StringComparison.Ordinal) && !command.StartsWith("pack", StringComparison.Ordinal))
        {
            EsmmTool.Good("train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--out", _model, "--set", "towers.ctr=[64,64]");
        }

        // A packed log replaces nothing but a packed log.
        string earlier = command.Contains("pack", StringComparison.Ordinal) || command.Contains("--cache", StringComparison.Ordinal) ? "esmmpack" + Earlier : Earlier;
        ToolRun run = RunOnDisk("printf %s '" + earlier + "' > disk/out", command, "cat disk/out; ls -A disk");
        Assert.True(run.Code == 3, run.Code + run.Output + run.Error);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains("esmm: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Equal(earlier + "out\n", run.Output);
    }

    [Fact]
    public void AFullFolderOfTemporaryFilesIsNamed()
    {
        ToolRun run = RunOnDisk("export TMPDIR=$PWD/disk", "train --config esmm.json --data log.csv --out new.safetensors", "ls -A disk");
        Assert.True(run.Code == 3, run.Code + run.Output + run.Error);
        Assert.Contains("No space left on device", run.Error, StringComparison.Ordinal);
        Assert.Contains("TMPDIR", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
        Assert.False(File.Exists(_folder["new.safetensors"]));
    }

    [Fact]
    public void TrainingGoesOnWithoutACheckpoint()
    {
        ToolRun run = RunOnDisk("true", "train --config esmm.json --data log.csv --out new.safetensors --checkpoint disk/run --checkpoint-every 20", "ls -A disk/run");
        Assert.True(run.Code == 0, run.Code + run.Output + run.Error);
        Assert.Contains("no checkpoint was saved, training goes on", run.Error, StringComparison.Ordinal);
        Assert.Contains("No space left on device", run.Error, StringComparison.Ordinal);
        Assert.Equal(".lock\n", run.Output);
    }

    [Fact]
    public void TheCheckpointBeforeLoadsAndTrainingGoesOnFromIt()
    {
        string[] steps = ["--set", "training.epochs=100", "--set", "training.steps=3000"];
        EsmmTool.Good(["train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--out", _folder["whole"], .. steps]);
        using (InterruptedTool tool = new(["train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--out", _model, "--checkpoint", _folder["run"], "--checkpoint-every", "50", .. steps]))
        {
            tool.WaitForCheckpoint(_folder["run"]);
            tool.Signal("KILL");
        }

        ToolRun run = RunOnDisk("cp -r run disk/run; cat /dev/zero > disk/fill 2> /dev/null", "train --config esmm.json --data log.csv --out new.safetensors --checkpoint disk/run --checkpoint-every 50 --resume " + string.Join(' ', steps), "ls disk/run | wc -l", size: "1m");
        Assert.True(run.Code == 0, run.Code + run.Output + run.Error);
        Assert.Contains("going on after step", run.Error, StringComparison.Ordinal);
        Assert.Contains("no checkpoint was saved, training goes on", run.Error, StringComparison.Ordinal);
        Assert.Equal("0\n", run.Output);
        Assert.Equal(File.ReadAllBytes(_folder["whole"]), File.ReadAllBytes(_folder["new.safetensors"]));
    }

    [Fact]
    public void AFullFolderOfBadRowsEndsTheRun()
    {
        _folder.Write("log.csv", SmallLog.Text(20, string.Concat(Enumerable.Repeat("u1,i1,cheap,0,0\n", 5_000))));
        ToolRun run = RunOnDisk("true", "train --config esmm.json --data log.csv --out new.safetensors --max-bad-rows 1 --quarantine disk/kept.csv", "true");
        Assert.True(run.Code == 3, run.Code + run.Output + run.Error);
        Assert.Contains("disk/kept.csv: bad rows can't be kept there (No space left on device", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["new.safetensors"]));
    }

    /// <summary>Runs the tool in a shell that has a small disk of its own.</summary>
    private ToolRun RunOnDisk(string before, string command, string after, string size = "8k")
    {
        if (!OperatingSystem.IsLinux() || Shell("unshare -rm mount -t tmpfs -o size=8k none disk").Code != 0)
        {
            Assert.Skip("nothing can be mounted here: unshare -rm mount -t tmpfs fails");
        }

        string tool = Path.Combine(AppContext.BaseDirectory, "esmm.dll");
        return Shell($"unshare -rm bash -c 'mount -t tmpfs -o size={size} none disk; {before.Replace("'", "'\\''", StringComparison.Ordinal)}; dotnet \"{tool}\" {command} > /dev/null; code=$?; {after}; exit $code'");
    }

    private ToolRun Shell(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        return EsmmTool.Finish(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }
}
