using EsmmLite.Kernels;

namespace EsmmLite.Calibration;

/// <summary>Isotonic regression of labels on logits: of all functions that never fall, the one with the least weighted squared error. Pool-adjacent-violators.</summary>
/// <remarks>
/// Rows of equal logits are one point before anything is pooled, so neither their order nor how they are split changes the result.
/// The same function is the best for log loss, too (Barlow and others 1972).
/// </remarks>
public static class IsotonicFit
{
    /// <summary>The fitted rate of every distinct logit, in rising order.</summary>
    /// <param name="rows">The rows.</param>
    public static IReadOnlyList<(double Low, double High, double Rate)> Blocks(FitRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.Require();
        int[] order = [.. Enumerable.Range(0, rows.Count)];

        // By logit, then by place: sums of weights don't depend on the sorting algorithm.
        Array.Sort(order, (r, s) => rows.Logits[r].CompareTo(rows.Logits[s]) is var c && c != 0 ? c : r.CompareTo(s));
        List<Block> blocks = [];
        for (int at = 0; at < order.Length;)
        {
            double logit = rows.Logits[order[at]], weight = 0, positive = 0;
            for (; at < order.Length && rows.Logits[order[at]] == logit; at++)
            {
                weight += rows.Weights[order[at]];
                positive += rows.Labels[order[at]] ? rows.Weights[order[at]] : 0;
            }

            Block block = new(logit, logit, weight, positive);
            while (blocks.Count > 0 && blocks[^1].Rate >= block.Rate)
            {
                Block before = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
                block = new Block(before.Low, block.High, before.Weight + block.Weight, before.Positive + block.Positive);
            }

            blocks.Add(block);
        }

        return [.. blocks.Select(block => (block.Low, block.High, block.Rate))];
    }

    /// <summary>The curve: constant over each block, a line from block to block, and constant outside.</summary>
    /// <param name="rows">The rows; at least one.</param>
    /// <remarks>A block without a positive, or of positives only, has the rate of half a row among all, since neither 0 nor 1 has a logit.</remarks>
    public static LogitCurve Curve(FitRows rows)
    {
        IReadOnlyList<(double Low, double High, double Rate)> blocks = Blocks(rows);
        double least = 0.5 / (rows.Weights.Sum() + 1);
        List<double> places = [], values = [];
        foreach ((double low, double high, double rate) in blocks)
        {
            double held = Math.Min(Math.Max(rate, least), 1 - least), value = ExactMath.Log(held) - ExactMath.Log1p(-held);
            places.Add(low);
            values.Add(values.Count == 0 ? value : Math.Max(value, values[^1]));
            if (high > low)
            {
                places.Add(high);
                values.Add(values[^1]);
            }
        }

        return new LogitCurve([.. places], [.. values], 0);
    }

    private readonly record struct Block(double Low, double High, double Weight, double Positive)
    {
        internal double Rate => Positive / Weight;
    }
}
