namespace EsmmLite.Evaluation;

/// <summary>The measures of every group, so that a mean over groups, and over groups drawn again, is a sum.</summary>
internal sealed class GroupScores
{
    private readonly int[] _rows; // of the task, in the order of groups
    private readonly int[] _starts;
    private readonly double[] _auc;
    private readonly double[] _ndcg;
    private readonly double[] _precision;
    private readonly double[] _recall;
    private readonly double[]? _graded;

    public GroupScores(ScoredRows rows, EvaluationTask task, GroupOptions options, bool graded = false)
    {
        (_rows, _starts) = ByGroup(rows, task);
        int groups = rows.Groups;
        (_auc, _ndcg, _precision, _recall) = (Undefined(groups), Undefined(groups), Undefined(groups), Undefined(groups));
        _graded = graded ? Undefined(groups) : null;
        Parallel.For(0, groups, group =>
        {
            ReadOnlySpan<int> members = _rows.AsSpan(_starts[group], Size(group));
            float[] scores = new float[members.Length];
            bool[] labels = new bool[members.Length];
            double[] gains = new double[members.Length];
            for (int i = 0; i < members.Length; i++)
            {
                scores[i] = rows.Score(task, members[i]);
                labels[i] = rows.Label(task, members[i]);
                gains[i] = labels[i] ? 1 : 0;
            }

            _auc[group] = RankingQuality.Auc(scores, labels) ?? double.NaN;
            _ndcg[group] = RankingQuality.Ndcg(scores, gains, options.K) ?? double.NaN;
            _precision[group] = RankingQuality.AveragePrecision(scores, labels) ?? double.NaN;
            _recall[group] = RankingQuality.Recall(scores, labels, options.K) ?? double.NaN;
            if (_graded is not null)
            {
                for (int i = 0; i < members.Length; i++)
                {
                    gains[i] = rows.Stages[members[i]] switch { 0 => 0, 1 => options.ClickGain, _ => options.ConversionGain };
                }

                _graded[group] = RankingQuality.Ndcg(scores, gains, options.K) ?? double.NaN;
            }
        });
    }

    /// <summary>The metrics of all groups, each counted so often; once when no counts are given.</summary>
    public GroupTaskMetrics Metrics(ReadOnlySpan<int> counts)
    {
        double aucs = 0, aucRows = 0, allRows = 0;
        long aucGroups = 0;
        for (int group = 0; group < _auc.Length; group++)
        {
            double rows = Size(group) * (double)Times(counts, group);
            allRows += rows;
            if (rows > 0 && !double.IsNaN(_auc[group]))
            {
                aucs += rows * _auc[group];
                aucRows += rows;
                aucGroups += Times(counts, group);
            }
        }

        (double? ndcg, long ranked) = Mean(_ndcg, counts);
        return new GroupTaskMetrics(
            aucRows > 0 ? aucs / aucRows : null, aucGroups, allRows > 0 ? aucRows / allRows : null, ndcg, Mean(_precision, counts).Value, Mean(_recall, counts).Value, ranked);
    }

    /// <summary>Mean graded NDCG.</summary>
    public double? Graded(ReadOnlySpan<int> counts) => _graded is null ? null : Mean(_graded, counts).Value;

    private static (double? Value, long Groups) Mean(double[] values, ReadOnlySpan<int> counts)
    {
        double sum = 0;
        long groups = 0;
        for (int group = 0; group < values.Length; group++)
        {
            if (!double.IsNaN(values[group]))
            {
                int times = Times(counts, group);
                sum += times * values[group];
                groups += times;
            }
        }

        return (groups > 0 ? sum / groups : null, groups);
    }

    private static int Times(ReadOnlySpan<int> counts, int group) => counts.IsEmpty ? 1 : counts[group];

    private static double[] Undefined(int groups)
    {
        double[] values = new double[groups];
        Array.Fill(values, double.NaN);
        return values;
    }

    private int Size(int group) => _starts[group + 1] - _starts[group];

    private static (int[] Rows, int[] Starts) ByGroup(ScoredRows rows, EvaluationTask task)
    {
        int[] starts = new int[rows.Groups + 1];
        ReadOnlySpan<int> groups = rows.GroupOf;
        for (int row = 0; row < rows.Count; row++)
        {
            starts[groups[row] + 1] += rows.Counts(task, row) ? 1 : 0;
        }

        for (int group = 0; group < rows.Groups; group++)
        {
            starts[group + 1] += starts[group];
        }

        int[] next = [.. starts], ordered = new int[starts[^1]];
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows.Counts(task, row))
            {
                ordered[next[groups[row]]++] = row;
            }
        }

        return (ordered, starts);
    }
}
