using System.Diagnostics;

namespace EsmmLite.Cli.Tests;

/// <summary>A run of the tool that a test interrupts.</summary>
internal sealed class InterruptedTool : IDisposable
{
    private const int WaitMilliseconds = 120_000;

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    public InterruptedTool(params string[] args)
    {
        _process = EsmmTool.Start(args);
        _process.StandardInput.Close();
        (_output, _error) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
    }

    /// <summary>Whether SIGINT is ignored, as a shell has it for what it starts in the background; a child inherits that.</summary>
    public static bool IgnoresInterrupts => OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (ulong.Parse(line[7..].Trim(), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) & 2) != 0;

    /// <summary>The newest checkpoint of a folder; empty where there is none.</summary>
    public static string NewestCheckpoint(string folder) => !Directory.Exists(folder) ? "" : Directory.GetFiles(folder, "checkpoint-*.safetensors").Max(StringComparer.Ordinal) ?? "";

    /// <summary>Waits until a folder has a checkpoint.</summary>
    public void WaitForCheckpoint(string folder)
    {
        ToolRun? run = EndsBeforeAnotherThan("", folder);
        Assert.True(run is null, "the tool ended before it was interrupted: " + run?.Error);
    }

    /// <summary>Waits until a folder has another newest checkpoint; what the run gave if it ended before.</summary>
    public ToolRun? EndsBeforeAnotherThan(string newest, string folder)
    {
        var time = Stopwatch.StartNew();
        while (NewestCheckpoint(folder) == newest)
        {
            if (EndsWithin(5) is { } run)
            {
                return run;
            }

            Assert.True(time.ElapsedMilliseconds < WaitMilliseconds, "no checkpoint was written");
        }

        return null;
    }

    /// <summary>What the run gave if it ended within a time; null if it goes on.</summary>
    public ToolRun? EndsWithin(int milliseconds) => _process.WaitForExit(milliseconds) ? EsmmTool.Finish(_process, _output, _error) : null;

    /// <summary>Sends a signal and waits for the end.</summary>
    public ToolRun Signal(string name)
    {
        Process.Start("kill", ["-" + name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
        return EsmmTool.Finish(_process, _output, _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
