namespace EsmmLite.Features;

// Scoring: fields that are known only afterwards have one value.
public sealed partial class FeatureSpace
{
    private FeatureSpace(FeatureSpace learned)
    {
        (Schema, IdSlots, NumberSlots) = (learned.Schema, learned.IdSlots, learned.NumberSlots);
        (_encoders, _slots, _weightSlots, _tables, _byName, TableFields) = (learned._encoders, learned._slots, learned._weightSlots, learned._tables, learned._byName, learned.TableFields);
        (_crosses, _hashed, HashSlots) = (learned._crosses, learned._hashed, learned.HashSlots);
        _writers = [.. _encoders.Select((encoder, f) => encoder.Field.FixedAtServing is { } text ? new FixedEncoder(encoder, text) : learned._writers[f])];
        Serving = this;
    }

    /// <summary>
    /// The feature space that scoring encodes with: this one, but that every field with <see cref="Field.FixedAtServing"/> has that
    /// value. It takes no other for such a field, and it is there without being set. This object itself where no field is fixed.
    /// </summary>
    public FeatureSpace Serving { get; }

    /// <summary>Whether a field has one value for all impressions here, which <see cref="EncodeMissing"/> writes.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public bool IsFixed(int field) => _writers[field] is FixedEncoder;

    /// <summary>The first of some impressions whose value of a fixed field is not the fixed one; -1 if there is none, or the field is not fixed.</summary>
    internal int FirstNotFixed(int field, ImpressionBatch batch) => _writers[field] is FixedEncoder writer ? writer.FirstOther(batch, _slots[field]) : -1;
}
