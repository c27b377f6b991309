using EsmmLite.Cli.Terminal;
using EsmmLite.Formats;

namespace EsmmLite.Cli.Training;

/// <summary>Shows how much of a log was read.</summary>
internal sealed class ByteProgress(ProgressPhase phase) : IProgress<LogProgress>
{
    public void Report(LogProgress value)
        => phase.Report(value.TotalBytes is > 0 and { } total ? value.BytesRead / (double)total : null, Show.Count(value.Rows) + " rows");
}
