using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Memory;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>
/// The parallel pieces of a training step. Rows are cut into chunks for the way forward and back to the inputs; parameters are cut
/// into tiles, and tables are taken one each, for the sums over rows: every sum is formed by one thread in row order.
/// </summary>
internal sealed class StepWork : IDisposable
{
    private const int ChunksInBlock = 12;
    private const int DenseRange = 16 * 1024;

    private readonly EsmmModel _model;
    private readonly Objective _objective;
    private readonly GradientCombiner? _combiner;
    private readonly AdamOptimizer _adam;
    private readonly WorkerPool _pool;
    private readonly RowsWork _rowsWork;
    private readonly SumsWork _sumsWork;
    private readonly UpdateWork _updateWork;
    private readonly int _chunkRows;
    private readonly int _blockRows;
    private readonly AlignedBuffer _inputs;
    private readonly AlignedBuffer _dInputs;
    private readonly AlignedBuffer[] _taskDInputs;
    private readonly AlignedBuffer _gradients;
    private readonly RowGradients[] _rowGradients;
    private readonly TowerWorkspace _workspace;
    private ImpressionBatch _batch = null!;
    private int _block;
    private int _rows;

    internal StepWork(EsmmModel model, int capacity, int threads, Objective objective, GradientCombiner? combiner, AdamOptimizer adam)
    {
        _model = model;
        _objective = objective;
        _combiner = combiner;
        _adam = adam;
        _pool = new WorkerPool(threads);
        _chunkRows = Chunk.RowsFor(model);
        _blockRows = Math.Min(_chunkRows * ChunksInBlock, capacity);
        InputLayout layout = model.Bottom.Layout;
        _inputs = new AlignedBuffer((long)_blockRows * layout.Stride);
        _dInputs = new AlignedBuffer((long)_blockRows * layout.Stride);
        _taskDInputs = combiner is null ? [] : [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer((long)model.Towers.Tasks * _chunkRows * layout.Stride))];
        _gradients = new AlignedBuffer(model.Towers.Parameters.Length);
        _rowGradients = [.. model.Bottom.Tables.Select(t => new RowGradients(t.Dim, capacity))];
        _workspace = model.Towers.CreateWorkspace(_blockRows, training: true);
        Memory = new ObjectiveMemory(objective.Losses.Count, capacity, _workspace);
        _rowsWork = new RowsWork(this);
        _sumsWork = new SumsWork(this);
        _updateWork = new UpdateWork(this);
        model.Towers.PrepareBackward();
    }

    internal ObjectiveMemory Memory { get; }

    internal int Threads => _pool.Workers;

    internal ReadOnlySpan<float> TowerGradients => _gradients.Span;

    internal RowGradients RowGradientsOf(int table) => _rowGradients[table];

    /// <summary>Gradients of all parameters and of the touched rows over a batch.</summary>
    internal void Gradients(ImpressionBatch batch, RowSampling sampling)
    {
        _batch = batch;
        Memory.Begin(batch, sampling);
        foreach (RowGradients rows in _rowGradients)
        {
            rows.Clear();
        }

        for (_block = 0; _block < batch.Count; _block += _blockRows)
        {
            _rows = Math.Min(_blockRows, batch.Count - _block);
            Memory.BlockStart = _block;
            _pool.Run(_rowsWork, (_rows + _chunkRows - 1) / _chunkRows);
            _pool.Run(_sumsWork, _model.Towers.WeightTiles + _rowGradients.Length);
        }
    }

    /// <summary>Updates towers and touched rows.</summary>
    internal StepResult Update(int impressions)
    {
        _pool.Run(_updateWork, _rowGradients.Length + ((_gradients.Length + DenseRange - 1) / DenseRange));
        _model.Towers.PrepareBackward();
        long rows = 0, bytes = 0;
        foreach (RowGradients table in _rowGradients)
        {
            rows += table.Count;
            bytes += (long)table.Count * table.Dim * sizeof(float) * 7;
        }

        return new StepResult(impressions, rows, bytes);
    }

    public void Dispose() => _pool.Dispose();

    /// <summary>Lines 1 to 4 of a step for one chunk of rows, while they are in the cache.</summary>
    private sealed class RowsWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            EsmmModel model = step._model;
            InputLayout layout = model.Bottom.Layout;
            int first = item * step._chunkRows, rows = Math.Min(step._chunkRows, step._rows - first);
            Span<float> inputs = step._inputs.Span.Slice(first * layout.Stride, rows * layout.Stride);
            Span<float> dInputs = step._dInputs.Span.Slice(first * layout.Stride, rows * layout.Stride);
            model.Bottom.Forward(step._batch, step._block + first, rows, Part.All, inputs);
            model.Towers.Forward(layout, inputs, first, rows, step._workspace);
            step._objective.Slopes(new ObjectiveRows(step.Memory, first, rows));
            if (step._combiner is null)
            {
                model.Towers.BackwardInputs(layout, first, rows, step._workspace, null, dInputs);
                return;
            }

            Span<float> perTask = step._taskDInputs[worker].Span[..(model.Towers.Tasks * dInputs.Length)];
            for (int t = 0; t < model.Towers.Tasks; t++)
            {
                model.Towers.BackwardInputs(layout, first, rows, step._workspace, t, perTask.Slice(t * dInputs.Length, dInputs.Length));
            }

            step._combiner.Combine(model.Towers.Tasks, perTask, dInputs);
        }
    }

    /// <summary>Sums over the rows of a block: a tile of the towers' gradient, or the rows of one table.</summary>
    private sealed class SumsWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            EsmmModel model = step._model;
            int table = item - model.Towers.WeightTiles;
            if (table < 0)
            {
                model.Towers.BackwardWeights(item, model.Bottom.Layout, step._inputs.Span, step._rows, step._workspace, step._gradients.Span, step._block > 0);
            }
            else
            {
                model.Bottom.Backward(table, step._batch, step._block, step._rows, step._dInputs.Span, step._rowGradients[table]);
            }
        }
    }

    /// <summary>The optimizer: the rows of one table, or a range of the towers' parameters.</summary>
    private sealed class UpdateWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            int range = item - step._rowGradients.Length;
            if (range < 0)
            {
                step._adam.StepTable(item, step._model.Bottom.Tables[item], step._rowGradients[item]);
            }
            else
            {
                int start = range * DenseRange;
                step._adam.StepTowers(step._model.Towers, step._gradients.Span, start, Math.Min(DenseRange, step._gradients.Length - start));
            }
        }
    }
}
