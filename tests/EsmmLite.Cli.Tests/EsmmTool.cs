using System.Diagnostics;
using System.Text;

namespace EsmmLite.Cli.Tests;

/// <summary>What a run of the tool gave.</summary>
internal sealed record ToolRun(int Code, string Output, string Error);

/// <summary>Runs the built tool as a child process, as a shell does: its output is no terminal.</summary>
internal static class EsmmTool
{
    private const int TimeoutMilliseconds = 300_000;

    public static ToolRun Run(params string[] args) => RunWithInput(null, args);

    public static ToolRun RunWithInput(byte[]? input, params string[] args) => RunWith([], input, args);

    public static ToolRun RunWith(Dictionary<string, string> environment, byte[]? input, params string[] args)
    {
        using Process process = Start(environment, args);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.BaseStream.Write(input);
        }

        process.StandardInput.Close();
        return Finish(process, output, error);
    }

    public static Process Start(params string[] args) => Start([], args);

    private static Process Start(Dictionary<string, string> environment, string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "esmm.dll"));
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static ToolRun Finish(Process process, Task<string> output, Task<string> error)
    {
        Assert.True(process.WaitForExit(TimeoutMilliseconds), "the tool did not end");
        return new ToolRun(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Runs the tool and expects success.</summary>
    public static ToolRun Good(params string[] args)
    {
        ToolRun run = Run(args);
        Assert.True(run.Code == 0, string.Join(' ', args) + "\ncode " + run.Code + "\n" + run.Output + run.Error);
        return run;
    }

    /// <summary>Runs the tool and expects a code, a text in its message, and no stack trace.</summary>
    public static ToolRun Bad(int code, string message, params string[] args)
    {
        ToolRun run = Run(args);
        Assert.True(run.Code == code, string.Join(' ', args) + "\ncode " + run.Code + " where " + code + " was expected\n" + run.Output + run.Error);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
        return run;
    }
}
