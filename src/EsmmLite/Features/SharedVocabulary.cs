namespace EsmmLite.Features;

/// <summary>The vocabulary of one embedding table while it is learned: all fields that use the table count into it.</summary>
internal sealed class SharedVocabulary(VocabularyField owner)
{
    private readonly VocabularyCounter _counter = new(owner.Name);
    private VocabularyTable? _table;
    private long _counted;
    private long _covered;

    public int Distinct => _counter.Distinct;

    /// <summary>Number of values counted that got no entry; known once it is built.</summary>
    public long Uncovered => _counted - _covered;

    public void Add(ReadOnlySpan<byte> value)
    {
        _counted++;
        _counter.Add(value);
    }

    public VocabularyTable Build() => _table ??= _counter.Build(owner.MinCount, owner.MaxEntries, out _covered);
}
