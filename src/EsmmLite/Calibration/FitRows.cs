namespace EsmmLite.Calibration;

/// <summary>Rows that a curve is fitted on.</summary>
/// <param name="Logits">Their logits, finite. [rows]</param>
/// <param name="Labels">Whether each is a positive. [rows]</param>
/// <param name="Weights">Weight of each, above 0. [rows]</param>
public sealed record FitRows(double[] Logits, bool[] Labels, double[] Weights)
{
    /// <summary>Number of rows.</summary>
    public int Count => Logits.Length;

    /// <summary>Refuses rows that no curve fits.</summary>
    internal void Require()
    {
        if (Labels.Length != Count || Weights.Length != Count)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"there are {Count} logits, {Labels.Length} labels and {Weights.Length} weights", "calibration", "equally many");
        }

        for (int r = 0; r < Count; r++)
        {
            if (!double.IsFinite(Logits[r]) || !(Weights[r] > 0 && double.IsFinite(Weights[r])))
            {
                throw new EsmmException(EsmmErrorKind.Numeric, FormattableString.Invariant($"the logit is {Logits[r]} and the weight {Weights[r]}"), $"calibration, row {r}", "a finite logit and a weight above 0");
            }
        }
    }
}
