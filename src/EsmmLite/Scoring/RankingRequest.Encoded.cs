namespace EsmmLite.Scoring;

// Candidates that were encoded before.
public sealed partial class RankingRequest
{
    /// <summary>Encodes a candidate for later requests, with what was set of it. This allocates: it is not for the way of a request.</summary>
    /// <param name="candidate">Its number.</param>
    /// <param name="project">Whether to keep its side of the first layer, too.</param>
    public EncodedCandidate Encode(int candidate, bool project = false)
    {
        RequireIdle();
        RequireCandidate(candidate);
        int[] ids = new int[_candidateIdSlots.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = _candidates.Ids(_candidateIdSlots[i])[candidate];
        }

        float[] numbers = new float[_candidateNumberSlots.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = _candidates.Numbers(_candidateNumberSlots[i])[candidate];
        }

        ulong[] hashes = new ulong[_candidateHashSlots.Length];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = _candidates.Hashes(_candidateHashSlots[i])[candidate];
        }

        float[]? part = project ? new float[Pass.CandidatePartLength] : null;
        if (part is not null)
        {
            Pass.CandidatePart(_candidates, candidate, part);
        }

        return new EncodedCandidate(_identity, ids, numbers, hashes, part);
    }

    /// <summary>Adds a candidate that was encoded before. Nothing is allocated.</summary>
    /// <param name="candidate">It.</param>
    /// <returns>Its number in this request.</returns>
    /// <exception cref="EsmmException">It was encoded by another model, or the request is full.</exception>
    public int AddCandidate(EncodedCandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        if (candidate.Identity != _identity)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"the candidate was encoded by {Described(candidate.Identity)}", null, $"one encoded by {Described(_identity)}", "Encode the candidates again when the model changes.");
        }

        int row = Append();
        for (int i = 0; i < _candidateIdSlots.Length; i++)
        {
            _candidates.Ids(_candidateIdSlots[i])[row] = candidate.Ids[i];
        }

        for (int i = 0; i < _candidateNumberSlots.Length; i++)
        {
            _candidates.Numbers(_candidateNumberSlots[i])[row] = candidate.Numbers[i];
        }

        for (int i = 0; i < _candidateHashSlots.Length; i++)
        {
            _candidates.Hashes(_candidateHashSlots[i])[row] = candidate.Hashes[i];
        }

        _parts[row] = candidate.FirstLayerPart;
        return row;
    }

    private static string Described(ScorerIdentity identity) => (identity.Digest is { } digest ? $"the model {digest[..12]}" : "a scorer made from a model in memory") + (identity.Weights == WeightFormat.BFloat16 ? " with weights in bfloat16" : "");
}
