namespace EsmmLite.Features;

/// <summary>
/// Counts, field by field, what was looked up: values, those missing, and those without a row of their own (out of vocabulary, or not admitted). For a service to
/// watch: a field whose share of unseen values rises has drifted from the training data. Counting is asked for, costs nothing otherwise, and is safe for several threads.
/// </summary>
public sealed class UnseenCounts
{
    private readonly FeatureSpace _space;
    private readonly long[] _values;
    private readonly long[] _missing;
    private readonly long[] _unseen;

    /// <summary>Starts at 0.</summary>
    /// <param name="space">The feature space that encodes.</param>
    public UnseenCounts(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        _space = space;
        _values = new long[space.Encoders.Count];
        _missing = new long[_values.Length];
        _unseen = new long[_values.Length];
    }

    /// <summary>Number of values of a field, lists counted value by value.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public long Values(int field) => Interlocked.Read(ref _values[field]);

    /// <summary>Number of impressions in which a field had no value.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public long Missing(int field) => Interlocked.Read(ref _missing[field]);

    /// <summary>Number of values without a row of their own; always 0 for fields without a vocabulary.</summary>
    /// <param name="field">The field's place in the schema.</param>
    public long Unseen(int field) => Interlocked.Read(ref _unseen[field]);

    /// <summary>Counts the impressions of a batch. Nothing is allocated.</summary>
    /// <param name="batch">A batch of the feature space.</param>
    public void Add(ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (int field = 0; field < _values.Length; field++)
        {
            Add(field, batch);
        }
    }

    /// <summary>Counts one side's fields: a request's once, and each candidate's.</summary>
    internal void Add(ImpressionBatch batch, Side side)
    {
        for (int field = 0; field < _values.Length; field++)
        {
            if (_space.Schema.Fields[field].Side == side && !_space.IsDerived(field))
            {
                Add(field, batch);
            }
        }
    }

    private void Add(int field, ImpressionBatch batch)
    {
        FieldEncoder encoder = _space.Encoders[field];
        bool learned = encoder.Vocabulary is not null;
        long values = 0, missing = 0, unseen = 0;
        for (int row = 0; row < batch.Count && encoder.Dim > 0; row++)
        {
            int there = 0;
            for (int k = 0; k < encoder.IdWidth; k++)
            {
                int id = batch.IdAt(_space.SlotOf(field) + k, row);
                there += id >= 0 ? 1 : 0;
                unseen += learned && id == 0 ? 1 : 0;
            }

            values += there;
            missing += there == 0 ? 1 : 0;
        }

        Interlocked.Add(ref _values[field], values);
        Interlocked.Add(ref _missing[field], missing);
        Interlocked.Add(ref _unseen[field], unseen);
    }
}
