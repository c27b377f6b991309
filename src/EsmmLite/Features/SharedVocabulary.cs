namespace EsmmLite.Features;

/// <summary>The vocabulary of one embedding table while it is learned: all fields that use the table count into it.</summary>
/// <param name="name">The field that owns the table.</param>
/// <param name="minCount">Occurrences that a value needs.</param>
/// <param name="maxEntries">The most entries.</param>
/// <param name="maxAge">How long before the newest impression a value may have occurred last.</param>
internal sealed class SharedVocabulary(string name, int minCount, int? maxEntries, TimeSpan? maxAge)
{
    private readonly VocabularyCounter _counter = new(name, maxAge is not null);
    private VocabularyTable? _table;
    private long _counted;
    private long _covered;
    private int _tooOld;
    private long _newest = long.MinValue;

    public int Distinct => _counter.Distinct;

    /// <summary>Number of values counted that got no entry; known once it is built.</summary>
    public long Uncovered => _counted - _covered;

    /// <summary>Number of distinct values that were frequent enough and too old; null without a limit. Known once it is built.</summary>
    public long? TooOld => maxAge is null ? null : _tooOld;

    /// <summary>The vocabulary of a field that owns one; null for a field without.</summary>
    public static SharedVocabulary? Of(Field field) => field switch
    {
        { Shares: not null } => null,
        VocabularyField vocabulary => new SharedVocabulary(field.Name, vocabulary.MinCount, vocabulary.MaxEntries, vocabulary.MaxAge),
        HashedField { IsAdmitting: true } hashed => new SharedVocabulary(field.Name, hashed.MinCount, null, hashed.MaxAge),
        _ => null,
    };

    /// <summary>Takes notice of an impression's time, whatever its value.</summary>
    public void See(long time) => _newest = Math.Max(_newest, time);

    public void Add(ReadOnlySpan<byte> value, long time)
    {
        _counted++;
        _counter.Add(value, time);
    }

    public VocabularyTable Build()
    {
        long oldest = maxAge is { } age && _newest > age.Ticks ? _newest - age.Ticks : long.MinValue;
        return _table ??= _counter.Build(minCount, maxEntries, oldest, out _covered, out _tooOld);
    }
}
