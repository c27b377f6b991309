namespace EsmmLite.Scoring;

/// <summary>How a scorer keeps its weights.</summary>
public enum WeightFormat
{
    /// <summary>As they were trained.</summary>
    Float32,

    /// <summary>
    /// Embeddings and kernels rounded to bfloat16, 8 bits of precision, at half the memory; biases and the logit layers stay as they
    /// are. Scores are, bit for bit, those of the model with rounded weights (docs/numerics.md, section 9, with bounds of the error).
    /// </summary>
    BFloat16,
}

/// <summary>What can be chosen about a scorer.</summary>
public sealed record ScorerOptions
{
    /// <summary>How it keeps its weights.</summary>
    public WeightFormat Weights { get; init; } = WeightFormat.Float32;
}
