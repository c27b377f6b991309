using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EsmmLite.Features;

namespace EsmmLite.Formats.Packed;

/// <summary>Where the parts of an encoded impression stand in a record: ids, then numbers, then its time if the log has times, then labels; little-endian, no gaps.</summary>
internal readonly record struct PackedLayout(int IdSlots, int NumberSlots, int Stages, bool HasTimes)
{
    private const int RowsAtATime = 256;

    public PackedLayout(FeatureSpace space)
        : this(space.IdSlots, space.NumberSlots, space.Schema.Labels.Count, space.Schema.Time is not null)
    {
    }

    public int RecordBytes { get; } = checked(sizeof(int) * (IdSlots + NumberSlots) + (HasTimes ? sizeof(long) : 0) + Stages);

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

        if (HasTimes)
        {
            ReadOnlySpan<long> times = batch.Times.Slice(firstRow, count);
            for (int i = 0; i < times.Length; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(records[(i * bytes + at)..], times[i]);
            }

            at += sizeof(long);
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

    /// <summary>Unpacks impressions column by column, a few rows at a time so that their records stay in the cache.</summary>
    /// <param name="records">Records one after another.</param>
    /// <param name="order">Which of them, in the order of the batch.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="firstRow">The first row to write.</param>
    public void Unpack(ReadOnlySpan<byte> records, ReadOnlySpan<int> order, ImpressionBatch batch, int firstRow)
    {
        for (int done = 0; done < order.Length; done += RowsAtATime)
        {
            ReadOnlySpan<int> some = order.Slice(done, Math.Min(RowsAtATime, order.Length - done));
            int at = 0;
            for (int slot = 0; slot < IdSlots; slot++, at += sizeof(int))
            {
                Gather(records, some, RecordBytes, at, batch.Ids(slot)[(firstRow + done)..]);
            }

            for (int slot = 0; slot < NumberSlots; slot++, at += sizeof(float))
            {
                Gather(records, some, RecordBytes, at, MemoryMarshal.Cast<float, int>(batch.Numbers(slot)[(firstRow + done)..]));
            }

            if (HasTimes)
            {
                Span<long> times = batch.Times[(firstRow + done)..];
                for (int i = 0; i < some.Length; i++)
                {
                    times[i] = BinaryPrimitives.ReadInt64LittleEndian(records[(some[i] * RecordBytes + at)..]);
                }

                at += sizeof(long);
            }

            for (int stage = 0; stage < Stages; stage++, at++)
            {
                Span<byte> labels = batch.Labels(stage)[(firstRow + done)..];
                for (int i = 0; i < some.Length; i++)
                {
                    labels[i] = records[some[i] * RecordBytes + at];
                }
            }
        }
    }

    private static void Scatter(ReadOnlySpan<int> column, Span<byte> records, int at, int bytes)
    {
        for (int i = 0; i < column.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(records[(i * bytes + at)..], column[i]);
        }
    }

    private static void Gather(ReadOnlySpan<byte> records, ReadOnlySpan<int> order, int bytes, int at, Span<int> column)
    {
        for (int i = 0; i < order.Length; i++)
        {
            column[i] = BinaryPrimitives.ReadInt32LittleEndian(records[(order[i] * bytes + at)..]);
        }
    }

    /// <summary>Throws unless a batch has the slots of this layout.</summary>
    public void Check(ImpressionBatch batch)
    {
        if (batch.IdSlots != IdSlots || batch.NumberSlots != NumberSlots || batch.Stages != Stages || HasTimes == batch.Times.IsEmpty)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the batch was made for another feature space", hint: "Use CreateBatch of the feature space that encoded the log.");
        }
    }
}
