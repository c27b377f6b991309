using EsmmLite.Layers;

namespace EsmmLite.Evaluation;

/// <summary>A task whose rows can be ranked and measured.</summary>
public enum EvaluationTask
{
    /// <summary>Click, over all impressions, scored by pCTR.</summary>
    Ctr,

    /// <summary>Conversion, over clicked impressions, scored by pCVR.</summary>
    Cvr,

    /// <summary>Click and conversion, over all impressions, scored by pCTCVR.</summary>
    Ctcvr,
}

/// <summary>
/// Scored impressions in memory, 13 bytes each: both logits, how far it came in the funnel, and its group. For what needs rows again
/// and again: metrics by group, bootstrap, comparisons.
/// </summary>
public sealed class ScoredRows
{
    private const int MostRows = 1 << 30;

    private float[] _a = [];
    private float[] _b = [];
    private byte[] _stages = [];
    private int[] _groups = [];

    /// <summary>Number of impressions.</summary>
    public int Count { get; private set; }

    /// <summary>Number of groups: one more than the largest.</summary>
    public int Groups { get; private set; }

    /// <summary>The group of each impression, from 0. [count]</summary>
    public ReadOnlySpan<int> GroupOf => _groups.AsSpan(0, Count);

    /// <summary>How far each impression came: 0, clicked 1, converted 2. [count]</summary>
    public ReadOnlySpan<byte> Stages => _stages.AsSpan(0, Count);

    /// <summary>Adds an impression.</summary>
    /// <param name="ctrLogit">Its CTR logit.</param>
    /// <param name="cvrLogit">Its CVR logit.</param>
    /// <param name="click">Whether it was clicked.</param>
    /// <param name="conversion">Whether it converted; counts only after a click.</param>
    /// <param name="group">Its group; groups are numbered from 0.</param>
    /// <exception cref="EsmmException">A logit is not a number, or there are too many impressions.</exception>
    public void Add(float ctrLogit, float cvrLogit, bool click, bool conversion, int group = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        if (float.IsNaN(ctrLogit) || float.IsNaN(cvrLogit))
        {
            throw new EsmmException(EsmmErrorKind.Numeric, $"the {(float.IsNaN(ctrLogit) ? "CTR" : "CVR")} logit is not a number", $"row {Count}");
        }

        if (Count == _a.Length)
        {
            Grow();
        }

        (_a[Count], _b[Count], _stages[Count], _groups[Count]) = (ctrLogit, cvrLogit, (byte)(click ? conversion ? 2 : 1 : 0), group);
        Groups = Math.Max(Groups, group + 1);
        Count++;
    }

    /// <summary>Whether an impression belongs to a task's population: to CVR's only if it was clicked.</summary>
    public bool Counts(EvaluationTask task, int row) => task != EvaluationTask.Cvr || _stages[row] > 0;

    /// <summary>The label of an impression for a task.</summary>
    public bool Label(EvaluationTask task, int row) => _stages[row] >= (task == EvaluationTask.Ctr ? 1 : 2);

    /// <summary>What the model says of an impression, as it is served.</summary>
    public float Score(EvaluationTask task, int row) => (float)Prediction(task, row);

    /// <summary>What the model says of an impression, before it is rounded.</summary>
    public double Prediction(EvaluationTask task, int row)
    {
        SigmoidProduct.Predict(_a[row], _b[row], out double p, out double q, out double t);
        return task switch { EvaluationTask.Ctr => p, EvaluationTask.Cvr => q, _ => t };
    }

    /// <summary>The exact log loss of an impression.</summary>
    public double LogLoss(EvaluationTask task, int row) => task switch
    {
        EvaluationTask.Ctr => SigmoidProduct.CtrLoss(_a[row], Label(task, row)),
        EvaluationTask.Cvr => SigmoidProduct.CtrLoss(_b[row], Label(task, row)),
        _ => SigmoidProduct.CtcvrLoss(_a[row], _b[row], Label(task, row)),
    };

    /// <summary>The rows of a task's population.</summary>
    internal int[] RowsOf(EvaluationTask task) => [.. Enumerable.Range(0, Count).Where(row => Counts(task, row))];

    private void Grow()
    {
        if (Count >= MostRows)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "there are too many impressions to keep in memory", $"row {Count}", $"at most {MostRows}", "Evaluate without groups and bootstrap, or a part of the log.");
        }

        int capacity = Math.Max(1024, 2 * Count);
        Array.Resize(ref _a, capacity);
        Array.Resize(ref _b, capacity);
        Array.Resize(ref _stages, capacity);
        Array.Resize(ref _groups, capacity);
    }
}
