using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Fields of several values.
public sealed partial class FeatureSpace
{
    /// <summary>Encodes integers as the list of one impression, with the result of the text that lists them.</summary>
    /// <param name="field">A field with a list.</param>
    /// <param name="values">The integers; none for an empty list. Beyond the most that the field keeps, those at one end count.</param>
    /// <param name="weights">A weight of each, from 0 to 1e9; empty for 1.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field has no list, or belongs to another feature space, or a weight is out of range.</exception>
    public void EncodeList(FieldKey field, ReadOnlySpan<long> values, ReadOnlySpan<float> weights, ImpressionBatch batch, int row) =>
        ListOf(field, batch).Encode(values, weights, batch, _slots[field.Index], row);

    /// <summary>Encodes texts as the list of one impression. A text is a value even if it holds the separator.</summary>
    /// <param name="field">A field with a list.</param>
    /// <param name="values">The texts; none for an empty list. Beyond the most that the field keeps, those at one end count.</param>
    /// <param name="weights">A weight of each, from 0 to 1e9; empty for 1.</param>
    /// <param name="batch">The batch to write into.</param>
    /// <param name="row">The impression.</param>
    /// <exception cref="EsmmException">The field has no list, or belongs to another feature space, or a weight is out of range.</exception>
    public void EncodeList(FieldKey field, ReadOnlySpan<string> values, ReadOnlySpan<float> weights, ImpressionBatch batch, int row) =>
        ListOf(field, batch).Encode(values, weights, batch, _slots[field.Index], row);

    /// <summary>The first number slot with the weights of a field's values; -1 where they have none.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public int WeightSlotOf(int field) => _weightSlots[field];

    private ListEncoder ListOf(FieldKey field, ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Check(batch);
        return _writers[Own(field)] as ListEncoder
            ?? throw new EsmmException(EsmmErrorKind.Usage, "a list for a field of one value", "field " + ErrorText.Quote(field.Name), "one value", "Give the field a \"list\" in the config.");
    }
}
