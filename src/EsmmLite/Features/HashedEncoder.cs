namespace EsmmLite.Features;

/// <summary>FarmHash64 of the value's bytes modulo the number of buckets: the row TensorFlow's hashed columns choose.</summary>
public sealed class HashedEncoder : CategoricalEncoder
{
    private readonly HashedField _field;

    internal HashedEncoder(HashedField field, MissingTexts missing)
        : base(field, new CategoryReader(field.Name, field.Integer, field.Missing, missing))
    {
        _field = field;
    }

    /// <inheritdoc/>
    public override int Rows => _field.Buckets;

    /// <inheritdoc/>
    public override int Dim => _field.Dim;

    internal override void Encode(TextColumn values, ImpressionBatch batch, int slot, int firstRow)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes];
        Span<int> ids = batch.Ids(slot).Slice(firstRow, values.Count);
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = Reader.TryRead(values[i], scratch, out ReadOnlySpan<byte> value, out _) ? RowOf(value) : ImpressionBatch.MissingId;
        }
    }

    private protected override int RowOf(ReadOnlySpan<byte> value) => FarmHash64.Bucket(value, _field.Buckets);
}
