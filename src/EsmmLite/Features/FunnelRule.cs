namespace EsmmLite.Features;

/// <summary>What becomes of an impression whose labels contradict the funnel: a later stage reached without an earlier one.</summary>
public sealed class FunnelRule
{
    /// <summary>The reason of an impression that is left out.</summary>
    public const string ConversionWithoutClickReason = "conversion without click";

    private readonly ConversionWithoutClick _rule;
    private readonly int[] _before;

    /// <summary>Creates the rule.</summary>
    /// <param name="rule">What to do.</param>
    /// <param name="labels">The stages in order.</param>
    public FunnelRule(ConversionWithoutClick rule, IReadOnlyList<LabelStage> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        _rule = rule;

        // The stage that each one needs: the last one before it that is not optional.
        _before = new int[labels.Count];
        for (int stage = 0; stage < labels.Count; stage++)
        {
            _before[stage] = stage - 1;
            while (_before[stage] >= 0 && labels[_before[stage]].Optional)
            {
                _before[stage]--;
            }
        }
    }

    /// <summary>Applies the rule to the labels of one impression, which it may change.</summary>
    /// <param name="labels">0 or 1 a stage. [stages]</param>
    /// <param name="reason">Why the impression is left out; null when it is kept.</param>
    /// <returns>Whether the impression is kept.</returns>
    public bool Keep(Span<byte> labels, out string? reason)
    {
        reason = null;
        int violation = 0;
        while (violation < labels.Length && !Violates(labels, violation))
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

        // Up the funnel: what lacks its stage is cleared. Down the funnel: what a stage needs is set.
        for (int stage = 0; _rule == ConversionWithoutClick.AsNegative && stage < labels.Length; stage++)
        {
            labels[stage] = Violates(labels, stage) ? (byte)0 : labels[stage];
        }

        for (int stage = labels.Length - 1; _rule != ConversionWithoutClick.AsNegative && stage > 0; stage--)
        {
            if (Violates(labels, stage))
            {
                labels[_before[stage]] = 1;
            }
        }

        return true;
    }

    private bool Violates(ReadOnlySpan<byte> labels, int stage) => labels[stage] != 0 && _before[stage] >= 0 && labels[_before[stage]] == 0;
}
