using EsmmLite.Features;

namespace EsmmLite.Scoring;

// Setting values: the request's own, then a candidate's.
public sealed partial class RankingRequest
{
    /// <summary>Sets a field of the request to a UTF-8 text, taken byte for byte.</summary>
    /// <param name="field">The field.</param>
    /// <param name="utf8">The text.</param>
    /// <exception cref="EsmmException">The field is a candidate's or another scorer's, or can't hold the value.</exception>
    public void Set(FieldKey field, ReadOnlySpan<byte> utf8) => _space.Encode(OfRequest(field), utf8, Shared, 0);

    /// <summary>Sets a field of the request to a text.</summary>
    /// <param name="field">The field.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="EsmmException">The field is a candidate's or another scorer's, or can't hold the value.</exception>
    public void Set(FieldKey field, ReadOnlySpan<char> text) => _space.Encode(OfRequest(field), text, Shared, 0);

    /// <summary>Sets a field of the request to an integer.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The integer.</param>
    /// <exception cref="EsmmException">The field is a candidate's or another scorer's, or can't hold the value.</exception>
    public void Set(FieldKey field, long value) => _space.Encode(OfRequest(field), value, Shared, 0);

    /// <summary>Sets a field of the request to an integer.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The integer.</param>
    /// <exception cref="EsmmException">The field is a candidate's or another scorer's, or can't hold the value.</exception>
    public void Set(FieldKey field, ulong value) => _space.Encode(OfRequest(field), value, Shared, 0);

    /// <summary>Sets a field of the request to a number.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The number, finite.</param>
    /// <exception cref="EsmmException">The field is a candidate's or another scorer's, or can't hold the value.</exception>
    public void Set(FieldKey field, double value) => _space.Encode(OfRequest(field), value, Shared, 0);

    /// <summary>Sets a field of a candidate to a UTF-8 text, taken byte for byte.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">The field.</param>
    /// <param name="utf8">The text.</param>
    /// <exception cref="EsmmException">There is no such candidate, or the field is the request's or another scorer's, or can't hold the value.</exception>
    public void SetCandidate(int candidate, FieldKey field, ReadOnlySpan<byte> utf8)
    {
        int place = OfCandidate(candidate, field);
        try
        {
            _space.Encode(place, utf8, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw At(candidate, fault);
        }
    }

    /// <summary>Sets a field of a candidate to a text.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">The field.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="EsmmException">There is no such candidate, or the field is the request's or another scorer's, or can't hold the value.</exception>
    public void SetCandidate(int candidate, FieldKey field, ReadOnlySpan<char> text)
    {
        int place = OfCandidate(candidate, field);
        try
        {
            _space.Encode(place, text, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw At(candidate, fault);
        }
    }

    /// <summary>Sets a field of a candidate to an integer.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">The field.</param>
    /// <param name="value">The integer.</param>
    /// <exception cref="EsmmException">There is no such candidate, or the field is the request's or another scorer's, or can't hold the value.</exception>
    public void SetCandidate(int candidate, FieldKey field, long value)
    {
        int place = OfCandidate(candidate, field);
        try
        {
            _space.Encode(place, value, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw At(candidate, fault);
        }
    }

    /// <summary>Sets a field of a candidate to an integer.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">The field.</param>
    /// <param name="value">The integer.</param>
    /// <exception cref="EsmmException">There is no such candidate, or the field is the request's or another scorer's, or can't hold the value.</exception>
    public void SetCandidate(int candidate, FieldKey field, ulong value)
    {
        int place = OfCandidate(candidate, field);
        try
        {
            _space.Encode(place, value, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw At(candidate, fault);
        }
    }

    /// <summary>Sets a field of a candidate to a number.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">The field.</param>
    /// <param name="value">The number, finite.</param>
    /// <exception cref="EsmmException">There is no such candidate, or the field is the request's or another scorer's, or can't hold the value.</exception>
    public void SetCandidate(int candidate, FieldKey field, double value)
    {
        int place = OfCandidate(candidate, field);
        try
        {
            _space.Encode(place, value, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw At(candidate, fault);
        }
    }

    private static EsmmException At(int candidate, EsmmException fault) =>
        new(fault.Kind, fault.What, $"candidate {candidate}" + (fault.Where is null ? "" : ", " + fault.Where), fault.Expected, fault.Hint, fault);

    private static EsmmException WrongSide(FieldKey field, string owner, string method) =>
        new(EsmmErrorKind.Usage, $"the field '{field.Name}' belongs to the {owner}", hint: $"Use {method}.");

    /// <summary>The place of a field that must be one of the request.</summary>
    private int OfRequest(FieldKey field)
    {
        RequireIdle();
        int place = _space.Own(field);
        return field.Side == Side.Request ? place : throw WrongSide(field, "candidate", nameof(SetCandidate));
    }

    /// <summary>The place of a field that must be one of a candidate that is there.</summary>
    private int OfCandidate(int candidate, FieldKey field)
    {
        RequireIdle();
        RequireCandidate(candidate);
        int place = _space.Own(field);
        if (field.Side != Side.Candidate)
        {
            throw WrongSide(field, "request", nameof(Set));
        }

        // With another value its part of the first layer is another.
        _parts[candidate] = null;
        return place;
    }

    private void RequireCandidate(int candidate)
    {
        if ((uint)candidate >= (uint)_candidates.Count)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"there is no candidate {candidate}", null, _candidates.Count == 0 ? "no candidate, there are none" : $"0 to {_candidates.Count - 1}", "Add candidates with AddCandidate.");
        }
    }
}
