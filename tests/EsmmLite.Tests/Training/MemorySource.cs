using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Impressions from memory.</summary>
internal sealed class MemorySource(ImpressionBatch all, int? rows = null) : IImpressionSource
{
    private int _next;

    public List<int> Epochs { get; } = [];

    public long Rows => rows ?? all.Count;

    public void StartEpoch(int epoch)
    {
        Epochs.Add(epoch);
        _next = 0;
    }

    public bool Fill(ImpressionBatch batch)
    {
        batch.Count = (int)Math.Min(batch.Capacity, Rows - _next);
        for (int r = 0; r < batch.Count; r++)
        {
            all.CopyRow(_next++, batch, r);
        }

        return batch.Count > 0;
    }
}
