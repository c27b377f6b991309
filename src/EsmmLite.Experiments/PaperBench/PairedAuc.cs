namespace EsmmLite.Experiments.PaperBench;

/// <summary>The standard error of the difference of two AUCs on the same rows (DeLong, DeLong and Clarke-Pearson 1988).</summary>
public static class PairedAuc
{
    /// <summary>Computes it; null with fewer than two positives or negatives.</summary>
    /// <param name="first">Scores of one model.</param>
    /// <param name="second">Scores of the other.</param>
    /// <param name="labels">0 or 1.</param>
    public static double? StandardError(ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<byte> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(first.Length, labels.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Length, labels.Length);
        double[] a = Placements(first, labels), b = Placements(second, labels);
        double variance = 0;
        foreach (int label in (ReadOnlySpan<int>)[0, 1])
        {
            double sum = 0, squares = 0;
            long n = 0;
            for (int r = 0; r < labels.Length; r++)
            {
                if (labels[r] == label)
                {
                    double d = a[r] - b[r];
                    sum += d;
                    squares += d * d;
                    n++;
                }
            }

            if (n < 2)
            {
                return null;
            }

            variance += Math.Max(0, squares - (sum * sum / n)) / (n - 1) / n;
        }

        return Math.Sqrt(variance);
    }

    /// <summary>For each row the share of rows of the other label that it is ranked rightly against; a tie counts one half.</summary>
    private static double[] Placements(ReadOnlySpan<float> scores, ReadOnlySpan<byte> labels)
    {
        float[] keys = scores.ToArray();
        int[] rows = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, rows);
        double[] placements = new double[keys.Length];
        long positives = labels.Count((byte)1), negatives = labels.Length - positives, positivesBelow = 0, negativesBelow = 0;
        for (int start = 0; start < keys.Length;)
        {
            int end = start;
            long tiedPositives = 0;
            for (; end < keys.Length && keys[end] == keys[start]; end++)
            {
                tiedPositives += labels[rows[end]];
            }

            long tiedNegatives = end - start - tiedPositives;
            for (int i = start; i < end; i++)
            {
                placements[rows[i]] = labels[rows[i]] != 0
                    ? (negativesBelow + (0.5 * tiedNegatives)) / negatives
                    : (positives - positivesBelow - (0.5 * tiedPositives)) / positives;
            }

            positivesBelow += tiedPositives;
            negativesBelow += tiedNegatives;
            start = end;
        }

        return placements;
    }
}
