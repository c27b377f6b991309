using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Memory;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>Takes labelled impressions from a source, batch by batch, and computes their logits on several threads.</summary>
public sealed class LogitsPass : IDisposable
{
    private const int BatchRows = 8192;

    private readonly EsmmModel _model;
    private readonly WorkerPool _pool;
    private readonly Work _work;

    /// <summary>Creates a pass that stands before the first batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Number of threads; 0 for one a processor. The result does not depend on it.</param>
    public LogitsPass(EsmmModel model, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _pool = new WorkerPool(threads == 0 ? Environment.ProcessorCount : threads);
        Batch = model.Space.CreateBatch(BatchRows);
        _work = new Work(model, Batch, _pool.Workers);
    }

    /// <summary>The impressions of the current batch.</summary>
    public ImpressionBatch Batch { get; }

    /// <summary>Their CTR logits, calibrated if the model is. [batch count]</summary>
    public ReadOnlySpan<double> CtrLogits => _work.A.AsSpan(0, Batch.Count);

    /// <summary>Their CVR logits, calibrated if the model is; of a model whose pCVR is no tower's alone, the logits of pCVR. [batch count]</summary>
    public ReadOnlySpan<double> CvrLogits => _work.B.AsSpan(0, Batch.Count);

    /// <summary>Whether an impression of the current batch was clicked.</summary>
    public bool Click(int row) => Batch.Labels(0)[row] != 0;

    /// <summary>Whether an impression of the current batch was clicked and converted.</summary>
    public bool Conversion(int row) => Click(row) && Batch.Labels(_model.ConversionStage)[row] != 0;

    /// <summary>Goes to the next batch.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="EsmmException">An impression of it is not valid.</exception>
    public bool Next(IImpressionSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.Fill(Batch))
        {
            return false;
        }

        BatchCheck.Require(_model.Space, Batch, labels: true);
        _pool.Run(_work, (Batch.Count + _work.ChunkRows - 1) / _work.ChunkRows);
        return true;
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _pool.Dispose();

    private sealed class Work : IParallelWork
    {
        private readonly ForwardPass[] _passes;
        private readonly ImpressionBatch _batch;
        private readonly EsmmModel _model;

        internal Work(EsmmModel model, ImpressionBatch batch, int workers)
        {
            _batch = batch;
            _model = model;
            _passes = [.. Enumerable.Range(0, workers).Select(_ => new ForwardPass(model))];
        }

        internal int ChunkRows => _passes[0].ChunkRows;

        internal double[] A { get; } = new double[BatchRows];

        internal double[] B { get; } = new double[BatchRows];

        public void Execute(int item, int worker)
        {
            int first = item * ChunkRows, rows = Math.Min(ChunkRows, _batch.Count - first);
            _passes[worker].Run(_batch, first, rows);
            ReadOnlySpan<float> a = _passes[worker].Workspace.Logits(EsmmModel.Ctr), b = _passes[worker].Workspace.Logits(EsmmModel.Cvr);
            Span<double> logits = stackalloc double[_passes[worker].Tasks];
            for (int r = 0; r < rows; r++)
            {
                double ctr = a[r], cvr = _model.Head == Head.Product ? b[r] : CvrLogit(_passes[worker], r, logits);
                if (_model.Calibration is { } calibration && !double.IsNaN(ctr) && !double.IsNaN(cvr))
                {
                    calibration.Apply(_model.SegmentOf(_batch, first + r), ref ctr, ref cvr);
                }

                (A[first + r], B[first + r]) = (ctr, cvr);
            }
        }

        private double CvrLogit(ForwardPass pass, int row, Span<double> logits)
        {
            for (int task = 0; task < logits.Length; task++)
            {
                logits[task] = pass.Workspace.Logits(task)[row];
            }

            return _model.Head.CvrLogit(logits);
        }
    }
}
