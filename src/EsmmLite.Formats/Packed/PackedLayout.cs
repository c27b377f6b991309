using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EsmmLite.Features;

namespace EsmmLite.Formats.Packed;

/// <summary>Where the parts of an encoded impression stand in a record: ids, then numbers, then labels; little-endian, no gaps.</summary>
internal readonly record struct PackedLayout(int IdSlots, int NumberSlots, int Stages)
{
    public PackedLayout(FeatureSpace space)
        : this(space.IdSlots, space.NumberSlots, space.Schema.Labels.Count)
    {
    }

    public int RecordBytes => checked(sizeof(int) * (IdSlots + NumberSlots) + Stages);

    /// <summary>Packs impressions that follow each other, column by column.</summary>
    public void Pack(ImpressionBatch batch, int firstRow, int count, Span<byte> records)
    {
        int bytes = RecordBytes;
        int at = 0;
        for (int slot = 0; slot < IdSlots; slot++, at += sizeof(int))
        {
            Scatter(batch.Ids(slot).Slice(firstRow, count), records, at, bytes);
        }

        for (int slot = 0; slot < NumberSlots; slot++, at += sizeof(float))
        {
            Scatter(MemoryMarshal.Cast<float, int>(batch.Numbers(slot).Slice(firstRow, count)), records, at, bytes);
        }

        for (int stage = 0; stage < Stages; stage++, at++)
        {
            ReadOnlySpan<byte> labels = batch.Labels(stage).Slice(firstRow, count);
            for (int i = 0; i < labels.Length; i++)
            {
                records[i * bytes + at] = labels[i];
            }
        }
    }

    public void Unpack(ReadOnlySpan<byte> record, ImpressionBatch batch, int row)
    {
        int at = 0;
        for (int slot = 0; slot < IdSlots; slot++, at += sizeof(int))
        {
            batch.Ids(slot)[row] = BinaryPrimitives.ReadInt32LittleEndian(record[at..]);
        }

        for (int slot = 0; slot < NumberSlots; slot++, at += sizeof(float))
        {
            batch.Numbers(slot)[row] = BinaryPrimitives.ReadSingleLittleEndian(record[at..]);
        }

        for (int stage = 0; stage < Stages; stage++)
        {
            batch.Labels(stage)[row] = record[at++];
        }
    }

    private static void Scatter(ReadOnlySpan<int> column, Span<byte> records, int at, int bytes)
    {
        for (int i = 0; i < column.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(records[(i * bytes + at)..], column[i]);
        }
    }

    /// <summary>Throws unless a batch has the slots of this layout.</summary>
    public void Check(ImpressionBatch batch)
    {
        if (batch.IdSlots != IdSlots || batch.NumberSlots != NumberSlots || batch.Stages != Stages)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the batch was made for another feature space", hint: "Use CreateBatch of the feature space that encoded the log.");
        }
    }
}
