using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Scoring;

/// <summary>
/// One user and context with the candidates to rank. Clear, set the request's fields, add candidates and set theirs, score; then
/// clear again. A field that is not set counts as missing; one that is fixed when serving has its value and takes no other. For one
/// thread at a time; nothing is allocated after creation.
/// </summary>
/// <remarks>
/// Fields are addressed by keys: <see cref="EsmmScorer.Field"/>. Values are texts (UTF-8 or UTF-16), integers or floating-point
/// numbers; each gives what its text in a log would give. A text that is null counts as empty.
/// </remarks>
public sealed partial class RankingRequest : ScoringMemory
{
    private readonly FeatureSpace _space;
    private readonly ImpressionBatch _candidates;
    private readonly int[] _requestFields;
    private readonly int[] _candidateFields;
    private readonly int[] _spanningSlots;
    private readonly int[] _candidateIdSlots;
    private readonly int[] _candidateNumberSlots;
    private readonly int[] _candidateHashSlots;
    private readonly CrossPlan[] _spanningCrosses;
    private readonly ScorerIdentity _identity;
    private readonly float[]?[] _parts;

    internal RankingRequest(EsmmScorer owner, InputLayout layout, ForwardPass pass, int maxCandidates)
        : base(owner)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCandidates);
        _space = owner.Space;
        Pass = pass;
        Shared = _space.CreateBatch(1);
        Shared.Count = 1;
        _candidates = _space.CreateBatch(maxCandidates);
        Schema schema = _space.Schema;
        _requestFields = [.. Enumerable.Range(0, schema.Fields.Count).Where(f => schema.Fields[f].Side == Side.Request && !_space.IsDerived(f))];
        _candidateFields = [.. Enumerable.Range(0, schema.Fields.Count).Where(f => schema.Fields[f].Side == Side.Candidate && !_space.IsDerived(f))];

        // Spanning crosses read both sides' rows from the candidates' batch, and so do sequences but for their actions, which are gathered once a request.
        IEnumerable<int> multiplied = layout.Crosses.Where((_, c) => layout.PartOfCross(c) == Part.Spanning).SelectMany(c => (int[])[c.First, c.Second]);
        IEnumerable<int> attended = schema.Sequences.Where((_, s) => layout.PartOfSequence(s) == Part.Spanning).SelectMany(s => s.Candidate).Select(_space.FieldIndex);
        _spanningSlots = [.. multiplied.Concat(attended).Distinct().Where(f => layout.PartOfField(f) == Part.Request)
            .SelectMany(f => Enumerable.Range(_space.SlotOf(f), _space.Encoders[f].IdWidth))];
        int[] crossed = [.. Enumerable.Range(0, schema.Fields.Count).Where(f => _space.IsDerived(f) && layout.PartOfField(f) == Part.Candidate)];
        _candidateIdSlots = [.. _candidateFields.Concat(crossed).Where(f => _space.Encoders[f].Dim > 0).SelectMany(f => Enumerable.Range(_space.SlotOf(f), _space.Encoders[f].IdWidth))];
        _candidateNumberSlots = [.. _candidateFields.SelectMany(f => _space.Encoders[f].Dim > 0 ? Enumerable.Range(_space.WeightSlotOf(f), _space.Encoders[f].WeightWidth) : Enumerable.Range(_space.SlotOf(f), _space.Encoders[f].NumberWidth))];
        _candidateHashSlots = _space.HashSlotsOf(Side.Candidate);
        _spanningCrosses = [.. _space.SpanningCrosses];
        _identity = owner.Identity;
        _parts = new float[]?[maxCandidates];
        Clear();
    }

    /// <summary>Number of candidates.</summary>
    public int Count => _candidates.Count;

    internal ForwardPass Pass { get; }

    internal ImpressionBatch Shared { get; }

    /// <summary>Forgets the candidates and all values.</summary>
    public void Clear()
    {
        RequireIdle();
        _parts.AsSpan(0, _candidates.Count).Clear();
        _candidates.Count = 0;
        foreach (int field in _requestFields)
        {
            _space.EncodeMissing(field, Shared, 0);
        }
    }

    /// <summary>Adds a candidate, all of whose fields are missing so far.</summary>
    /// <returns>Its number, from 0.</returns>
    /// <exception cref="EsmmException">It already has as many as it was created for.</exception>
    public int AddCandidate()
    {
        int candidate = Append();
        foreach (int field in _candidateFields)
        {
            _space.EncodeMissing(field, _candidates, candidate);
        }

        return candidate;
    }

    /// <summary>Counts the values that were set: the request's once, and each candidate's. Nothing is allocated.</summary>
    /// <param name="counts">Counts of this scorer's feature space.</param>
    public void CountUnseen(UnseenCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        RequireIdle();
        counts.Add(Shared, Side.Request);
        counts.Add(_candidates, Side.Candidate);
    }

    /// <summary>The first layer's parts of the candidates that were encoded with theirs; null for the others.</summary>
    internal ReadOnlySpan<float[]?> Parts => _parts.AsSpan(0, _candidates.Count);

    /// <summary>The candidates' batch, with the request's ids of spanning crosses, and of what sequences compare their actions with, copied to every candidate.</summary>
    internal ImpressionBatch Prepare()
    {
        foreach (int slot in _spanningSlots)
        {
            _candidates.Ids(slot)[.._candidates.Count].Fill(Shared.Ids(slot)[0]);
        }

        foreach (CrossPlan cross in _spanningCrosses)
        {
            for (int candidate = 0; candidate < _candidates.Count; candidate++)
            {
                cross.Write(Shared, 0, _candidates, candidate);
            }
        }

        return _candidates;
    }

    private int Append()
    {
        RequireIdle();
        if (_candidates.Count == _candidates.Capacity)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the request already has {_candidates.Capacity} candidates", hint: "Create it with a larger maxCandidates.");
        }

        int candidate = _candidates.Count++;
        _parts[candidate] = null;
        return candidate;
    }

    private protected override string Name => "request";

    private protected override string CreatedBy => nameof(EsmmScorer.CreateRequest);

    private protected override void Reset() => Clear();
}
