using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace EsmmLite.Features;

// Writing values into batches: the same for training files and live requests. Nothing is allocated.
public sealed partial class FeatureSpace
{
    private const int StackBytes = 384;

    /// <summary>Encodes a UTF-8 text as a field of one impression.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="utf8">The text, taken byte for byte; it need not be valid UTF-8.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value. Texts never throw.</exception>
    public void Encode(int field, ReadOnlySpan<byte> utf8, ImpressionBatch batch, int row)
    {
        Check(batch);
        _writers[field].Encode(utf8, batch, _slots[field], row);
    }

    /// <summary>Encodes a text as a field of one impression, with the result of its UTF-8 form; half of a surrogate pair counts as U+FFFD.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="text">The text.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value. Texts never throw.</exception>
    public void Encode(int field, ReadOnlySpan<char> text, ImpressionBatch batch, int row)
    {
        Check(batch);
        if (text.Length <= StackBytes / 3)
        {
            Span<byte> buffer = stackalloc byte[StackBytes];
            Utf8.FromUtf16(text, buffer, out _, out int length);
            _writers[field].Encode(buffer[..length], batch, _slots[field], row);
        }
        else
        {
            EncodeLong(field, text, batch, row);
        }
    }

    /// <summary>Encodes UTF-8 texts as a field of impressions that follow each other, with the result of encoding them one by one.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="values">The texts, an impression each.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="firstRow">The impression of the first text.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value. Texts never throw.</exception>
    public void Encode(int field, TextColumn values, ImpressionBatch batch, int firstRow)
    {
        Check(batch);
        _writers[field].Encode(values, batch, _slots[field], firstRow);
    }

    /// <summary>Encodes an integer: for a categorical field its decimal text, otherwise a number.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="value">The integer.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value. Texts never throw.</exception>
    public void Encode(int field, long value, ImpressionBatch batch, int row)
    {
        Check(batch);
        _writers[field].Encode(value, batch, _slots[field], row);
    }

    /// <summary>Encodes an integer: for a categorical field its decimal text, otherwise a number.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="value">The integer.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value. Texts never throw.</exception>
    public void Encode(int field, ulong value, ImpressionBatch batch, int row)
    {
        // Without this overload an id above 2^63 would turn into a double, silently.
        if (value <= long.MaxValue)
        {
            Encode(field, (long)value, batch, row);
            return;
        }

        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        Encode(field, text[..length], batch, row);
    }

    /// <summary>Encodes a number; a categorical field takes it only if its values are integers and this is one.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="value">The number, finite.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">A number or an integer was expected; the message names field and value. Texts never throw.</exception>
    public void Encode(int field, double value, ImpressionBatch batch, int row)
    {
        Check(batch);
        _writers[field].Encode(value, batch, _slots[field], row);
    }

    /// <summary>Encodes that a field of one impression is missing; where its value is fixed (<see cref="Serving"/>), that value.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    public void EncodeMissing(int field, ImpressionBatch batch, int row)
    {
        Check(batch);
        _writers[field].EncodeMissing(batch, _slots[field], row);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EncodeLong(int field, ReadOnlySpan<char> text, ImpressionBatch batch, int row)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(checked(text.Length * 3));
        try
        {
            Utf8.FromUtf16(text, buffer, out _, out int length);
            _writers[field].Encode(buffer.AsSpan(0, length), batch, _slots[field], row);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Check(ImpressionBatch batch)
    {
        if (batch.IdSlots != IdSlots || batch.NumberSlots != NumberSlots || batch.HashSlots < HashSlots)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the batch was made for another feature space", hint: "Use CreateBatch of the feature space that encodes.");
        }
    }
}
