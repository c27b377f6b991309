namespace EsmmLite.Evaluation;

/// <summary>A fixed list of metrics of scored rows, that can be taken of any drawing of them: for intervals and for differences.</summary>
public sealed class MetricSet
{
    private static readonly string[] OfTask = ["auc", "logLoss", "normalisedEntropy", "pcoc"];
    private static readonly string[] OfGroups = ["gauc", "ndcg", "map", "recall"];

    private readonly ScoredRows _rows;
    private readonly TaskScores[] _tasks;
    private readonly GroupScores[] _groups;

    /// <summary>Prepares rows.</summary>
    /// <param name="rows">The rows; nothing may be added afterwards.</param>
    /// <param name="groups">How groups are ranked; null for no metrics of groups.</param>
    public MetricSet(ScoredRows rows, GroupOptions? groups = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _rows = rows;
        EvaluationTask[] tasks = Enum.GetValues<EvaluationTask>();
        _tasks = [.. tasks.Select(task => new TaskScores(rows, task))];
        _groups = groups is null ? [] : [.. tasks.Select(task => new GroupScores(rows, task, groups, graded: task == EvaluationTask.Ctcvr))];
        string[] names = [.. tasks.Select(task => task.ToString().ToLowerInvariant())];
        Names = [.. names.SelectMany(task => OfTask.Select(metric => task + "." + metric)), .. groups is null ? (string[])[] : [.. names.SelectMany(task => OfGroups.Select(metric => task + "." + metric)), "gradedNdcg"]];
        ByGroup = groups is not null;
        Groups = groups is null ? null : GroupMetricsOf(groups);
    }

    /// <summary>The names of the metrics: task, dot, metric.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether what is drawn again are whole groups; otherwise rows.</summary>
    public bool ByGroup { get; }

    /// <summary>How many there are to draw from.</summary>
    public int Units => ByGroup ? _rows.Groups : _rows.Count;

    /// <summary>The metrics of groups; null unless asked for.</summary>
    public GroupMetrics? Groups { get; }

    /// <summary>The metrics of all rows; null where undefined. [names]</summary>
    public double?[] Values() => Values(default);

    /// <summary>The metrics of a drawing.</summary>
    /// <param name="counts">How often each group, or row, was drawn. [units]</param>
    internal double?[] Values(ReadOnlySpan<int> counts)
    {
        ReadOnlySpan<int> rows = counts.IsEmpty || !ByGroup ? counts : RowCounts(counts);
        List<double?> values = [];
        foreach (TaskScores task in _tasks)
        {
            (double? auc, double? loss, double? entropy, double? pcoc) = task.Metrics(rows);
            values.AddRange([auc, loss, entropy, pcoc]);
        }

        foreach (GroupScores group in _groups)
        {
            GroupTaskMetrics metrics = group.Metrics(counts);
            values.AddRange([metrics.Gauc, metrics.Ndcg, metrics.Map, metrics.Recall]);
        }

        if (ByGroup)
        {
            values.Add(_groups[^1].Graded(counts));
        }

        return [.. values];
    }

    private int[] RowCounts(ReadOnlySpan<int> counts)
    {
        int[] rows = new int[_rows.Count];
        ReadOnlySpan<int> groups = _rows.GroupOf;
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = counts[groups[row]];
        }

        return rows;
    }

    private GroupMetrics GroupMetricsOf(GroupOptions options) => new(
        options.Column, _rows.Groups, options.K, _groups[0].Metrics(default), _groups[1].Metrics(default), _groups[2].Metrics(default), _groups[2].Graded(default), options.ClickGain, options.ConversionGain);
}
