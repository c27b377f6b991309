using System.Globalization;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>An encoder of texts and integers: the value's bytes choose a row of the embedding table.</summary>
public abstract class CategoricalEncoder : FieldEncoder
{
    private const int LongDigits = 20;
    private const double ExactIntegers = 9007199254740992; // 2^53

    private protected CategoricalEncoder(Field field, CategoryReader reader)
        : base(field)
    {
        Reader = reader;
    }

    /// <inheritdoc/>
    public sealed override int NumberWidth => 0;

    private protected CategoryReader Reader { get; }

    /// <summary>The row of the embedding table for a value; <see cref="ImpressionBatch.MissingId"/> for a zero vector.</summary>
    /// <param name="utf8">The value's bytes, which need not be valid UTF-8.</param>
    /// <exception cref="EsmmException">The field holds integers and the text is none.</exception>
    public int IdOf(ReadOnlySpan<byte> utf8)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes];
        return Reader.TryRead(utf8, scratch, out ReadOnlySpan<byte> value, out _) ? RowOf(value) : ImpressionBatch.MissingId;
    }

    /// <summary>The fingerprint of a value for crosses: an integer that 64 bits can hold is its own, as in TensorFlow.</summary>
    internal ulong FingerprintOf(ReadOnlySpan<byte> utf8)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes];
        Reader.TryRead(utf8, scratch, out ReadOnlySpan<byte> value, out bool absent);
        bool number = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer);
        return number && Reader.Integer && !absent ? (ulong)integer : FarmHash64.Hash(value);
    }

    /// <summary>The fingerprint of an integer, that of its decimal text.</summary>
    internal ulong FingerprintOf(long value)
    {
        Span<byte> text = stackalloc byte[LongDigits];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return FingerprintOf(text[..length]);
    }

    internal sealed override void Encode(ReadOnlySpan<byte> utf8, ImpressionBatch batch, int slot, int row) => batch.Ids(slot)[row] = IdOf(utf8);

    internal sealed override void Encode(long value, ImpressionBatch batch, int slot, int row)
    {
        Span<byte> text = stackalloc byte[LongDigits];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        batch.Ids(slot)[row] = IdOf(text[..length]);
    }

    internal sealed override void Encode(double value, ImpressionBatch batch, int slot, int row)
    {
        if (!Reader.Integer)
        {
            throw new EsmmException(EsmmErrorKind.Data, "number " + NumberReader.Describe(value) + " in a field of texts", "field " + ErrorText.Quote(Field.Name), "a text or an integer",
                "A floating-point number has several texts, so it can't name a category.");
        }

        if (!(Math.Abs(value) <= ExactIntegers) || value != Math.Floor(value))
        {
            throw Reader.NotInteger(NumberReader.Describe(value));
        }

        Encode((long)value, batch, slot, row);
    }

    internal sealed override void EncodeMissing(ImpressionBatch batch, int slot, int row)
    {
        batch.Ids(slot)[row] = Reader.MissingIsValue ? RowOf(default) : ImpressionBatch.MissingId;
    }

    /// <summary>The row for a value that is there.</summary>
    private protected abstract int RowOf(ReadOnlySpan<byte> value);
}
