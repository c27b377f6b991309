namespace EsmmLite.Experiments.Ranking;

/// <summary>How well scores rank rows whose true probabilities are known: no label is drawn, so there is no noise of labels.</summary>
public static class ExpectedAuc
{
    /// <summary>
    /// The AUC of labels drawn from the true probabilities q, with its numerator and denominator replaced by their expectations:
    /// Σ qᵢ (1 − qⱼ) [sᵢ &gt; sⱼ] + ½ [sᵢ = sⱼ] over i ≠ j, divided by Σ qᵢ (1 − qⱼ) over i ≠ j.
    /// </summary>
    /// <remarks>Scored by the truth itself it is the best that any model can reach, which is less than 1. In O(n log n).</remarks>
    /// <param name="scores">A finite score a row.</param>
    /// <param name="truth">The true probability a row, in [0, 1].</param>
    /// <returns>The expected AUC, or null where no pair of a positive and a negative is possible.</returns>
    public static double? Compute(ReadOnlySpan<float> scores, ReadOnlySpan<double> truth)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(truth.Length, scores.Length);
        float[] keys = scores.ToArray();
        double[] positives = truth.ToArray();
        foreach (float key in keys)
        {
            if (!float.IsFinite(key))
            {
                throw new EsmmException(EsmmErrorKind.Numeric, "a score is not finite", nameof(ExpectedAuc));
            }
        }

        Array.Sort(keys, positives);
        double above = 0;
        double pairs = 0;
        double negativesBelow = 0;
        for (int start = 0; start < keys.Length;)
        {
            // A group of equal scores: pairs within it count one half, a row with itself is no pair.
            double p = 0;
            double n = 0;
            double self = 0;
            int end = start;
            for (; end < keys.Length && keys[end] == keys[start]; end++)
            {
                double q = positives[end];
                p += q;
                n += 1 - q;
                self += q * (1 - q);
            }

            above += (p * negativesBelow) + (0.5 * ((p * n) - self));
            negativesBelow += n;
            pairs -= self;
            start = end;
        }

        double allPositives = 0;
        foreach (double q in truth)
        {
            allPositives += q;
        }

        pairs += allPositives * (truth.Length - allPositives);
        return pairs > 0 ? above / pairs : null;
    }
}
