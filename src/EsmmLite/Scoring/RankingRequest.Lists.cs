using EsmmLite.Features;

namespace EsmmLite.Scoring;

// Fields of several values, from arrays.
public sealed partial class RankingRequest
{
    /// <summary>Sets a list of the request to integers.</summary>
    /// <param name="field">A field with a list.</param>
    /// <param name="values">The integers; none for an empty list.</param>
    /// <param name="weights">A weight of each; empty for 1.</param>
    /// <exception cref="EsmmException">The field is a candidate's or another scorer's, or has no list, or a weight is out of range.</exception>
    public void SetList(FieldKey field, ReadOnlySpan<long> values, ReadOnlySpan<float> weights)
    {
        OfRequest(field);
        _space.EncodeList(field, values, weights, Shared, 0);
    }

    /// <summary>Sets a list of the request to texts.</summary>
    /// <param name="field">A field with a list.</param>
    /// <param name="values">The texts; none for an empty list.</param>
    /// <param name="weights">A weight of each; empty for 1.</param>
    /// <exception cref="EsmmException">The field is a candidate's or another scorer's, or has no list, or a weight is out of range.</exception>
    public void SetList(FieldKey field, ReadOnlySpan<string> values, ReadOnlySpan<float> weights)
    {
        OfRequest(field);
        _space.EncodeList(field, values, weights, Shared, 0);
    }

    /// <summary>Sets a list of a candidate to integers.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">A field with a list.</param>
    /// <param name="values">The integers; none for an empty list.</param>
    /// <param name="weights">A weight of each; empty for 1.</param>
    /// <exception cref="EsmmException">There is no such candidate, or the field is the request's or another scorer's, or has no list, or a weight is out of range.</exception>
    public void SetCandidateList(int candidate, FieldKey field, ReadOnlySpan<long> values, ReadOnlySpan<float> weights)
    {
        OfCandidate(candidate, field);
        try
        {
            _space.EncodeList(field, values, weights, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw At(candidate, fault);
        }
    }

    /// <summary>Sets a list of a candidate to texts.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">A field with a list.</param>
    /// <param name="values">The texts; none for an empty list.</param>
    /// <param name="weights">A weight of each; empty for 1.</param>
    /// <exception cref="EsmmException">There is no such candidate, or the field is the request's or another scorer's, or has no list, or a weight is out of range.</exception>
    public void SetCandidateList(int candidate, FieldKey field, ReadOnlySpan<string> values, ReadOnlySpan<float> weights)
    {
        OfCandidate(candidate, field);
        try
        {
            _space.EncodeList(field, values, weights, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw At(candidate, fault);
        }
    }
}
