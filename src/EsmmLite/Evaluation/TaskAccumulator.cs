namespace EsmmLite.Evaluation;

/// <summary>Gathers the metrics of one task, row by row. Not safe for several threads.</summary>
/// <param name="population">The rows that will be counted, for the report.</param>
public sealed class TaskAccumulator(string population)
{
    private readonly AucAccumulator _auc = new();
    private CompensatedSum _logLoss;
    private CompensatedSum _predicted;

    /// <summary>Number of rows so far.</summary>
    public long Rows => _auc.Rows;

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
        _auc.Add(score, label);
        _predicted.Add(prediction);
        _logLoss.Add(logLoss);
    }

    /// <summary>The metrics of all rows so far.</summary>
    public TaskMetrics Compute() => new(
        population,
        Rows,
        _auc.Positives,
        _auc.Compute(),
        Rows == 0 ? null : _logLoss.Value / Rows,
        _auc.Positives == 0 ? null : _predicted.Value / _auc.Positives);

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        _auc.Clear();
        _logLoss = default;
        _predicted = default;
    }

    private void Require(bool condition, double value, string what)
    {
        if (!condition)
        {
            throw new EsmmException(EsmmErrorKind.Numeric, $"the {what} is {value}", $"evaluation over {population}, row {Rows}", "a finite number");
        }
    }
}
