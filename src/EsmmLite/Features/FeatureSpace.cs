using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>A schema together with what was learned of each field (vocabularies, means, quantiles): all that encoding needs.</summary>
/// <remarks>The same object encodes training files and live requests, so the two cannot drift apart. Immutable and thread-safe.</remarks>
public sealed partial class FeatureSpace
{
    private readonly FieldEncoder[] _encoders;
    private readonly FieldEncoder[] _writers; // the encoders, but for fields whose value is fixed here
    private readonly int[] _slots;
    private readonly int[] _weightSlots;
    private readonly int[] _tables; // of each field; -1 for a plain number
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);

    /// <summary>Creates a feature space.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="encoders">One encoder for each field of the schema, in its order.</param>
    /// <exception cref="EsmmException">A field can't hold the value that it is to have when serving.</exception>
    public FeatureSpace(Schema schema, IReadOnlyList<FieldEncoder> encoders)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(encoders);
        ArgumentOutOfRangeException.ThrowIfNotEqual(encoders.Count, schema.Fields.Count);
        Schema = schema;
        _encoders = [.. encoders];
        _slots = new int[_encoders.Length];
        _weightSlots = new int[_encoders.Length];
        for (int i = 0; i < _encoders.Length; i++)
        {
            _byName.TryAdd(_encoders[i].Field.Name, i);
            _weightSlots[i] = -1;
            if (_encoders[i].Dim > 0)
            {
                _slots[i] = IdSlots;
                IdSlots += _encoders[i].IdWidth;
                if (_encoders[i] is ListEncoder { WeightWidth: > 0 } list)
                {
                    _encoders[i] = list.At(NumberSlots);
                    _weightSlots[i] = NumberSlots;
                    NumberSlots += list.WeightWidth;
                }
            }
            else
            {
                _slots[i] = NumberSlots;
                NumberSlots += _encoders[i].NumberWidth;
            }
        }

        TableFields = [.. Enumerable.Range(0, _encoders.Length).Where(i => _encoders[i].Dim > 0 && _encoders[i].Field.Shares is null)];
        _tables = [.. _encoders.Select(e => e.Dim == 0 ? -1 : TableFields.ToList().FindIndex(owner => _encoders[owner].Field.Name == (e.Field.Shares ?? e.Field.Name)))];
        _crosses = [.. _encoders.Select(encoder => encoder.Field).OfType<CrossedField>().Select(PlanOf)];
        HashSlots = _hashed.Count;
        _writers = _crosses.Length == 0 ? _encoders : [.. _encoders.Select(PartOf)];
        Serving = schema.Fields.All(field => field.FixedAtServing is null) ? this : new FeatureSpace(this);
    }

    /// <summary>The schema.</summary>
    public Schema Schema { get; }

    /// <summary>One encoder for each field, in the schema's order.</summary>
    public IReadOnlyList<FieldEncoder> Encoders => _encoders;

    /// <summary>Number of id slots of a batch: one for each categorical field, for a list one for each value that is kept.</summary>
    public int IdSlots { get; }

    /// <summary>Number of number slots of a batch: one for each plain numeric input and each weight of a list's values.</summary>
    public int NumberSlots { get; }

    /// <summary>The fields that own an embedding table, in the schema's order: one for each table.</summary>
    public IReadOnlyList<int> TableFields { get; }

    /// <summary>Bytes of memory that the vocabularies take.</summary>
    internal long VocabularyMemory => _encoders.Select(e => e.Vocabulary).OfType<VocabularyTable>().Distinct().Sum(t => t.MemoryBytes);

    /// <summary>A feature space for a schema of which nothing must be learned: hashed fields and numbers that are not standardised.</summary>
    /// <param name="schema">The schema.</param>
    /// <exception cref="EsmmException">The schema has faults, or a field needs a pass over training data.</exception>
    public static FeatureSpace FromSchema(Schema schema)
    {
        SchemaValidator.Validate(schema);
        var missing = new MissingTexts(schema);
        var encoders = new List<FieldEncoder>();
        var learned = new List<string>();
        foreach (Field field in schema.Fields)
        {
            if (field is HashedField { IsAdmitting: false } hashed)
            {
                encoders.Add(Listed(new HashedEncoder(hashed, missing), missing));
            }
            else if (field is CrossedField crossed)
            {
                encoders.Add(new CrossedEncoder(crossed));
            }
            else if (field is NumericField { Buckets: null, Standardise: false } number)
            {
                encoders.Add(new NumberEncoder(number, missing, 0, 1));
            }
            else
            {
                learned.Add(field.Name);
            }
        }

        return learned.Count == 0
            ? new FeatureSpace(schema, encoders)
            : throw new EsmmException(EsmmErrorKind.Usage, "fields " + ErrorText.List(learned) + " must be learned from data", hint: "Use FeatureLearner: vocabularies, means and quantiles need a first pass.");
    }

    /// <summary>An encoder of one value, or of a list of them where the field has lists.</summary>
    private static FieldEncoder Listed(CategoricalEncoder values, MissingTexts missing) => values.Field.List is { } list ? new ListEncoder(values, list, missing) : values;

    /// <summary>The first slot of a field in a batch: an id slot if the field has an embedding, otherwise a number slot.</summary>
    public int SlotOf(int field) => _slots[field];

    /// <summary>The table that a field's ids are rows of, counted as in <see cref="TableFields"/>; -1 for a plain number.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public int TableOf(int field) => _tables[field];

    /// <summary>Creates an empty batch that fits this feature space.</summary>
    /// <param name="capacity">The most impressions it can hold.</param>
    public ImpressionBatch CreateBatch(int capacity) => new(IdSlots, NumberSlots, Schema.Labels.Count, capacity, Schema.Time is not null, HashSlots);

    /// <summary>The place of a field in the schema.</summary>
    /// <param name="name">The field's name.</param>
    /// <exception cref="EsmmException">There is no such field.</exception>
    public int FieldIndex(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_byName.TryGetValue(name, out int index))
        {
            return index;
        }

        string? near = ErrorText.Nearest(name, _byName.Keys);
        throw new EsmmException(EsmmErrorKind.Usage, "there is no field " + ErrorText.Quote(name), expected: "one of " + ErrorText.List(Schema.Fields.Select(field => field.Name)),
            hint: near is null ? null : "Did you mean \"" + near + "\"?");
    }

    /// <summary>The place of a field in the schema, if there is such a field.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="index">Its place.</param>
    public bool TryFieldIndex(string name, out int index) => _byName.TryGetValue(name, out index);
}
