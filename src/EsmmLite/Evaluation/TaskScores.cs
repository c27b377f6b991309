namespace EsmmLite.Evaluation;

/// <summary>A task's rows in the order of their scores, so that metrics of rows drawn again are one walk.</summary>
internal sealed class TaskScores
{
    private readonly int[] _rows;
    private readonly float[] _scores;
    private readonly bool[] _labels;
    private readonly double[] _predictions;
    private readonly double[] _losses;

    public TaskScores(ScoredRows rows, EvaluationTask task)
    {
        _rows = rows.RowsOf(task);
        _scores = [.. _rows.Select(row => rows.Score(task, row))];
        Array.Sort(_scores, _rows);
        _labels = [.. _rows.Select(row => rows.Label(task, row))];
        _predictions = [.. _rows.Select(row => rows.Prediction(task, row))];
        _losses = [.. _rows.Select(row => rows.LogLoss(task, row))];
    }

    /// <summary>AUC, log loss, normalised entropy and PCOC of all rows, each counted so often; once when no counts are given.</summary>
    /// <param name="counts">How often each row of the log counts. [rows of the log]</param>
    public (double? Auc, double? LogLoss, double? NormalisedEntropy, double? Pcoc) Metrics(ReadOnlySpan<int> counts)
    {
        var pairs = new PairCount();
        CompensatedSum losses = default, predicted = default;
        long all = 0, positives = 0;
        for (int start = 0; start < _rows.Length;)
        {
            int end = start;
            long positive = 0, negative = 0;
            for (; end < _rows.Length && _scores[end] == _scores[start]; end++)
            {
                int times = counts.IsEmpty ? 1 : counts[_rows[end]];
                positive += _labels[end] ? times : 0;
                negative += _labels[end] ? 0 : times;
                losses.Add(times * _losses[end]);
                predicted.Add(times * _predictions[end]);
            }

            pairs.Add(negative, positive);
            all += positive + negative;
            positives += positive;
            start = end;
        }

        double? loss = all > 0 ? losses.Value / all : null;
        return (pairs.Auc, loss, positives == 0 || positives == all ? null : loss / TaskAccumulator.Entropy(positives / (double)all), positives > 0 ? predicted.Value / positives : null);
    }
}
