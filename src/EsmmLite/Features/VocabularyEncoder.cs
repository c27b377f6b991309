namespace EsmmLite.Features;

/// <summary>A learned vocabulary: row 0 for values outside it, then an entry a row, the most frequent first.</summary>
public sealed class VocabularyEncoder : CategoricalEncoder
{
    private readonly VocabularyField _field;

    internal VocabularyEncoder(VocabularyField field, MissingTexts missing, VocabularyTable table)
        : base(field, new CategoryReader(field.Name, field.Integer, field.Missing, missing))
    {
        _field = field;
        Table = table;
    }

    /// <inheritdoc/>
    public override int Rows => Table.Count + 1;

    /// <inheritdoc/>
    public override int Dim => _field.Dim;

    /// <summary>Number of entries, without the out-of-vocabulary row.</summary>
    public int Entries => Table.Count;

    internal VocabularyTable Table { get; }

    internal override VocabularyTable? Vocabulary => Table;

    /// <summary>The value that owns a row, as UTF-8.</summary>
    /// <param name="row">A row from 1 to <see cref="Entries"/>.</param>
    public ReadOnlySpan<byte> EntryOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(row, Entries);
        return Table.Entry(row - 1);
    }

    internal override void Encode(TextColumn values, ImpressionBatch batch, int slot, int firstRow)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes];
        Span<int> ids = batch.Ids(slot).Slice(firstRow, values.Count);
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = Reader.TryRead(values[i], scratch, out ReadOnlySpan<byte> value, out _) ? RowOf(value) : ImpressionBatch.MissingId;
        }
    }

    private protected override int RowOf(ReadOnlySpan<byte> value) => Table.Find(value) + 1;
}
