using System.Diagnostics;
using System.Text;

namespace EsmmLite.Cli.Tests.Packaging;

/// <summary>Runs the SDK, as somebody outside the repository would: no build servers, and no packages but those of a folder of its own.</summary>
internal static class Dotnet
{
    private const int TimeoutMilliseconds = 300_000;

    /// <summary>The muxer that runs these tests.</summary>
    public static string Muxer { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet");

    /// <summary>Runs a command of the SDK and returns what it printed; fails the test if it fails.</summary>
    public static string Run(string folder, params string[] args) => Run(Muxer, folder, args);

    /// <summary>Runs a program.</summary>
    public static string Run(string program, string folder, string[] args)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        // Variables of the build that runs these tests would reach into this one.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["NUGET_PACKAGES"] = Path.Combine(folder, "cache");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        if (Path.GetDirectoryName(Muxer) is { Length: > 0 } root)
        {
            start.Environment["DOTNET_ROOT"] = root;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(TimeoutMilliseconds), program + " did not end");
        Assert.True(process.ExitCode == 0, program + " " + string.Join(' ', args) + "\ncode " + process.ExitCode + "\n" + output.Result + error.Result);
        return output.Result;
    }
}
