using EsmmLite.Cli.Terminal;
using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>A source that tells how far it is, and stops when cancelled.</summary>
internal sealed class WatchedSource(IImpressionSource inner, ProgressPhase phase, CancellationToken token) : IImpressionSource
{
    private long _visited;

    public long Rows => inner.Rows;

    public void StartEpoch(int epoch)
    {
        _visited = 0;
        inner.StartEpoch(epoch);
    }

    public bool Fill(ImpressionBatch batch)
    {
        token.ThrowIfCancellationRequested();
        bool any = inner.Fill(batch);
        _visited += batch.Count;
        phase.Report(Rows == 0 ? null : _visited / (double)Rows, Show.Count(_visited) + " impressions");
        return any;
    }
}
