using System.Diagnostics;

namespace EsmmLite.PeerComparison.Speed.Measuring;

/// <summary>Starts this program again, as a process of its own: engines then share no threads, no caches and no preloaded libraries.</summary>
internal static class ChildProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">The child's arguments.</param>
    /// <param name="environment">Variables added to this process's own.</param>
    /// <param name="line">Gets each line of its standard output.</param>
    /// <returns>The exit code and what it wrote to standard error.</returns>
    public static (int ExitCode, string Errors) Run(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string> line)
    {
        using Process process = Process.Start(Start(arguments, environment))!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        while (process.StandardOutput.ReadLine() is { } text)
        {
            line(text);
        }

        process.WaitForExit();
        return (process.ExitCode, errors.Result);
    }

    /// <summary>How to start it.</summary>
    public static ProcessStartInfo Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        string host = Environment.ProcessPath!;
        bool viaDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        ProcessStartInfo start = new(host) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (IEnumerable<string>)[.. viaDotnet ? [typeof(ChildProcess).Assembly.Location] : Array.Empty<string>(), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
