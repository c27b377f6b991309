using EsmmLite.Features;

namespace EsmmLite.Formats.Blocks;

/// <summary>Encodes blocks of text into a batch of its own, field by field.</summary>
internal sealed class BlockEncoder(FeatureSpace space)
{
    private readonly ImpressionBatch _batch = space.CreateBatch(RowBlock.Capacity);

    /// <summary>Encodes the rows of one part; the batch is valid until the next call.</summary>
    /// <exception cref="EsmmException">A number that is beyond a float once standardised: that of the block's first such row, with file and line.</exception>
    public ImpressionBatch Encode(LogBlock block, RowBlock part)
    {
        Encode(block, part, 0, part.Count, _batch, 0);
        _batch.Count = part.Count;
        return _batch;
    }

    /// <summary>Encodes some rows of one part into rows of a batch, whose count is left as it is.</summary>
    public void Encode(LogBlock block, RowBlock part, int first, int count, ImpressionBatch batch, int row)
    {
        try
        {
            for (int field = 0; field < space.Encoders.Count; field++)
            {
                Encode(field, part.Column(field).Slice(first, count), batch, row);
            }
        }
        catch (EsmmException fault)
        {
            throw block.FirstFault(Try) ?? fault;
        }

        for (int stage = 0; stage < batch.Stages; stage++)
        {
            part.Labels(stage).Slice(first, count).CopyTo(batch.Labels(stage)[row..]);
        }

        if (!batch.Times.IsEmpty)
        {
            part.Times.Slice(first, count).CopyTo(batch.Times[row..]);
        }
    }

    private void Encode(int field, TextColumn values, ImpressionBatch batch, int row)
    {
        if (space.IsDerived(field))
        {
            return;
        }

        if (!space.IsFixed(field))
        {
            space.Encode(field, values, batch, row);
            return;
        }

        for (int i = 0; i < values.Count; i++)
        {
            space.EncodeMissing(field, batch, row + i);
        }
    }

    private void Try(int field, ReadOnlySpan<byte> utf8)
    {
        if (!space.IsFixed(field) && !space.IsDerived(field))
        {
            space.Encode(field, utf8, _batch, 0);
        }
    }
}
