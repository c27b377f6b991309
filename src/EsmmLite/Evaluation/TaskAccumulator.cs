using EsmmLite.Kernels;

namespace EsmmLite.Evaluation;

/// <summary>Gathers the metrics of one task, row by row. Memory is 4 bytes a row up to a limit, then disk. Not safe for several threads.</summary>
public sealed class TaskAccumulator : IDisposable
{
    private readonly string _population;
    private readonly double? _threshold;
    private readonly SortedScores _scores;
    private CompensatedSum _logLoss;
    private CompensatedSum _predicted;

    /// <summary>Creates an empty accumulator with memory of its own.</summary>
    /// <param name="population">The rows that will be counted, for the report.</param>
    /// <param name="threshold">Where to measure accuracy, precision and recall; nowhere when null.</param>
    /// <param name="memoryBytes">Bytes of scores in memory before they go to disk.</param>
    public TaskAccumulator(string population, double? threshold = null, long memoryBytes = AucAccumulator.DefaultMemoryBytes)
        : this(population, threshold, new SortedScores(memoryBytes))
    {
    }

    /// <summary>Creates an empty accumulator that shares its memory with others.</summary>
    /// <param name="population">The rows that will be counted, for the report.</param>
    /// <param name="threshold">Where to measure accuracy, precision and recall; nowhere when null.</param>
    /// <param name="memory">What bounds all of them together; has to outlive this.</param>
    internal TaskAccumulator(string population, double? threshold, ScoreMemory memory)
        : this(population, threshold, new SortedScores(memory))
    {
    }

    private TaskAccumulator(string population, double? threshold, SortedScores scores) => (_population, _threshold, _scores) = (population, threshold, scores);

    /// <summary>Number of rows so far.</summary>
    public long Rows => _scores.Rows;

    /// <summary>Adds a row.</summary>
    /// <param name="score">The probability as it is served: AUC sees ties that serving would see.</param>
    /// <param name="label">Whether the row is a positive.</param>
    /// <param name="prediction">The probability before it is rounded to a float.</param>
    /// <param name="logLoss">The row's exact loss, from the logits: a loss of a rounded probability is wrong at small rates.</param>
    /// <exception cref="EsmmException">A number is infinite or not a number, or a probability is negative.</exception>
    public void Add(float score, bool label, double prediction, double logLoss)
    {
        Require(prediction >= 0 && double.IsFinite(prediction), prediction, "prediction");

        // A loss of nearly 0 may round to just below it.
        Require(double.IsFinite(logLoss), logLoss, "log loss");
        _scores.Add(score, label);
        _predicted.Add(prediction);
        _logLoss.Add(logLoss);
    }

    /// <summary>The metrics of all rows so far.</summary>
    public TaskMetrics Compute() => Compute(new ScoreCurves(_scores, _threshold));

    /// <summary>The metrics of all rows so far, with the bins of a reliability diagram and points of the ROC and precision-recall curves.</summary>
    /// <param name="mostPoints">About so many points, of equally many rows each.</param>
    public TaskCurves ComputeCurves(int mostPoints = 400)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostPoints);
        var curves = new ScoreCurves(_scores, _threshold, mostPoints);
        return new TaskCurves(Compute(curves), curves.CalibrationBins, curves.Points);
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        _scores.Clear();
        _logLoss = default;
        _predicted = default;
    }

    /// <summary>Deletes the temporary file, if there is one.</summary>
    public void Dispose() => _scores.Dispose();

    private TaskMetrics Compute(ScoreCurves curves)
    {
        long rows = _scores.Rows, positives = _scores.Positives;
        double? loss = rows == 0 ? null : _logLoss.Value / rows;
        return new TaskMetrics(_population, rows, positives, curves.Auc, loss, positives == 0 ? null : _predicted.Value / positives)
        {
            NormalisedEntropy = positives == 0 || positives == rows ? null : loss / Entropy(positives / (double)rows),
            PcocInterval = positives == 0 ? null : PcocBetween(_predicted.Value / rows, Interval.OfRate(positives, rows)),
            CalibrationError = curves.CalibrationError,
            AveragePrecision = curves.AveragePrecision,
            AtThreshold = curves.AtThreshold,
        };
    }

    /// <summary>The log loss of always predicting a rate, where that is the rate.</summary>
    internal static double Entropy(double rate) => -(rate * ExactMath.Log(rate)) - ((1 - rate) * ExactMath.Log1p(-rate));

    private static Interval PcocBetween(double predicted, Interval rate) => new(predicted / rate.High, predicted / rate.Low);

    private void Require(bool condition, double value, string what)
    {
        if (!condition)
        {
            throw new EsmmException(EsmmErrorKind.Numeric, $"the {what} is {value}", $"evaluation over {_population}, row {Rows}", "a finite number");
        }
    }
}

/// <summary>Metrics of a task with what a picture of them needs.</summary>
/// <param name="Metrics">The metrics.</param>
/// <param name="Calibration">Bins of equally many rows, from the lowest scores up.</param>
/// <param name="Points">Points of the ROC and precision-recall curves, from all rows down to none.</param>
public sealed record TaskCurves(TaskMetrics Metrics, IReadOnlyList<CalibrationBin> Calibration, IReadOnlyList<CurvePoint> Points);
