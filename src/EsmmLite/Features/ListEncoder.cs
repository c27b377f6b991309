using System.Globalization;
using System.Text;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>
/// A field of several values, each encoded as the field's kind encodes one. It owns an id slot of a batch for each value that is kept, and
/// with weights a number slot for each; what is left over holds <see cref="ImpressionBatch.MissingId"/> and 0.
/// </summary>
public sealed partial class ListEncoder : FieldEncoder
{
    private readonly CategoricalEncoder _values;
    private readonly ListOptions _options;
    private readonly MissingTexts _missing;
    private readonly byte[] _separator;
    private readonly byte[] _weightSeparator;
    private readonly int _weightSlot;

    internal ListEncoder(CategoricalEncoder values, ListOptions options, MissingTexts missing, int weightSlot = 0)
        : base(values.Field)
    {
        (_values, _options, _missing, _weightSlot) = (values, options, missing, weightSlot);
        _separator = Encoding.UTF8.GetBytes(options.Separator);
        _weightSeparator = Encoding.UTF8.GetBytes(options.WeightSeparator ?? "");
    }

    /// <inheritdoc/>
    public override int Rows => _values.Rows;

    /// <inheritdoc/>
    public override int Dim => _values.Dim;

    /// <inheritdoc/>
    public override int NumberWidth => 0;

    /// <inheritdoc/>
    public override int IdWidth => _options.MaxValues;

    /// <inheritdoc/>
    public override int WeightWidth => _options.WeightSeparator is null ? 0 : _options.MaxValues;

    /// <summary>Encodes one of its values.</summary>
    public CategoricalEncoder Values => _values;

    internal override VocabularyTable? Vocabulary => _values.Vocabulary;

    /// <summary>The same encoder, with its weights in other number slots of a batch.</summary>
    internal ListEncoder At(int weightSlot) => new(_values, _options, _missing, weightSlot) { Profile = Profile };

    internal override void Encode(ReadOnlySpan<byte> utf8, ImpressionBatch batch, int slot, int row)
    {
        EncodeMissing(batch, slot, row);
        if (_missing.Contains(utf8))
        {
            return;
        }

        int skip = _options.Keep == ListEnd.First ? 0 : Math.Max(0, Count(utf8) - _options.MaxValues);
        for (int k = -skip; k < _options.MaxValues; k++)
        {
            int end = utf8.IndexOf(_separator);
            if (k >= 0)
            {
                Write(end < 0 ? utf8 : utf8[..end], batch, slot, k, row);
            }

            if (end < 0)
            {
                return;
            }

            utf8 = utf8[(end + _separator.Length)..];
        }
    }

    internal override void Encode(TextColumn values, ImpressionBatch batch, int slot, int firstRow)
    {
        for (int i = 0; i < values.Count; i++)
        {
            Encode(values[i], batch, slot, firstRow + i);
        }
    }

    internal override void Encode(long value, ImpressionBatch batch, int slot, int row) => Encode([value], default, batch, slot, row);

    internal override void Encode(double value, ImpressionBatch batch, int slot, int row)
    {
        EncodeMissing(batch, slot, row);
        _values.Encode(value, batch, slot, row);
        SetWeight(batch, 0, row, 1);
    }

    /// <summary>An empty list; under <see cref="MissingRule.Value"/> it is one value, the empty one.</summary>
    internal override void EncodeMissing(ImpressionBatch batch, int slot, int row)
    {
        for (int k = 0; k < _options.MaxValues; k++)
        {
            batch.Ids(slot + k)[row] = ImpressionBatch.MissingId;
            SetWeight(batch, k, row, 0);
        }

        _values.EncodeMissing(batch, slot, row);
        SetWeight(batch, 0, row, batch.Ids(slot)[row] < 0 ? 0 : 1);
    }

    /// <summary>Sees every value of a list, and what weight there is of it.</summary>
    /// <returns>Number of values.</returns>
    internal static int Count(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> separator)
    {
        int count = 1;
        for (int at = utf8.IndexOf(separator); at >= 0; at = utf8.IndexOf(separator))
        {
            utf8 = utf8[(at + separator.Length)..];
            count++;
        }

        return count;
    }

    private int Count(ReadOnlySpan<byte> utf8) => Count(utf8, _separator);

    private void Write(ReadOnlySpan<byte> entry, ImpressionBatch batch, int slot, int place, int row)
    {
        float weight = 1;
        if (WeightWidth > 0 && !_missing.Contains(entry))
        {
            entry = ReadWeight(Field.Name, entry, _weightSeparator, out weight);
        }

        int id = _values.IdOf(entry);
        batch.Ids(slot + place)[row] = id;
        SetWeight(batch, place, row, id < 0 ? 0 : weight);
    }

    /// <summary>Cuts a weight off a value.</summary>
    internal static ReadOnlySpan<byte> ReadWeight(string field, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> separator, out float weight)
    {
        bool read = TryReadWeight(entry, separator, out ReadOnlySpan<byte> value, out double number);
        weight = (float)number;
        return read ? value : throw RefuseWeight(field, entry, separator);
    }

    /// <summary>Cuts a weight off a value; false where there is none, or it is out of range.</summary>
    internal static bool TryReadWeight(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> separator, out ReadOnlySpan<byte> value, out double weight)
    {
        // A value may hold the separator itself; a weight can't.
        int at = entry.LastIndexOf(separator);
        value = at < 0 ? entry : entry[..at];
        ReadOnlySpan<byte> text = at < 0 ? default : entry[(at + separator.Length)..].Trim(" \t"u8);
        bool number = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out weight) && text[^1] != 0;
        weight = number ? weight : double.NegativeInfinity;
        return number && weight is >= 0 and <= ListOptions.LargestWeight;
    }

    /// <summary>What is wrong with a value whose weight can't be read.</summary>
    internal static EsmmException RefuseWeight(string field, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> separator)
    {
        TryReadWeight(entry, separator, out _, out double weight);
        return double.IsNegativeInfinity(weight)
            ? new EsmmException(EsmmErrorKind.Data, "value " + ErrorText.Quote(entry) + " of a list has no weight", "field " + ErrorText.Quote(field), "a value, then " + ErrorText.Quote(separator) + ", then a number",
                "Leave \"weights\" out of the field's \"list\" where values have none.")
            : RefuseWeight(field, weight);
    }

    private static EsmmException RefuseWeight(string field, double weight) => new(EsmmErrorKind.Data, "weight " + NumberReader.Describe(weight) + " in a list", "field " + ErrorText.Quote(field), "a number from 0 to 1e9");

    private void SetWeight(ImpressionBatch batch, int place, int row, float weight)
    {
        if (WeightWidth > 0)
        {
            batch.Numbers(_weightSlot + place)[row] = weight;
        }
    }
}
