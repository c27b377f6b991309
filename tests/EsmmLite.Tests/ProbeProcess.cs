using System.Diagnostics;

namespace EsmmLite.Tests;

/// <summary>Runs EsmmLite.DigestProbe in a process of its own, where settings of the runtime can differ.</summary>
internal static class ProbeProcess
{
    /// <summary>What it prints.</summary>
    public static string Run(string arguments, params (string Name, string Value)[] settings)
    {
        ProcessStartInfo start = new("dotnet", $"\"{Path.Combine(AppContext.BaseDirectory, "EsmmLite.DigestProbe.dll")}\" {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string text = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, errors.Result);
        return text;
    }
}
