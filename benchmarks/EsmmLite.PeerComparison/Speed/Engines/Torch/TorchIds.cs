using EsmmLite.Features;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>A batch as tensors, made beforehand: turning ids into tensors is not part of any figure.</summary>
internal sealed class TorchIds
{
    /// <summary>Copies a batch.</summary>
    public TorchIds(FeatureSpace space, ImpressionBatch batch)
    {
        Rows = batch.Count;
        int fields = space.IdSlots;
        long[] all = new long[(long)Rows * fields];
        long offset = 0;
        Tensor[] columns = new Tensor[fields];
        for (int slot = 0; slot < fields; slot++)
        {
            long[] own = new long[Rows];
            for (int row = 0; row < Rows; row++)
            {
                own[row] = batch.Ids(slot)[row];
                all[row * fields + slot] = own[row] + offset;
            }

            columns[slot] = tensor(own);
            offset += ((HashedField)space.Schema.Fields[slot]).Buckets;
        }

        All = tensor(all);
        Columns = columns;
        Click = tensor(Labels(batch, row => batch.Labels(0)[row]));
        Both = tensor(Labels(batch, row => batch.Labels(0)[row] * batch.Labels(1)[row]));
    }

    /// <summary>Number of impressions.</summary>
    public int Rows { get; }

    /// <summary>Rows of the concatenated table, field by field within an impression. [rows x fields]</summary>
    public Tensor All { get; }

    /// <summary>Rows of each field's own table. [rows] each</summary>
    public IReadOnlyList<Tensor> Columns { get; }

    /// <summary>Clicked. [rows]</summary>
    public Tensor Click { get; }

    /// <summary>Clicked and converted. [rows]</summary>
    public Tensor Both { get; }

    private static float[] Labels(ImpressionBatch batch, Func<int, int> label) => [.. Enumerable.Range(0, batch.Count).Select(row => (float)label(row))];
}
