using EsmmLite.Cli.Terminal;

namespace EsmmLite.Cli.Evaluating;

/// <summary>Shows how many drawings of a bootstrap are done.</summary>
internal sealed class DrawingProgress(ProgressPhase phase, int drawings) : IProgress<int>
{
    private readonly Lock _lock = new();

    public void Report(int value)
    {
        lock (_lock)
        {
            phase.Report(value / (double)drawings, Show.Count(value) + " drawings");
        }
    }
}
