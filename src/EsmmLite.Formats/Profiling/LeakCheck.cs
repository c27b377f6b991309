namespace EsmmLite.Formats.Profiling;

/// <summary>Measures how much a single column says about a label: what says nearly all of it was written after the label was known.</summary>
public static class LeakCheck
{
    /// <summary>With fewer rows of either label nothing is measured: chance alone could separate them.</summary>
    public const int LeastRows = 20;

    /// <summary>From this share of one label on, a value is said to occur only with it.</summary>
    internal const double PureRate = 0.98;

    private const int FewestRowsOfPureCell = 5;
    private const int FewestRowsWithValue = 10;

    /// <summary>Measures a column against a label.</summary>
    /// <param name="values">The column's texts; null where missing. [rows]</param>
    /// <param name="labels">The label. [rows]</param>
    /// <param name="weights">How many rows each row stands for. [rows]</param>
    /// <returns>The association, or null where there are too few rows of either label.</returns>
    public static LabelAssociation? Measure(IReadOnlyList<string?> values, bool[] labels, double[] weights)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(weights);
        int positives = labels.Count(label => label);
        if (Math.Min(positives, labels.Length - positives) < LeastRows)
        {
            return null;
        }

        double share = Share(_ => true, labels, weights);
        bool rarer = share <= 0.5;
        var cells = ValueCells.Of(values);
        double[] present = [.. values.Select(value => value is null ? 0.0 : 1.0)];
        double wherePresent = Of(rarer, Share(row => values[row] is not null, labels, weights));
        return new LabelAssociation
        {
            Presence = EitherWay(WeightedAuc.Of(present, labels, weights)) ?? 0.5,
            Order = Order(cells.Numbers, labels, weights),
            Values = Values(cells, labels, weights),
            Rarer = rarer,
            RarerShare = rarer ? share : 1 - share,
            PureShare = Math.Max(PureShare(cells, labels, weights, rarer), wherePresent >= PureRate ? ShareWithValue(values, labels, weights, rarer) : 0),
            RarerShareWherePresent = wherePresent,
        };
    }

    private static double Of(bool label, double share) => label ? share : 1 - share;

    /// <summary>The weighted share of positive rows; one half where there are no rows at all.</summary>
    private static double Share(Func<int, bool> counts, bool[] labels, double[] weights)
    {
        double positive = 0, all = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (counts(row))
            {
                all += weights[row];
                positive += labels[row] ? weights[row] : 0;
            }
        }

        return all > 0 ? positive / all : 0.5;
    }

    private static double? EitherWay(double? auc) => auc is { } area ? Math.Max(area, 1 - area) : null;

    /// <summary>The order among present numbers, or with missing ones below all others, whichever says more.</summary>
    private static double? Order(double[]? numbers, bool[] labels, double[] weights)
    {
        if (numbers is null)
        {
            return null;
        }

        int[] rows = [.. Enumerable.Range(0, numbers.Length).Where(row => !double.IsNaN(numbers[row]))];
        int positives = rows.Count(row => labels[row]);
        double? whole = EitherWay(WeightedAuc.Of([.. numbers.Select(number => double.IsNaN(number) ? double.NegativeInfinity : number)], labels, weights));
        double? among = Math.Min(positives, rows.Length - positives) < LeastRows
            ? null
            : EitherWay(WeightedAuc.Of([.. rows.Select(row => numbers[row])], [.. rows.Select(row => labels[row])], [.. rows.Select(row => weights[row])]));
        return among > whole ? among : whole;
    }

    private static double Values(ValueCells cells, bool[] labels, double[] weights)
    {
        double sum = 0;
        for (int half = 0; half < 2; half++)
        {
            (double[] positive, double[] all, _) = Tally(cells, labels, weights, half);
            double prior = positive.Sum() / all.Sum(), one = all.Sum() / (labels.Length / 2.0);
            int[] rows = Half(labels.Length, 1 - half);
            double[] scores = [.. rows.Select(row => (positive[cells.Cells[row]] + (prior * one)) / (all[cells.Cells[row]] + one))];
            sum += WeightedAuc.Of(scores, [.. rows.Select(row => labels[row])], [.. rows.Select(row => weights[row])]) ?? 0.5;
        }

        return sum / 2;
    }

    private static double PureShare(ValueCells cells, bool[] labels, double[] weights, bool label)
    {
        double inside = 0, ofLabel = 0, ofLabelInside = 0;
        for (int half = 0; half < 2; half++)
        {
            (double[] positive, double[] all, int[] counts) = Tally(cells, labels, weights, half);
            foreach (int row in Half(labels.Length, 1 - half))
            {
                int cell = cells.Cells[row];
                bool pure = counts[cell] >= FewestRowsOfPureCell && Of(label, positive[cell] / all[cell]) >= PureRate;
                double weight = weights[row];
                inside += pure ? weight : 0;
                ofLabel += labels[row] == label ? weight : 0;
                ofLabelInside += pure && labels[row] == label ? weight : 0;
            }
        }

        return inside > 0 && ofLabelInside / inside >= PureRate - 0.03 ? ofLabelInside / ofLabel : 0;
    }

    /// <summary>The share of a label's rows that have a value; 0 where they are too few to mean anything.</summary>
    private static double ShareWithValue(IReadOnlyList<string?> values, bool[] labels, double[] weights, bool label)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] == label)];
        int[] filled = [.. rows.Where(row => values[row] is not null)];
        return filled.Length < FewestRowsWithValue ? 0 : filled.Sum(row => weights[row]) / rows.Sum(row => weights[row]);
    }

    private static (double[] Positive, double[] All, int[] Counts) Tally(ValueCells cells, bool[] labels, double[] weights, int half)
    {
        double[] positive = new double[cells.Count], all = new double[cells.Count];
        int[] counts = new int[cells.Count];
        foreach (int row in Half(labels.Length, half))
        {
            int cell = cells.Cells[row];
            all[cell] += weights[row];
            positive[cell] += labels[row] ? weights[row] : 0;
            counts[cell]++;
        }

        return (positive, all, counts);
    }

    private static int[] Half(int rows, int half) => [.. Enumerable.Range(0, rows).Where(row => (row & 1) == half)];
}
