namespace EsmmLite.Features;

/// <summary>A schema together with what was learned of each field (vocabularies, means, quantiles): all that encoding needs.</summary>
/// <remarks>The same object encodes training files and live requests, so the two cannot drift apart. Immutable and thread-safe.</remarks>
public sealed class FeatureSpace
{
    private readonly FieldEncoder[] _encoders;
    private readonly int[] _slots;

    /// <summary>Creates a feature space.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="encoders">One encoder for each field of the schema, in its order.</param>
    public FeatureSpace(Schema schema, IReadOnlyList<FieldEncoder> encoders)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(encoders);
        ArgumentOutOfRangeException.ThrowIfNotEqual(encoders.Count, schema.Fields.Count);
        Schema = schema;
        _encoders = [.. encoders];
        _slots = new int[_encoders.Length];
        for (int i = 0; i < _encoders.Length; i++)
        {
            if (_encoders[i].Dim > 0)
            {
                _slots[i] = IdSlots++;
            }
            else
            {
                _slots[i] = NumberSlots;
                NumberSlots += _encoders[i].NumberWidth;
            }
        }
    }

    /// <summary>The schema.</summary>
    public Schema Schema { get; }

    /// <summary>One encoder for each field, in the schema's order.</summary>
    public IReadOnlyList<FieldEncoder> Encoders => _encoders;

    /// <summary>Number of categorical fields: id slots of a batch.</summary>
    public int IdSlots { get; }

    /// <summary>Number of plain numeric inputs: number slots of a batch.</summary>
    public int NumberSlots { get; }

    /// <summary>The first slot of a field in a batch: an id slot if the field has an embedding, otherwise a number slot.</summary>
    public int SlotOf(int field) => _slots[field];

    /// <summary>Creates an empty batch that fits this feature space.</summary>
    /// <param name="capacity">The most impressions it can hold.</param>
    public ImpressionBatch CreateBatch(int capacity) => new(IdSlots, NumberSlots, Schema.Labels.Count, capacity);
}
