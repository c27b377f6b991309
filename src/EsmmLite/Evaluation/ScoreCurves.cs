namespace EsmmLite.Evaluation;

/// <summary>Rows of neighbouring scores, for a reliability diagram and the calibration error.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Positives">Rows with label 1.</param>
/// <param name="Predicted">Sum of their scores.</param>
public readonly record struct CalibrationBin(long Rows, long Positives, double Predicted);

/// <summary>A point of the ROC and of the precision-recall curve: what is called positive from some score up.</summary>
/// <param name="FalsePositives">Negatives that score at least so much.</param>
/// <param name="TruePositives">Positives that score at least so much.</param>
public readonly record struct CurvePoint(long FalsePositives, long TruePositives);

/// <summary>All that can be told of sorted scores in one walk: AUC, average precision, calibration bins, thresholds, curves.</summary>
internal sealed class ScoreCurves
{
    /// <summary>Number of calibration bins, of equally many rows each.</summary>
    public const int Bins = 20;

    private readonly List<CalibrationBin> _bins = [];
    private readonly List<CurvePoint> _points = [];

    /// <summary>Walks over scores.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="threshold">Where to count what is called positive; nowhere when null.</param>
    /// <param name="mostPoints">Keep about so many points of the curves; none when 0.</param>
    public ScoreCurves(SortedScores scores, double? threshold = null, int mostPoints = 0)
    {
        long rows = scores.Rows, positives = scores.Positives, negatives = rows - positives;
        long rowsBelow = 0, positivesBelow = 0, trueNegatives = 0, falseNegatives = 0;
        long binRows = 0, binPositives = 0, step = mostPoints > 0 ? Math.Max(1, rows / mostPoints) : 0, nextPoint = 0;
        double binPredicted = 0, precisions = 0;
        UInt128 nextBin = 1;
        var pairs = new PairCount();
        foreach (ScoreGroup group in scores.Ascending())
        {
            if (step > 0 && rowsBelow >= nextPoint)
            {
                _points.Add(new CurvePoint(negatives - (rowsBelow - positivesBelow), positives - positivesBelow));
                nextPoint = rowsBelow + step;
            }

            pairs.Add(group.Negatives, group.Positives);
            if (group.Positives > 0)
            {
                precisions += group.Positives * ((positives - positivesBelow) / (double)(rows - rowsBelow));
            }

            if (group.Score < threshold)
            {
                trueNegatives += group.Negatives;
                falseNegatives += group.Positives;
            }

            long count = group.Negatives + group.Positives;
            rowsBelow += count;
            positivesBelow += group.Positives;
            binRows += count;
            binPositives += group.Positives;
            binPredicted += (double)group.Score * count;

            // Equal scores stay together, so a bin may be larger than its share, and there may be fewer bins.
            if ((UInt128)rowsBelow * Bins >= (UInt128)rows * nextBin)
            {
                _bins.Add(new CalibrationBin(binRows, binPositives, binPredicted));
                (binRows, binPositives, binPredicted) = (0, 0, 0);
                nextBin = ((UInt128)rowsBelow * Bins / (UInt128)rows) + 1;
            }
        }

        _points.Add(new CurvePoint(0, 0));
        Auc = pairs.Auc;
        AveragePrecision = positives == 0 || negatives == 0 ? null : precisions / positives;
        CalibrationError = rows == 0 ? null : _bins.Sum(bin => Math.Abs(bin.Predicted - bin.Positives)) / rows;
        AtThreshold = threshold is { } at ? new ThresholdMetrics(at, positives - falseNegatives, negatives - trueNegatives, trueNegatives, falseNegatives) : null;
    }

    public double? Auc { get; }

    public double? AveragePrecision { get; }

    public double? CalibrationError { get; }

    public ThresholdMetrics? AtThreshold { get; }

    public IReadOnlyList<CalibrationBin> CalibrationBins => _bins;

    /// <summary>From all rows down to none.</summary>
    public IReadOnlyList<CurvePoint> Points => _points;
}
