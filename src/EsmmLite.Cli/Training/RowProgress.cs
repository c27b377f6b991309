using EsmmLite.Cli.Terminal;

namespace EsmmLite.Cli.Training;

/// <summary>Shows how many of a known number of rows are done.</summary>
internal sealed class RowProgress(ProgressPhase phase, long rows) : IProgress<long>
{
    public void Report(long value) => phase.Report(rows == 0 ? null : value / (double)rows, Show.Count(value) + " impressions");
}
