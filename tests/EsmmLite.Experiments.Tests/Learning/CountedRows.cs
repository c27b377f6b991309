using EsmmLite.Features;
using EsmmLite.Training;

namespace EsmmLite.Experiments.Tests.Learning;

/// <summary>
/// A log with few distinct rows as one batch: each distinct row once, weighted by how often it occurs. Its loss is, up to a factor,
/// that of the whole log, without the noise of mini-batches.
/// </summary>
internal sealed class CountedRows : RowSampling
{
    private readonly float[] _weights;
    private readonly bool _clickedOnly;

    private CountedRows(ImpressionBatch batch, float[] weights, bool clickedOnly)
    {
        Batch = batch;
        _weights = weights;
        _clickedOnly = clickedOnly;
    }

    /// <summary>The distinct rows.</summary>
    public ImpressionBatch Batch { get; }

    public static CountedRows Of(FeatureSpace space, SimulatedLog log, bool clickedOnly)
    {
        var groups = Enumerable.Range(0, log.Rows.Count)
            .GroupBy(r => (Cell: log.Cells[r], Click: log.Rows.Labels(0)[r], Conversion: log.Rows.Labels(1)[r]))
            .ToArray();
        ImpressionBatch batch = space.CreateBatch(groups.Length);
        batch.Count = groups.Length;
        float[] weights = new float[groups.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            batch.Ids(0)[i] = groups[i].Key.Cell;
            batch.Labels(0)[i] = groups[i].Key.Click;
            batch.Labels(1)[i] = groups[i].Key.Conversion;
            weights[i] = (float)((double)groups[i].Count() * groups.Length / log.Rows.Count);
        }

        return new CountedRows(batch, weights, clickedOnly);
    }

    public override void Weigh(ImpressionBatch batch, int loss, Span<float> destination)
    {
        for (int r = 0; r < destination.Length; r++)
        {
            destination[r] = _clickedOnly && batch.Labels(0)[r] == 0 ? 0 : _weights[r];
        }
    }
}
