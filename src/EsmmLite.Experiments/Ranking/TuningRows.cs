using EsmmLite.Evaluation;
using EsmmLite.Scoring;

namespace EsmmLite.Experiments.Ranking;

/// <summary>Logged impressions of whole groups, with what a rank score needs of them and what each is worth to each objective.</summary>
/// <param name="Predictions">The model's predictions. [rows]</param>
/// <param name="Columns">The values of the expression's columns. [rows x columns]</param>
/// <param name="Gains">What a row is worth, an array an objective, none negative. [objectives][rows]</param>
/// <param name="Starts">Where each group begins, and the number of rows at the end. [groups + 1]</param>
public sealed record TuningRows(Prediction[] Predictions, double[] Columns, double[][] Gains, int[] Starts)
{
    /// <summary>Number of groups.</summary>
    public int Groups => Starts.Length - 1;

    /// <summary>NDCG of every group under a score.</summary>
    /// <param name="score">The score; it has the columns of <see cref="Columns"/>.</param>
    /// <param name="k">How many ranks count.</param>
    /// <param name="token">Stops between two groups.</param>
    /// <returns>By objective and group; null where no row of the group is worth anything.</returns>
    public double?[][] Measure(RankExpression score, int k, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(score);
        int width = score.Columns.Count;
        double?[][] found = [.. Gains.Select(_ => new double?[Groups])];
        for (int group = 0; group < Groups; group++)
        {
            token.ThrowIfCancellationRequested();
            int start = Starts[group], count = Starts[group + 1] - start;
            double[] scores = new double[count];
            for (int row = 0; row < count; row++)
            {
                scores[row] = score.Evaluate(in Predictions[start + row], Columns.AsSpan((start + row) * width, width));
            }

            float[] places = Places(scores);
            for (int objective = 0; objective < Gains.Length; objective++)
            {
                found[objective][group] = RankingQuality.Ndcg(places, Gains[objective].AsSpan(start, count), k);
            }
        }

        return found;
    }

    /// <summary>The mean over the groups where there is something to find; NaN if there is no such group.</summary>
    public static double Mean(IEnumerable<double?> groups) => groups.Average() ?? double.NaN;

    /// <summary>Numbers of the same order and the same ties that a float can tell apart: scores are doubles of any size.</summary>
    private static float[] Places(double[] scores)
    {
        double[] sorted = [.. scores.Distinct().Order()];
        return [.. scores.Select(score => (float)Array.BinarySearch(sorted, score))];
    }
}
