namespace EsmmLite.Features;

/// <summary>
/// A field of one feature space, looked up by name once: <see cref="FeatureSpace.Field"/>. What takes a key refuses those of another
/// feature space, so a key that outlives its model can't address a wrong field.
/// </summary>
public readonly record struct FieldKey
{
    internal FieldKey(FeatureSpace space, int index)
    {
        Space = space;
        Index = index;
        Side = space.Schema.Fields[index].Side;
    }

    /// <summary>The field's place in the schema.</summary>
    public int Index { get; }

    /// <summary>Whether the field belongs to the request or to the candidate.</summary>
    public Side Side { get; }

    /// <summary>The field's name; empty for a key that was never looked up.</summary>
    public string Name => Space?.Schema.Fields[Index].Name ?? "";

    internal FeatureSpace? Space { get; }
}
