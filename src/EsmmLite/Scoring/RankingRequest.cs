using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Scoring;

/// <summary>
/// One user and context with the candidates to rank. Clear, set the request's fields, add candidates and set theirs, score; then
/// clear again. A field that is not set counts as missing. Not thread-safe; nothing is allocated after creation.
/// </summary>
public sealed class RankingRequest
{
    private readonly EsmmScorer _owner;
    private readonly ImpressionBatch _candidates;
    private readonly int[] _requestFields;
    private readonly int[] _candidateFields;
    private readonly int[] _spanningSlots;

    internal RankingRequest(EsmmScorer owner, InputLayout layout, ForwardPass pass, int maxCandidates)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCandidates);
        _owner = owner;
        Pass = pass;
        Shared = owner.Space.CreateBatch(1);
        Shared.Count = 1;
        _candidates = owner.Space.CreateBatch(maxCandidates);
        Schema schema = owner.Space.Schema;
        _requestFields = [.. Enumerable.Range(0, schema.Fields.Count).Where(f => schema.Fields[f].Side == Side.Request)];
        _candidateFields = [.. Enumerable.Range(0, schema.Fields.Count).Where(f => schema.Fields[f].Side == Side.Candidate)];

        // A spanning cross reads both of its rows from the candidates' batch.
        _spanningSlots = [.. Enumerable.Range(0, layout.Crosses.Count)
            .Where(c => layout.PartOfCross(c, owner.Space) == Part.Spanning)
            .Select(c => schema.Fields[layout.Crosses[c].First].Side == Side.Request ? layout.Crosses[c].First : layout.Crosses[c].Second)
            .Distinct()
            .Select(owner.Space.SlotOf)];
        Clear();
    }

    /// <summary>Number of candidates.</summary>
    public int Count => _candidates.Count;

    internal ForwardPass Pass { get; }

    internal ImpressionBatch Shared { get; }

    /// <summary>Forgets the candidates and all values.</summary>
    public void Clear()
    {
        _candidates.Count = 0;
        foreach (int field in _requestFields)
        {
            _owner.Space.EncodeMissing(field, Shared, 0);
        }
    }

    /// <summary>Adds a candidate, all of whose fields are missing so far.</summary>
    /// <returns>Its number, from 0.</returns>
    public int AddCandidate()
    {
        if (_candidates.Count == _candidates.Capacity)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the request already has {_candidates.Capacity} candidates", hint: "Create it with a larger maxCandidates.");
        }

        int candidate = _candidates.Count++;
        foreach (int field in _candidateFields)
        {
            _owner.Space.EncodeMissing(field, _candidates, candidate);
        }

        return candidate;
    }

    /// <summary>Sets a field of the request from text.</summary>
    /// <param name="field">Index of the field: <see cref="FeatureSpace.FieldIndex"/>.</param>
    /// <param name="value">The value.</param>
    public void Set(int field, ReadOnlySpan<char> value)
    {
        RequireSide(field, Side.Request);
        _owner.Space.Encode(field, value, Shared, 0);
    }

    /// <summary>Sets a numeric field of the request.</summary>
    /// <param name="field">Index of the field.</param>
    /// <param name="value">The value, finite.</param>
    public void Set(int field, double value)
    {
        RequireSide(field, Side.Request);
        _owner.Space.Encode(field, value, Shared, 0);
    }

    /// <summary>Sets a field of the request, by name.</summary>
    public void Set(string field, ReadOnlySpan<char> value) => Set(_owner.Space.FieldIndex(field), value);

    /// <summary>Sets a numeric field of the request, by name.</summary>
    public void Set(string field, double value) => Set(_owner.Space.FieldIndex(field), value);

    /// <summary>Sets a field of a candidate from text.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">Index of the field.</param>
    /// <param name="value">The value.</param>
    public void SetCandidate(int candidate, int field, ReadOnlySpan<char> value)
    {
        RequireCandidate(candidate, field);
        try
        {
            _owner.Space.Encode(field, value, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw OfCandidate(candidate, fault);
        }
    }

    /// <summary>Sets a numeric field of a candidate.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="field">Index of the field.</param>
    /// <param name="value">The value, finite.</param>
    public void SetCandidate(int candidate, int field, double value)
    {
        RequireCandidate(candidate, field);
        try
        {
            _owner.Space.Encode(field, value, _candidates, candidate);
        }
        catch (EsmmException fault)
        {
            throw OfCandidate(candidate, fault);
        }
    }

    /// <summary>Sets a field of a candidate, by name.</summary>
    public void SetCandidate(int candidate, string field, ReadOnlySpan<char> value) => SetCandidate(candidate, _owner.Space.FieldIndex(field), value);

    /// <summary>Sets a numeric field of a candidate, by name.</summary>
    public void SetCandidate(int candidate, string field, double value) => SetCandidate(candidate, _owner.Space.FieldIndex(field), value);

    internal void RequireOf(EsmmScorer scorer)
    {
        if (_owner != scorer)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the request belongs to another scorer", hint: "Create one with this scorer's CreateRequest.");
        }
    }

    /// <summary>The candidates' batch, with the request's ids of spanning crosses copied to every candidate.</summary>
    internal ImpressionBatch Prepare()
    {
        foreach (int slot in _spanningSlots)
        {
            _candidates.Ids(slot)[.._candidates.Count].Fill(Shared.Ids(slot)[0]);
        }

        return _candidates;
    }

    private static EsmmException OfCandidate(int candidate, EsmmException fault) =>
        new(fault.Kind, fault.What, $"candidate {candidate}" + (fault.Where is null ? "" : ", " + fault.Where), fault.Expected, fault.Hint, fault);

    private void RequireCandidate(int candidate, int field)
    {
        if ((uint)candidate >= (uint)_candidates.Count)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"there is no candidate {candidate}", null, $"0 to {_candidates.Count - 1}", "Add candidates with AddCandidate.");
        }

        RequireSide(field, Side.Candidate);
    }

    private void RequireSide(int field, Side side)
    {
        Field of = _owner.Space.Schema.Fields[field];
        if (of.Side != side)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the field '{of.Name}' belongs to the {(of.Side == Side.Request ? "request" : "candidate")}", hint: of.Side == Side.Request ? "Use Set." : "Use SetCandidate.");
        }
    }
}
