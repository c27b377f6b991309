namespace EsmmLite.Evaluation;

/// <summary>How groups are ranked.</summary>
/// <param name="Column">The column whose equal values mark a group.</param>
/// <param name="K">How many ranks count.</param>
public sealed record GroupOptions(string Column, int K = 10)
{
    /// <summary>What a click without conversion is worth.</summary>
    public double ClickGain { get; init; } = 1;

    /// <summary>What a conversion is worth; 5, as in the Expedia contest, unless set.</summary>
    public double ConversionGain { get; init; } = 5;
}
