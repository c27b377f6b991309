namespace EsmmLite.Features;

/// <summary>What becomes of an impression whose labels contradict the funnel: a later stage reached without an earlier one.</summary>
public sealed class FunnelRule
{
    /// <summary>The reason of an impression that is left out.</summary>
    public const string ConversionWithoutClickReason = "conversion without click";

    private readonly ConversionWithoutClick _rule;

    /// <summary>Creates the rule.</summary>
    public FunnelRule(ConversionWithoutClick rule) => _rule = rule;

    /// <summary>Applies the rule to the labels of one impression, which it may change.</summary>
    /// <param name="labels">0 or 1 a stage. [stages]</param>
    /// <param name="reason">Why the impression is left out; null when it is kept.</param>
    /// <returns>Whether the impression is kept.</returns>
    public bool Keep(Span<byte> labels, out string? reason)
    {
        reason = null;
        int violation = 1;
        while (violation < labels.Length && labels[violation] <= labels[violation - 1])
        {
            violation++;
        }

        if (violation >= labels.Length)
        {
            return true;
        }

        if (_rule == ConversionWithoutClick.Drop)
        {
            reason = ConversionWithoutClickReason;
            return false;
        }

        if (_rule == ConversionWithoutClick.AsNegative)
        {
            labels[labels.IndexOf((byte)0)..].Clear();
        }
        else
        {
            labels[..labels.LastIndexOf((byte)1)].Fill(1);
        }

        return true;
    }
}
