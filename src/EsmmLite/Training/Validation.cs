using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Memory;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>Scores labelled impressions and measures the three tasks. Memory grows by 4 bytes a score.</summary>
public static class Validation
{
    private const int BatchRows = 8192;

    /// <summary>Evaluates a model: CTR on all impressions, CVR on clicked ones, CTCVR on all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Labelled impressions, read once.</param>
    /// <param name="dropped">Rows that were left out before, by reason, for the report.</param>
    /// <param name="threads">Number of threads; 0 for one a processor. The result does not depend on it.</param>
    /// <param name="progress">Told the impressions scored so far.</param>
    /// <param name="token">Stops between two batches.</param>
    public static EvaluationReport Evaluate(EsmmModel model, IImpressionSource source, IReadOnlyDictionary<string, long>? dropped = null, int threads = 0, IProgress<long>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        using WorkerPool pool = new(threads == 0 ? Environment.ProcessorCount : threads);
        ImpressionBatch batch = model.Space.CreateBatch(BatchRows);
        LogitsWork work = new(model, batch, pool.Workers);
        TaskAccumulator ctr = new(TaskMetrics.AllImpressions), cvr = new(TaskMetrics.ClickedImpressions), ctcvr = new(TaskMetrics.AllImpressions);
        int lastStage = ModelKinds.LastStage(model.Options.Kind, model.Space.Schema.Labels.Count);
        double[] logits = new double[model.Towers.Tasks];
        long impressions = 0, clicks = 0, conversions = 0;
        source.StartEpoch(0);
        while (source.Fill(batch))
        {
            token.ThrowIfCancellationRequested();
            BatchCheck.Require(model.Space, batch, labels: true);
            pool.Run(work, (batch.Count + work.ChunkRows - 1) / work.ChunkRows);
            for (int r = 0; r < batch.Count; r++)
            {
                bool click = batch.Labels(0)[r] != 0, converted = click && batch.Labels(lastStage)[r] != 0;
                for (int task = 0; task < logits.Length; task++)
                {
                    logits[task] = work.Logits[task][r];
                }

                model.Head.Predict(logits, out double p, out double q, out double t);
                ctr.Add((float)p, click, p, SigmoidProduct.CtrLoss(logits[0], click));
                ctcvr.Add((float)t, converted, t, model.Head.CtcvrLoss(logits, converted));
                if (click)
                {
                    cvr.Add((float)q, converted, q, model.Head.CvrLoss(logits, converted));
                    clicks++;
                    conversions += converted ? 1 : 0;
                }
            }

            impressions += batch.Count;
            progress?.Report(impressions);
        }

        return new EvaluationReport(impressions, clicks, conversions, dropped ?? new Dictionary<string, long>(), ctr.Compute(), cvr.Compute(), ctcvr.Compute());
    }

    private sealed class LogitsWork : IParallelWork
    {
        private readonly ForwardPass[] _passes;
        private readonly ImpressionBatch _batch;

        internal LogitsWork(EsmmModel model, ImpressionBatch batch, int workers)
        {
            _batch = batch;
            Logits = [.. Enumerable.Range(0, model.Towers.Tasks).Select(_ => new float[BatchRows])];
            _passes = [.. Enumerable.Range(0, workers).Select(_ => new ForwardPass(model))];
        }

        internal int ChunkRows => _passes[0].ChunkRows;

        internal float[][] Logits { get; }

        public void Execute(int item, int worker)
        {
            int first = item * ChunkRows, rows = Math.Min(ChunkRows, _batch.Count - first);
            _passes[worker].Run(_batch, first, rows);
            for (int task = 0; task < Logits.Length; task++)
            {
                _passes[worker].Workspace.Logits(task)[..rows].CopyTo(Logits[task].AsSpan(first));
            }
        }
    }
}
