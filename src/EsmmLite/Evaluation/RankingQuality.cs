using EsmmLite.Kernels;

namespace EsmmLite.Evaluation;

/// <summary>
/// How well scores order the rows of one group. Rows of equal score have no order, so each measure is its mean over all orders they could
/// stand in (McSherry and Najork, 2008): no result depends on the order of the log.
/// </summary>
public static class RankingQuality
{
    /// <summary>Normalised discounted cumulative gain of the first k: Σ gain / log2(rank + 1), divided by the same sum in the best order.</summary>
    /// <param name="scores">A score a row.</param>
    /// <param name="gains">What a row is worth, not negative.</param>
    /// <param name="k">How many ranks count.</param>
    /// <returns>A number from 0 to 1; null where no row is worth anything.</returns>
    public static double? Ndcg(ReadOnlySpan<float> scores, ReadOnlySpan<double> gains, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        int[] order = Descending(scores);
        double[] best = gains.ToArray();
        Array.Sort(best);
        double ideal = 0, found = 0;
        for (int rank = 0; rank < Math.Min(k, best.Length); rank++)
        {
            ideal += best[^(rank + 1)] * Discount(rank);
        }

        if (!(ideal > 0))
        {
            return null;
        }

        for (int start = 0; start < order.Length && start < k;)
        {
            int end = EndOfTie(scores, order, start);
            double gain = 0, discount = 0;
            for (int i = start; i < end; i++)
            {
                gain += gains[order[i]];
                discount += i < k ? Discount(i) : 0;
            }

            found += gain / (end - start) * discount;
            start = end;
        }

        return found / ideal;
    }

    /// <summary>Average precision: the mean over the positives of the share of positives among the rows down to it.</summary>
    /// <param name="scores">A score a row.</param>
    /// <param name="labels">A label a row.</param>
    /// <returns>A number from 0 to 1; null without positives.</returns>
    public static double? AveragePrecision(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        int[] order = Descending(scores);
        double sum = 0;
        int above = 0; // positives
        for (int start = 0; start < order.Length;)
        {
            int end = EndOfTie(scores, order, start), size = end - start, positives = Positives(labels, order.AsSpan(start, size));

            // A positive at place i of the tie has, of the other size - 1 rows, (positives - 1) · i / (size - 1) positives before it on average.
            for (int i = 0; positives > 0 && i < size; i++)
            {
                double before = above + 1 + (size > 1 ? (positives - 1) * (double)i / (size - 1) : 0);
                sum += positives / (double)size * (before / (start + i + 1));
            }

            above += positives;
            start = end;
        }

        return above == 0 ? null : sum / above;
    }

    /// <summary>The share of the positives that stand among the first k.</summary>
    /// <param name="scores">A score a row.</param>
    /// <param name="labels">A label a row.</param>
    /// <param name="k">How many ranks count.</param>
    /// <returns>A number from 0 to 1; null without positives.</returns>
    public static double? Recall(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        int[] order = Descending(scores);
        double found = 0;
        int all = 0;
        for (int start = 0; start < order.Length;)
        {
            int end = EndOfTie(scores, order, start), size = end - start, positives = Positives(labels, order.AsSpan(start, size));
            found += positives * (double)Math.Clamp(k - start, 0, size) / size;
            all += positives;
            start = end;
        }

        return all == 0 ? null : found / all;
    }

    /// <summary>Exact AUC of a group.</summary>
    /// <param name="scores">A score a row.</param>
    /// <param name="labels">A label a row.</param>
    /// <returns>Null unless both labels occur.</returns>
    public static double? Auc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        int[] order = Descending(scores);
        var pairs = new PairCount();
        for (int end = order.Length; end > 0;)
        {
            int start = end - 1;
            while (start > 0 && scores[order[start - 1]] == scores[order[start]])
            {
                start--;
            }

            int positives = Positives(labels, order.AsSpan(start, end - start));
            pairs.Add(end - start - positives, positives);
            end = start;
        }

        return pairs.Auc;
    }

    private static double Discount(int rank) => Discounts.Of(rank);

    private static int Positives(ReadOnlySpan<bool> labels, ReadOnlySpan<int> rows)
    {
        int count = 0;
        foreach (int row in rows)
        {
            count += labels[row] ? 1 : 0;
        }

        return count;
    }

    private static int EndOfTie(ReadOnlySpan<float> scores, int[] order, int start)
    {
        int end = start + 1;
        while (end < order.Length && scores[order[end]] == scores[order[start]])
        {
            end++;
        }

        return end;
    }

    private static int[] Descending(ReadOnlySpan<float> scores)
    {
        float[] keys = new float[scores.Length];
        int[] order = new int[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            (keys[i], order[i]) = (-scores[i], i);
        }

        Array.Sort(keys, order);
        return order;
    }

    private static class Discounts
    {
        private static readonly double[] Table = [.. Enumerable.Range(0, 1024).Select(Compute)];

        public static double Of(int rank) => rank < Table.Length ? Table[rank] : Compute(rank);

        private static double Compute(int rank) => ExactMath.Log(2) / ExactMath.Log(rank + 2);
    }
}
