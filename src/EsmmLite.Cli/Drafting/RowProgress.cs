using EsmmLite.Cli.Terminal;
using EsmmLite.Formats;

namespace EsmmLite.Cli.Drafting;

/// <summary>Shows how much of a log was looked at, where the look may end before the log does.</summary>
internal sealed class RowProgress(ProgressPhase phase, long? most) : IProgress<LogProgress>
{
    public void Report(LogProgress value)
    {
        double? bytes = value.TotalBytes is > 0 and { } total ? value.BytesRead / (double)total : null;
        double? rows = most is > 0 and { } limit ? value.Rows / (double)limit : null;
        phase.Report(rows > bytes || bytes is null ? rows : bytes, Show.Count(value.Rows) + " rows");
    }
}
