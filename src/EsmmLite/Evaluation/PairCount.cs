namespace EsmmLite.Evaluation;

/// <summary>Counts the pairs of AUC over groups of equal score, from the lowest up, in integers.</summary>
internal struct PairCount
{
    private UInt128 _twice;
    private UInt128 _negatives;
    private UInt128 _positives;

    /// <summary>(pairs where the positive scores higher + ½ · pairs that tie) / all pairs; null without pairs.</summary>
    public readonly double? Auc => _negatives == 0 || _positives == 0 ? null : (double)_twice / (double)(_positives * _negatives * 2);

    /// <summary>Adds the rows of the next score.</summary>
    public void Add(long negatives, long positives)
    {
        _twice += (UInt128)positives * ((2 * _negatives) + (UInt128)negatives);
        _negatives += (UInt128)negatives;
        _positives += (UInt128)positives;
    }
}
