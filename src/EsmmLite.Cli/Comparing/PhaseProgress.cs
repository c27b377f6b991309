using EsmmLite.Cli.Terminal;

namespace EsmmLite.Cli.Comparing;

/// <summary>Shares that threads report in any order, on a phase of the board.</summary>
internal sealed class PhaseProgress(ProgressPhase phase) : IProgress<double>
{
    private readonly Lock _lock = new();

    public void Report(double value)
    {
        lock (_lock)
        {
            phase.Report(value, "");
        }
    }
}
