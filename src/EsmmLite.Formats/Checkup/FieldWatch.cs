using EsmmLite.Features;

namespace EsmmLite.Formats.Checkup;

/// <summary>Watches one field of new data: counts its values, keeps some that training may not have seen, and notes what encoding refuses.</summary>
internal sealed class FieldWatch
{
    private const int FewestTexts = 256, MostTexts = 20_000;
    private const int LongestText = 128;

    private readonly FieldEncoder _encoder;
    private readonly OverflowCheck _overflows;
    private readonly int _field;
    private readonly FieldTally _tally;
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly int _mostTexts;
    private long _refused;
    private string? _refusal;

    public FieldWatch(FeatureSpace space, int field, OverflowCheck overflows)
    {
        (_field, _overflows) = (field, overflows);
        _encoder = space.Encoders[field];
        _tally = FieldTally.Against(space, field);

        // The fewer values the profile can tell, the more are needed to guess by.
        double told = _encoder.Profile is { IsCategory: true, IsDistinctExact: false, Distinct: { } distinct } ? distinct / 1024.0 : 1;
        _mostTexts = (int)Math.Clamp(FewestTexts * told, FewestTexts, MostTexts);
    }

    /// <summary>Sees a value.</summary>
    /// <returns>Whether encoding takes it.</returns>
    public bool See(ReadOnlySpan<char> text)
    {
        if (_overflows.Refuses(_field, text))
        {
            return Refuse(text, _overflows.Explain(_field, text));
        }

        try
        {
            _tally.Observe(text);
        }
        catch (EsmmException refusal)
        {
            return Refuse(text, refusal);
        }

        if (_encoder.Field is not NumericField)
        {
            Keep(text);
        }

        return true;
    }

    private bool Refuse(ReadOnlySpan<char> text, EsmmException refusal)
    {
        _refused++;
        _refusal ??= refusal.What;
        Keep(text);
        return false;
    }

    /// <summary>The figures.</summary>
    /// <param name="leak">How the field gives a label away, in words; null where it doesn't.</param>
    /// <param name="rowsOfRequest">The mean length of the request that a row is in.</param>
    public CheckedField Check(string? leak, double rowsOfRequest)
    {
        FieldProfile now = _tally.ToProfile();
        double least = _encoder.Field.Side == Side.Request ? rowsOfRequest : 1; // where the schema says so, it need not be seen
        return new CheckedField
        {
            Field = _encoder.Field,
            Then = _encoder.Profile,
            Now = now,
            TableRows = _encoder.Rows,
            RowsAlike = Math.Max(least, now.RowsAlike),
            MissingRowsAlike = Math.Max(least, now.MissingRowsAlike),
            Refused = _refused,
            Refusal = _refusal,
            Guess = _encoder.Profile is { IsCategory: true } then ? EncodingGuess.Of(then, _texts) : null,
            Leak = leak,
        };
    }

    private void Keep(ReadOnlySpan<char> text)
    {
        if (_encoder.Field.List is not { } list)
        {
            KeepOne(text);
            return;
        }

        foreach (Range part in text.Split(list.Separator))
        {
            ReadOnlySpan<char> value = text[part];
            KeepOne(list.WeightSeparator is { } mark && value.LastIndexOf(mark, StringComparison.Ordinal) is >= 0 and var end ? value[..end] : value);
        }
    }

    private void KeepOne(ReadOnlySpan<char> text)
    {
        if (_texts.Count < _mostTexts && text.Length is > 0 and <= LongestText)
        {
            _texts.GetAlternateLookup<ReadOnlySpan<char>>().Add(text);
        }
    }
}
