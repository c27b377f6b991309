using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>
/// The bucket of several values' fingerprints. It takes no value of its own: whenever one of its fields is written, the row's bucket is formed
/// anew from the fingerprints that the batch keeps.
/// </summary>
public sealed class CrossedEncoder : FieldEncoder
{
    private readonly CrossedField _field;

    internal CrossedEncoder(CrossedField field)
        : base(field) => _field = field;

    /// <inheritdoc/>
    public override int Rows => _field.Buckets;

    /// <inheritdoc/>
    public override int Dim => _field.Dim;

    /// <inheritdoc/>
    public override int NumberWidth => 0;

    internal override void Encode(ReadOnlySpan<byte> utf8, ImpressionBatch batch, int slot, int row) => throw Refuse();

    internal override void Encode(TextColumn values, ImpressionBatch batch, int slot, int firstRow) => throw Refuse();

    internal override void Encode(long value, ImpressionBatch batch, int slot, int row) => throw Refuse();

    internal override void Encode(double value, ImpressionBatch batch, int slot, int row) => throw Refuse();

    /// <summary>Nothing to do: its fields are written as well, and write it.</summary>
    internal override void EncodeMissing(ImpressionBatch batch, int slot, int row)
    {
    }

    private EsmmException Refuse() => new(EsmmErrorKind.Usage, "a value for a cross", "field " + ErrorText.Quote(Field.Name), "values of " + ErrorText.List(_field.Of) + " only", "It is formed from their values.");
}

/// <summary>Where a cross finds the fingerprints of its fields, and where its bucket goes.</summary>
/// <param name="Key">What the chain begins with.</param>
/// <param name="Buckets">Number of buckets.</param>
/// <param name="Slot">The cross's id slot.</param>
/// <param name="HashSlots">Hash slots of its fields.</param>
/// <param name="IdSlots">Id slots of its fields, which say whether a value is missing.</param>
/// <param name="Sides">Sides of its fields.</param>
internal sealed record CrossPlan(ulong Key, int Buckets, int Slot, int[] HashSlots, int[] IdSlots, Side[] Sides)
{
    /// <summary>Whether it has fields of both sides.</summary>
    internal bool IsSpanning => Sides.Distinct().Count() > 1;

    /// <summary>Writes the bucket of a row whose fields may stand in two batches, each side's in its own.</summary>
    internal void Write(ImpressionBatch request, int requestRow, ImpressionBatch candidate, int candidateRow)
    {
        ulong joined = Key;
        bool missing = false;
        for (int i = 0; i < HashSlots.Length; i++)
        {
            (ImpressionBatch batch, int row) = Sides[i] == Side.Request ? (request, requestRow) : (candidate, candidateRow);
            missing |= batch.IdAt(IdSlots[i], row) < 0;
            joined = FarmHash64.Join(joined, batch.Hashes(HashSlots[i])[row]);
        }

        candidate.Ids(Slot)[candidateRow] = missing ? ImpressionBatch.MissingId : (int)(joined % (uint)Buckets);
    }
}

/// <summary>Writes a field that is crossed: its own row, its fingerprint, and the buckets of its crosses.</summary>
internal sealed class PartEncoder(CategoricalEncoder values, int hashSlot, CrossPlan[] crosses) : FieldEncoder(values.Field)
{
    public override int Rows => values.Rows;

    public override int Dim => values.Dim;

    public override int NumberWidth => 0;

    internal override void Encode(ReadOnlySpan<byte> utf8, ImpressionBatch batch, int slot, int row)
    {
        values.Encode(utf8, batch, slot, row);
        Finish(values.FingerprintOf(utf8), batch, row);
    }

    internal override void Encode(TextColumn column, ImpressionBatch batch, int slot, int firstRow)
    {
        for (int i = 0; i < column.Count; i++)
        {
            Encode(column[i], batch, slot, firstRow + i);
        }
    }

    internal override void Encode(long value, ImpressionBatch batch, int slot, int row)
    {
        values.Encode(value, batch, slot, row);
        Finish(values.FingerprintOf(value), batch, row);
    }

    internal override void Encode(double value, ImpressionBatch batch, int slot, int row)
    {
        values.Encode(value, batch, slot, row);
        Finish(values.FingerprintOf((long)value), batch, row);
    }

    internal override void EncodeMissing(ImpressionBatch batch, int slot, int row)
    {
        values.EncodeMissing(batch, slot, row);
        Finish(FarmHash64.Hash(default), batch, row);
    }

    private void Finish(ulong fingerprint, ImpressionBatch batch, int row)
    {
        batch.Hashes(hashSlot)[row] = fingerprint;
        foreach (CrossPlan cross in crosses)
        {
            cross.Write(batch, row, batch, row);
        }
    }
}
