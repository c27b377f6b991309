using System.Buffers.Binary;

namespace EsmmLite.Features;

/// <summary>
/// Hash buckets that were admitted to the table: row 0 for all others, then a bucket a row, the most frequent first. The table is as large as what was
/// seen often enough, whatever the number of buckets.
/// </summary>
public sealed class AdmittedEncoder : CategoricalEncoder
{
    private readonly HashedField _field;
    private readonly VocabularyTable _admitted; // bucket numbers of four bytes

    internal AdmittedEncoder(HashedField field, MissingTexts missing, VocabularyTable admitted)
        : base(field, new CategoryReader(field.Name, field.Integer, field.Missing, missing))
    {
        _field = field;
        _admitted = admitted;
    }

    /// <inheritdoc/>
    public override int Rows => _admitted.Count + 1;

    /// <inheritdoc/>
    public override int Dim => _field.Dim;

    /// <summary>Number of buckets that have a row of their own.</summary>
    public int Entries => _admitted.Count;

    internal override VocabularyTable? Vocabulary => _admitted;

    internal override void Encode(TextColumn values, ImpressionBatch batch, int slot, int firstRow)
    {
        for (int i = 0; i < values.Count; i++)
        {
            Encode(values[i], batch, slot, firstRow + i);
        }
    }

    /// <summary>How the table names a value's bucket.</summary>
    internal static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> value, int buckets, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, FarmHash64.Bucket(value, buckets));
        return destination[..sizeof(int)];
    }

    private protected override int RowOf(ReadOnlySpan<byte> value)
    {
        Span<byte> name = stackalloc byte[sizeof(int)];
        return _admitted.Find(NameOf(value, _field.Buckets, name)) + 1;
    }
}
