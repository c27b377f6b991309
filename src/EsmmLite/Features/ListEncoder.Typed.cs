using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Lists that a program has as arrays.
public sealed partial class ListEncoder
{
    private const int LongDigits = 20;
    private const int StackBytes = 384;

    /// <summary>Encodes integers, with the result of the text that lists them.</summary>
    internal void Encode(ReadOnlySpan<long> values, ReadOnlySpan<float> weights, ImpressionBatch batch, int slot, int row)
    {
        int first = Begin(values.Length, weights, batch, slot, row);
        Span<byte> text = stackalloc byte[LongDigits];
        for (int k = 0; k < values.Length - first && k < _options.MaxValues; k++)
        {
            values[first + k].TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
            Set(_values.IdOf(text[..length]), weights, first + k, batch, slot, k, row);
        }
    }

    /// <summary>Encodes texts.</summary>
    internal void Encode(ReadOnlySpan<string> values, ReadOnlySpan<float> weights, ImpressionBatch batch, int slot, int row)
    {
        int first = Begin(values.Length, weights, batch, slot, row);
        for (int k = 0; k < values.Length - first && k < _options.MaxValues; k++)
        {
            Set(IdOf(values[first + k]), weights, first + k, batch, slot, k, row);
        }
    }

    private int IdOf(ReadOnlySpan<char> text)
    {
        byte[]? rented = text.Length <= StackBytes / 3 ? null : ArrayPool<byte>.Shared.Rent(checked(text.Length * 3));
        try
        {
            Span<byte> buffer = rented ?? stackalloc byte[StackBytes];
            Utf8.FromUtf16(text, buffer, out _, out int length);
            return _values.IdOf(buffer[..length]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Empties the list.</summary>
    /// <returns>The first value to keep.</returns>
    private int Begin(int count, ReadOnlySpan<float> weights, ImpressionBatch batch, int slot, int row)
    {
        if (!weights.IsEmpty && (WeightWidth == 0 || weights.Length != count))
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"{weights.Length} weights for {count} values", "field " + ErrorText.Quote(Field.Name), WeightWidth == 0 ? "no weights: the field's list has none" : "a weight for each value, or none");
        }

        foreach (float weight in weights)
        {
            if (!(weight is >= 0 and <= ListOptions.LargestWeight))
            {
                throw RefuseWeight(Field.Name, weight);
            }
        }

        EncodeMissing(batch, slot, row);
        return _options.Keep == ListEnd.First ? 0 : Math.Max(0, count - _options.MaxValues);
    }

    private void Set(int id, ReadOnlySpan<float> weights, int place, ImpressionBatch batch, int slot, int k, int row)
    {
        batch.Ids(slot + k)[row] = id;
        SetWeight(batch, k, row, id < 0 ? 0 : weights.IsEmpty ? 1 : weights[place]);
    }
}
