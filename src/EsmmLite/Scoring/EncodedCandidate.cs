namespace EsmmLite.Scoring;

/// <summary>
/// A candidate encoded once, to be added to any number of requests: its rows and numbers, and on demand its side of the first
/// layer, so that a request pays neither for hashing nor for that product. Immutable and thread-safe; it scores to the same bits.
/// </summary>
/// <remarks>It belongs to the model that encoded it and keeps nothing else of it alive. Another model's requests refuse it.</remarks>
public sealed class EncodedCandidate
{
    internal EncodedCandidate(ScorerIdentity identity, int[] ids, float[] numbers, ulong[] hashes, float[]? part)
    {
        Identity = identity;
        Ids = ids;
        Numbers = numbers;
        Hashes = hashes;
        FirstLayerPart = part;
    }

    /// <summary>
    /// Digest of the model file that its scorer was loaded from; null if the scorer was made from a model in memory, whose weights may
    /// be others than its file's: it then belongs to that one scorer.
    /// </summary>
    public string? Digest => Identity.Digest;

    /// <summary>Whether its side of the first layer is kept with it.</summary>
    public bool IsProjected => FirstLayerPart is not null;

    /// <summary>Bytes of its values: about 4 KB for the default model when projected.</summary>
    public int Bytes => (sizeof(float) * (Ids.Length + Numbers.Length + (FirstLayerPart?.Length ?? 0))) + (sizeof(ulong) * Hashes.Length);

    internal ScorerIdentity Identity { get; }

    /// <summary>Rows of the candidate's fields with an embedding, in the schema's order.</summary>
    internal int[] Ids { get; }

    /// <summary>Numbers of the other fields, in the schema's order.</summary>
    internal float[] Numbers { get; }

    /// <summary>Fingerprints of the values that are crossed, in the schema's order.</summary>
    internal ulong[] Hashes { get; }

    /// <summary>Zc of each tower (docs/numerics.md, section 3.2). [sum of the first layers' padded outputs]</summary>
    internal float[]? FirstLayerPart { get; }
}

/// <summary>Which weights, in which format, a scorer computes with.</summary>
/// <param name="Digest">Digest of the model file; null if the weights may be others than the file's.</param>
/// <param name="Weights">How the scorer keeps the weights.</param>
/// <param name="Scorer">Without a digest, something that only this scorer has.</param>
internal sealed record ScorerIdentity(string? Digest, WeightFormat Weights, object? Scorer);
