namespace EsmmLite.Features;

/// <summary>Turns the values of one field into rows of an embedding table or into numbers. Immutable once learned, safe for any number of threads.</summary>
public abstract class FieldEncoder
{
    private protected FieldEncoder(Field field) => Field = field;

    /// <summary>The field it encodes.</summary>
    public Field Field { get; }

    /// <summary>What the values of the training data looked like; null where that is not known.</summary>
    public FieldProfile? Profile { get; internal set; }

    /// <summary>Number of rows of the embedding table; 0 for a plain number.</summary>
    public abstract int Rows { get; }

    /// <summary>Length of an embedding vector; 0 for a plain number.</summary>
    public abstract int Dim { get; }

    /// <summary>Number of plain numeric inputs: 0 for an embedding, 1, or 2 with a missing indicator.</summary>
    public abstract int NumberWidth { get; }

    /// <summary>Number of id slots in a batch: 1 for an embedding of one value, more for a list, 0 for a plain number.</summary>
    public virtual int IdWidth => Dim > 0 ? 1 : 0;

    /// <summary>Number of number slots with weights of a list's values; 0 where they have none.</summary>
    public virtual int WeightWidth => 0;

    /// <summary>The learned values, where there is a vocabulary.</summary>
    internal virtual VocabularyTable? Vocabulary => null;

    /// <summary>Whether row 0 of the table stands for all values that have no row of their own.</summary>
    public bool HasOutOfVocabulary => Vocabulary is not null;

    /// <summary>Number of network inputs the field fills.</summary>
    public int Width => Dim + NumberWidth;

    /// <summary>Encodes a text into a row of a batch.</summary>
    internal abstract void Encode(ReadOnlySpan<byte> utf8, ImpressionBatch batch, int slot, int row);

    /// <summary>Encodes texts into rows of a batch that follow each other: one call a block instead of one a value.</summary>
    internal abstract void Encode(TextColumn values, ImpressionBatch batch, int slot, int firstRow);

    /// <summary>Encodes an integer, with the result of its decimal text.</summary>
    internal abstract void Encode(long value, ImpressionBatch batch, int slot, int row);

    /// <summary>Encodes a number.</summary>
    internal abstract void Encode(double value, ImpressionBatch batch, int slot, int row);

    /// <summary>Encodes a missing value.</summary>
    internal abstract void EncodeMissing(ImpressionBatch batch, int slot, int row);
}
