using System.Diagnostics;

namespace EsmmLite.Cli.Tests;

/// <summary>No output takes the place of something that is no file: shown with a pipe, which a failure of the test may replace.</summary>
public sealed class DeviceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public DeviceTests()
    {
        _folder.Write("esmm.json", SmallLog.Config);
        _folder.Write("log.csv", SmallLog.Text(500));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("init --data log.csv --click click --conversion conversion --out pipe")]
    [InlineData("pack --config esmm.json --data log.csv --out pipe")]
    [InlineData("train --config esmm.json --data log.csv --out pipe")]
    [InlineData("train --config esmm.json --data log.csv --out model.safetensors --quarantine pipe")]
    [InlineData("train --config esmm.json --data log.csv --out model.safetensors --cache pipe")]
    public void APipeIsNoPlaceForAFile(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kinds of files are told apart on Linux only");
        string pipe = _folder["pipe"];
        using (Process make = Process.Start("mkfifo", pipe))
        {
            make.WaitForExit();
        }

        string[] args = [.. command.Split(' ').Select(word => word is "pipe" or "esmm.json" or "log.csv" or "model.safetensors" ? _folder[word] : word)];
        ToolRun run = EsmmTool.Bad(2, "a device, a pipe or a socket stands there", args);
        Assert.Contains(pipe, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["model.safetensors"]));

        // A test of a pipe that a program would wait for if it opened it.
        using Process kind = Process.Start("test", ["-p", pipe]);
        kind.WaitForExit();
        Assert.Equal(0, kind.ExitCode);
    }
}
