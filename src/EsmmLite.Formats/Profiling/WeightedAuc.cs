namespace EsmmLite.Formats.Profiling;

/// <summary>The area under the ROC curve of rows with weights; ties count one half. For rates over a sample whose rows stand for unequal numbers of others.</summary>
public static class WeightedAuc
{
    /// <summary>The probability that a positive row scores higher than a negative one.</summary>
    /// <param name="scores">A score a row; not NaN. [rows]</param>
    /// <param name="labels">Whether a row is positive. [rows]</param>
    /// <param name="weights">How many rows each row stands for. [rows]</param>
    /// <returns>The area, or null without a positive or without a negative.</returns>
    public static double? Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels, ReadOnlySpan<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Length, scores.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, scores.Length);
        double[] keys = scores.ToArray();
        int[] rows = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, rows);
        double pairs = 0, below = 0, positives = 0;
        for (int start = 0; start < keys.Length;)
        {
            int end = start;
            double tiedPositives = 0, tiedNegatives = 0;
            for (; end < keys.Length && keys[end].Equals(keys[start]); end++)
            {
                double weight = weights[rows[end]];
                (tiedPositives, tiedNegatives) = labels[rows[end]] ? (tiedPositives + weight, tiedNegatives) : (tiedPositives, tiedNegatives + weight);
            }

            pairs += tiedPositives * (below + (tiedNegatives / 2));
            below += tiedNegatives;
            positives += tiedPositives;
            start = end;
        }

        return positives > 0 && below > 0 ? pairs / (positives * below) : null;
    }
}
