using EsmmLite.Layers;

namespace EsmmLite.Evaluation;

/// <summary>Gathers the metrics of the three tasks, impression by impression, from logits. Not safe for several threads.</summary>
public sealed class FunnelAccumulator : IDisposable
{
    private readonly TaskAccumulator _ctr;
    private readonly TaskAccumulator _cvr;
    private readonly TaskAccumulator _ctcvr;

    /// <summary>Creates an empty accumulator with memory of its own.</summary>
    /// <param name="threshold">Where to measure accuracy, precision and recall; nowhere when null.</param>
    /// <param name="memoryBytes">Bytes of scores of each task in memory before they go to disk.</param>
    public FunnelAccumulator(double? threshold = null, long memoryBytes = AucAccumulator.DefaultMemoryBytes)
        : this(population => new TaskAccumulator(population, threshold, memoryBytes))
    {
    }

    internal FunnelAccumulator(Func<string, TaskAccumulator> task) =>
        (_ctr, _cvr, _ctcvr) = (task(TaskMetrics.AllImpressions), task(TaskMetrics.ClickedImpressions), task(TaskMetrics.AllImpressions));

    /// <summary>Number of impressions so far.</summary>
    public long Impressions => _ctr.Rows;

    /// <summary>Number of them that were clicked.</summary>
    public long Clicks => _cvr.Rows;

    /// <summary>Number of them that were clicked and converted.</summary>
    public long Conversions { get; private set; }

    /// <summary>Adds an impression.</summary>
    /// <param name="ctrLogit">Its CTR logit.</param>
    /// <param name="cvrLogit">Its CVR logit.</param>
    /// <param name="click">Whether it was clicked.</param>
    /// <param name="conversion">Whether it converted; counts only after a click.</param>
    /// <exception cref="EsmmException">A logit is not a number.</exception>
    public void Add(double ctrLogit, double cvrLogit, bool click, bool conversion)
    {
        bool converted = click && conversion;
        SigmoidProduct.Predict(ctrLogit, cvrLogit, out double p, out double q, out double t);
        _ctr.Add((float)p, click, p, SigmoidProduct.CtrLoss(ctrLogit, click));
        _ctcvr.Add((float)t, converted, t, SigmoidProduct.CtcvrLoss(ctrLogit, cvrLogit, converted));
        if (click)
        {
            _cvr.Add((float)q, converted, q, SigmoidProduct.CtrLoss(cvrLogit, converted));
            Conversions += converted ? 1 : 0;
        }
    }

    /// <summary>The metrics of all impressions so far.</summary>
    /// <param name="dropped">Rows that were left out before, by reason.</param>
    public EvaluationReport Compute(IReadOnlyDictionary<string, long>? dropped = null) =>
        new(Impressions, Clicks, Conversions, dropped ?? new Dictionary<string, long>(), _ctr.Compute(), _cvr.Compute(), _ctcvr.Compute());

    /// <summary>The metrics of a task with what pictures of them need.</summary>
    public TaskCurves Curves(EvaluationTask task) => (task switch { EvaluationTask.Ctr => _ctr, EvaluationTask.Cvr => _cvr, _ => _ctcvr }).ComputeCurves();

    /// <summary>Deletes the temporary files, if there are any.</summary>
    public void Dispose()
    {
        _ctr.Dispose();
        _cvr.Dispose();
        _ctcvr.Dispose();
    }
}
