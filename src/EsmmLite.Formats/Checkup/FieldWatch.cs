using EsmmLite.Features;

namespace EsmmLite.Formats.Checkup;

/// <summary>Watches one field of new data: counts its values, keeps some that training may not have seen, and notes what encoding refuses.</summary>
internal sealed class FieldWatch
{
    private const int FewestTexts = 256, MostTexts = 20_000;
    private const int LongestText = 128;

    private readonly FieldEncoder _encoder;
    private readonly FieldTally _tally;
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly int _mostTexts;
    private long _refused;
    private string? _refusal;

    public FieldWatch(FeatureSpace space, int field)
    {
        _encoder = space.Encoders[field];
        _tally = FieldTally.Of(space.Schema, field);

        // The fewer values the profile can tell, the more are needed to guess by.
        double told = _encoder.Profile is { IsCategory: true, IsDistinctExact: false, Distinct: { } distinct } ? distinct / 1024.0 : 1;
        _mostTexts = (int)Math.Clamp(FewestTexts * told, FewestTexts, MostTexts);
    }

    /// <summary>Sees a value.</summary>
    /// <returns>Whether encoding takes it.</returns>
    public bool See(ReadOnlySpan<char> text)
    {
        try
        {
            _tally.Observe(text);
        }
        catch (EsmmException refusal)
        {
            _refused++;
            _refusal ??= refusal.What;
            Keep(text);
            return false;
        }

        if (_encoder.Field is not NumericField)
        {
            Keep(text);
        }

        return true;
    }

    public CheckedField Check(string? leak) => new()
    {
        Field = _encoder.Field,
        Then = _encoder.Profile,
        Now = _tally.ToProfile(),
        TableRows = _encoder.Rows,
        Refused = _refused,
        Refusal = _refusal,
        Guess = _encoder.Profile is { IsCategory: true } then ? EncodingGuess.Of(then, _texts) : null,
        Leak = leak,
    };

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
