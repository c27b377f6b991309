namespace EsmmLite.Features;

// Crosses of raw values.
public sealed partial class FeatureSpace
{
    private readonly CrossPlan[] _crosses;
    private readonly List<int> _hashed = []; // fields whose fingerprints a batch keeps

    /// <summary>Number of fields whose fingerprints a batch keeps.</summary>
    internal int HashSlots { get; }

    /// <summary>The crosses with fields of both sides.</summary>
    internal IEnumerable<CrossPlan> SpanningCrosses => _crosses.Where(cross => cross.IsSpanning);

    /// <summary>Whether a field has no column: it is formed from others' values.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public bool IsDerived(int field) => _encoders[field] is CrossedEncoder;

    /// <summary>The hash slots of one side's fields.</summary>
    internal int[] HashSlotsOf(Side side) => [.. Enumerable.Range(0, HashSlots).Where(slot => Schema.Fields[_hashed[slot]].Side == side)];

    private CrossPlan PlanOf(CrossedField field)
    {
        int[] parts = [.. field.Of.Select(name => _byName[name])];
        foreach (int part in parts.Except(_hashed).ToList())
        {
            _hashed.Add(part);
        }

        return new CrossPlan(field.HashKey, field.Buckets, _slots[_byName[field.Name]], [.. parts.Select(part => _hashed.IndexOf(part))], [.. parts.Select(part => _slots[part])], [.. parts.Select(part => Schema.Fields[part].Side)]);
    }

    /// <summary>What writes a field: its encoder, and the crosses that it is part of.</summary>
    private FieldEncoder PartOf(FieldEncoder encoder)
    {
        int slot = _hashed.FindIndex(field => ReferenceEquals(_encoders[field], encoder));
        return slot < 0 ? encoder : new PartEncoder((CategoricalEncoder)encoder, slot, [.. _crosses.Where(cross => cross.HashSlots.Contains(slot))]);
    }
}
