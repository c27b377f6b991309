using System.Globalization;
using System.Diagnostics.CodeAnalysis;

namespace EsmmLite.Features;

// Filling batches in a service: fields by key, impression by impression. Nothing is allocated.
public sealed partial class FeatureSpace
{
    /// <summary>Looks a field up, for use wherever its values are set.</summary>
    /// <param name="name">The field's name.</param>
    /// <exception cref="EsmmException">There is no such field.</exception>
    public FieldKey Field(string name) => new(this, FieldIndex(name));

    /// <summary>Adds an impression to a batch, all of whose fields are missing so far (or have their fixed value: <see cref="Serving"/>) and all of whose labels are 0.</summary>
    /// <param name="batch">A batch of this feature space.</param>
    /// <returns>Its row, from 0.</returns>
    /// <exception cref="EsmmException">The batch is full, or belongs to another feature space.</exception>
    public int AddImpression(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Check(batch);
        if (batch.Count == batch.Capacity)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the batch already has {batch.Capacity} impressions", hint: "Create it with a larger capacity, or set Count to 0 to fill it anew.");
        }

        int row = batch.Count++;
        for (int field = 0; field < _writers.Length; field++)
        {
            _writers[field].EncodeMissing(batch, _slots[field], row);
        }

        for (int stage = 0; stage < batch.Stages; stage++)
        {
            batch.Labels(stage)[row] = 0;
        }

        return row;
    }

    /// <summary>Encodes a UTF-8 text as a field of one impression.</summary>
    /// <param name="field">The field.</param>
    /// <param name="utf8">The text, taken byte for byte; it need not be valid UTF-8.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field can't hold the value, or belongs to another feature space.</exception>
    public void Encode(FieldKey field, ReadOnlySpan<byte> utf8, ImpressionBatch batch, int row) => Encode(Own(field), utf8, batch, row);

    /// <summary>Encodes a text as a field of one impression.</summary>
    /// <param name="field">The field.</param>
    /// <param name="text">The text.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field can't hold the value, or belongs to another feature space.</exception>
    public void Encode(FieldKey field, ReadOnlySpan<char> text, ImpressionBatch batch, int row) => Encode(Own(field), text, batch, row);

    /// <summary>Encodes an integer as a field of one impression.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The integer.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field can't hold the value, or belongs to another feature space.</exception>
    public void Encode(FieldKey field, long value, ImpressionBatch batch, int row) => Encode(Own(field), value, batch, row);

    /// <summary>Encodes an integer as a field of one impression.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The integer.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field can't hold the value, or belongs to another feature space.</exception>
    public void Encode(FieldKey field, ulong value, ImpressionBatch batch, int row) => Encode(Own(field), value, batch, row);

    /// <summary>Encodes a number as a field of one impression.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The number, finite.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field can't hold the value, or belongs to another feature space.</exception>
    public void Encode(FieldKey field, double value, ImpressionBatch batch, int row) => Encode(Own(field), value, batch, row);

    /// <summary>Encodes a number as a field of one impression, as its shortest text would be: 0.7f is 0.7 and not 0.699999988.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The number, finite.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field can't hold the value, or belongs to another feature space.</exception>
    public void Encode(FieldKey field, float value, ImpressionBatch batch, int row) => Encode(Own(field), AsWritten(value), batch, row);

    /// <summary>Encodes a number as a field of one impression.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The number.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field can't hold the value, or belongs to another feature space.</exception>
    public void Encode(FieldKey field, decimal value, ImpressionBatch batch, int row) => Encode(Own(field), AsWritten(value), batch, row);

    /// <summary>The double that a number's text reads as.</summary>
    internal static double AsWritten<T>(T value)
        where T : struct, IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[64];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>The place of a field whose key must be of this feature space.</summary>
    internal int Own(FieldKey field)
    {
        if (field.Space != this)
        {
            ThrowForeign(field);
        }

        return field.Index;
    }

    [DoesNotReturn]
    private static void ThrowForeign(FieldKey field) =>
        throw new EsmmException(EsmmErrorKind.Usage, field.Space is null ? "the key names no field" : $"the key of field '{field.Name}' belongs to another feature space", hint: "Look fields up by name, with Field, once for each model that is loaded.");
}
