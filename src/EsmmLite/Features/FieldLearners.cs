namespace EsmmLite.Features;

/// <summary>Learns one field: sees every value of it once, then makes its encoder.</summary>
internal abstract class FieldLearner
{
    protected long Count { get; private protected set; }

    protected long Missing { get; private protected set; }

    /// <summary>When the impression of the present value was shown.</summary>
    protected long Time { get; private set; }

    /// <summary>Sees a value; refuses what encoding would refuse.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="time">When its impression was shown, in ticks of UTC; 0 where that is not known.</param>
    public void Observe(ReadOnlySpan<byte> utf8, long time = 0)
    {
        Time = time;
        Count++;
        if (!See(utf8))
        {
            Missing++;
        }
    }

    public virtual void Observe(TextColumn values, ReadOnlySpan<long> times)
    {
        for (int i = 0; i < values.Count; i++)
        {
            Observe(values[i], times.IsEmpty ? 0 : times[i]);
        }
    }

    public abstract FieldEncoder Build(out FieldStatistics statistics);

    /// <summary>Begins the next row of a list, whose values are then observed one by one.</summary>
    public virtual void BeginRow()
    {
    }

    /// <summary>Sees a value; false when it is missing.</summary>
    protected abstract bool See(ReadOnlySpan<byte> utf8);
}

/// <summary>A hashed field learns nothing; its values are counted and checked.</summary>
internal sealed class HashedLearner(HashedField field, MissingTexts missing) : FieldLearner
{
    private readonly FieldTally _tally = new(field, missing);
    private readonly CategoryReader _reader = new(field.Name, field.Integer, field.Missing, missing);

    public override void BeginRow() => _tally.BeginRow();

    public override FieldEncoder Build(out FieldStatistics statistics)
    {
        statistics = new FieldStatistics { Name = field.Name, Count = Count, Missing = Missing };
        return new HashedEncoder(field, missing) { Profile = _tally.ToProfile() };
    }

    /// <summary>A column in one loop: the usual fields of a log are of this kind, and each value costs a few nanoseconds.</summary>
    public override void Observe(TextColumn values, ReadOnlySpan<long> times)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes];
        for (int i = 0; i < values.Count; i++)
        {
            _reader.TryRead(values[i], scratch, out ReadOnlySpan<byte> value, out bool absent);
            _tally.Category(value, absent);
            Count++;
            Missing += absent ? 1 : 0;
        }
    }

    protected override bool See(ReadOnlySpan<byte> utf8)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes];
        _reader.TryRead(utf8, scratch, out ReadOnlySpan<byte> value, out bool absent);
        _tally.Category(value, absent);
        return !absent;
    }
}

/// <summary>Counts the buckets of a hashed field that admits them by count or age.</summary>
internal sealed class AdmittedLearner(HashedField field, MissingTexts missing, SharedVocabulary vocabulary) : FieldLearner
{
    private readonly FieldTally _tally = new(field, missing);
    private readonly CategoryReader _reader = new(field.Name, field.Integer, field.Missing, missing);

    public override void BeginRow() => _tally.BeginRow();

    public override FieldEncoder Build(out FieldStatistics statistics)
    {
        VocabularyTable table = vocabulary.Build();
        statistics = new FieldStatistics { Name = field.Name, Count = Count, Missing = Missing, Distinct = vocabulary.Distinct, OutOfVocabulary = vocabulary.Uncovered, TooOld = vocabulary.TooOld };
        return new AdmittedEncoder(field, missing, table) { Profile = _tally.ToProfile() };
    }

    protected override bool See(ReadOnlySpan<byte> utf8)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes], name = stackalloc byte[sizeof(int)];
        vocabulary.See(Time);
        if (_reader.TryRead(utf8, scratch, out ReadOnlySpan<byte> value, out bool absent))
        {
            vocabulary.Add(AdmittedEncoder.NameOf(value, field.Buckets, name), Time);
        }

        _tally.Category(value, absent);
        return !absent;
    }
}

/// <summary>A cross learns nothing and has no values of its own.</summary>
internal sealed class CrossedLearner(CrossedField field) : FieldLearner
{
    public override FieldEncoder Build(out FieldStatistics statistics)
    {
        statistics = new FieldStatistics { Name = field.Name, Count = Count, Missing = 0 };
        return new CrossedEncoder(field);
    }

    protected override bool See(ReadOnlySpan<byte> utf8) => true;
}

/// <summary>Counts the values of a vocabulary field.</summary>
internal sealed class VocabularyLearner(VocabularyField field, MissingTexts missing, SharedVocabulary vocabulary) : FieldLearner
{
    private readonly FieldTally _tally = new(field, missing);
    private readonly CategoryReader _reader = new(field.Name, field.Integer, field.Missing, missing);

    public override void BeginRow() => _tally.BeginRow();

    public override FieldEncoder Build(out FieldStatistics statistics)
    {
        VocabularyTable table = vocabulary.Build();
        statistics = new FieldStatistics { Name = field.Name, Count = Count, Missing = Missing, Distinct = vocabulary.Distinct, OutOfVocabulary = vocabulary.Uncovered, TooOld = vocabulary.TooOld };
        return new VocabularyEncoder(field, missing, table) { Profile = _tally.ToProfile() };
    }

    protected override bool See(ReadOnlySpan<byte> utf8)
    {
        Span<byte> scratch = stackalloc byte[CategoryReader.ScratchBytes];
        vocabulary.See(Time);
        if (_reader.TryRead(utf8, scratch, out ReadOnlySpan<byte> value, out bool absent))
        {
            vocabulary.Add(value, Time);
        }

        _tally.Category(value, absent);
        return !absent;
    }
}

/// <summary>Mean and deviation of a number, and its quantiles where it is cut into buckets.</summary>
internal sealed class NumberLearner(NumericField field, MissingTexts missing, ulong seed, ulong stream) : FieldLearner
{
    private readonly FieldTally _tally = new(field, missing);
    private readonly NumberReader _reader = new(field, missing);
    private readonly QuantileSample? _sample = field.Buckets is null ? null : new QuantileSample(seed, stream);
    private RunningMoments _moments;

    public override FieldEncoder Build(out FieldStatistics statistics)
    {
        bool any = _moments.Count > 0;
        statistics = new FieldStatistics
        {
            Name = field.Name,
            Count = Count,
            Missing = Missing,
            Mean = any ? _moments.Mean : null,
            Deviation = any ? _moments.Deviation : null,
            Low = any ? _moments.Low : null,
            High = any ? _moments.High : null,
        };
        if (_sample is not null)
        {
            return new BucketEncoder(field, missing, _sample.Bounds(field.Buckets.GetValueOrDefault())) { Profile = _tally.ToProfile() };
        }

        // A column of one value has deviation 0: dividing by 1 makes it the constant 0.
        double deviation = _moments.Deviation > 0 ? _moments.Deviation : 1;
        return new NumberEncoder(field, missing, field.Standardise ? _moments.Mean : 0, field.Standardise ? deviation : 1) { Profile = _tally.ToProfile() };
    }

    protected override bool See(ReadOnlySpan<byte> utf8)
    {
        bool present = _reader.TryRead(utf8, out double value);
        _tally.Number(value, present);
        if (!present)
        {
            return false;
        }

        _moments.Add(value);
        _sample?.Add(value);
        return true;
    }
}
