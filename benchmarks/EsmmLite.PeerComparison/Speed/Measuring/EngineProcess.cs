using System.Diagnostics;
using System.Globalization;

namespace EsmmLite.PeerComparison.Speed.Measuring;

/// <summary>
/// A process of its own for one engine, for a round: engines share no threads, no caches of libraries and no preloads. It measures
/// what it is told to, one figure at a time, and waits without spinning in between.
/// </summary>
internal sealed class EngineProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts it.</summary>
    public EngineProcess(Setting setting, bool quick)
    {
        ProcessStartInfo start = ChildProcess.Start(["measure", setting.Engine, quick ? "quick" : "full"], setting.Environment);
        start.RedirectStandardInput = true;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Measures a figure; null when the process ended instead.</summary>
    public Measurement? Measure(string task, string contestant, Durations durations)
    {
        try
        {
            _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task} {contestant} {durations.WarmUp} {durations.Seconds}"));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            return null;
        }

        // Libraries may print, too.
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (Measurement.FromLine(line) is { } measurement)
            {
                return measurement;
            }
        }

        return null;
    }

    /// <summary>How a process that ended did so.</summary>
    public string Ending()
    {
        _process.WaitForExit();
        return $"ended with code {_process.ExitCode}\n{_errors.Result}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}
