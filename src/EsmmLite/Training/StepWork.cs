using EsmmLite.Diagnostics;
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
    private int _chunks;

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
        for (int tile = 0; tile < model.Towers.WeightTiles; tile++)
        {
            model.Towers.PrepareBackward(tile);
        }
    }

    internal ObjectiveMemory Memory { get; }

    /// <summary>Measures the pieces of the work, if there is one.</summary>
    internal StepClock? Clock { get; set; }

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

        int blocks = (batch.Count + _blockRows - 1) / _blockRows;
        for (int block = 0; block < blocks; block++)
        {
            _block = Share(batch.Count, blocks, block);
            _rows = Share(batch.Count, blocks, block + 1) - _block;
            Memory.BlockStart = _block;

            // As many chunks a thread as any other: a thread without one would wait for the others'.
            int rounds = (_rows + (_chunkRows * Threads) - 1) / (_chunkRows * Threads);
            _chunks = rounds * Threads;
            _pool.Run(_rowsWork, _chunks);
            _pool.Run(_sumsWork, _model.Towers.WeightTiles + _rowGradients.Length);
        }
    }

    /// <summary>Updates towers and touched rows.</summary>
    internal StepResult Update(int impressions)
    {
        _pool.Run(_updateWork, _model.Towers.WeightTiles + _rowGradients.Length);
        long rows = 0, bytes = 0;
        foreach (RowGradients table in _rowGradients)
        {
            rows += table.Count;
            bytes += (long)table.Count * table.Dim * sizeof(float) * 7;
        }

        return new StepResult(impressions, rows, bytes);
    }

    /// <summary>Where a share of something begins that is cut into shares as even as possible.</summary>
    private static int Share(int whole, int shares, int share) => (int)((long)whole * share / shares);

    public void Dispose() => _pool.Dispose();

    /// <summary>Lines 1 to 4 of a step for one chunk of rows, while they are in the cache.</summary>
    private sealed class RowsWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            EsmmModel model = step._model;
            InputLayout layout = model.Bottom.Layout;
            int first = Share(step._rows, step._chunks, item), rows = Share(step._rows, step._chunks, item + 1) - first;
            if (rows == 0)
            {
                return;
            }

            Span<float> inputs = step._inputs.Span.Slice(first * layout.Stride, rows * layout.Stride);
            Span<float> dInputs = step._dInputs.Span.Slice(first * layout.Stride, rows * layout.Stride);
            StepClock.Begin(step.Clock);
            model.Bottom.Forward(step._batch, step._block + first, rows, Part.All, inputs);
            StepClock.Mark("embedding", StepPass.Forward);
            model.Towers.Forward(layout, inputs, first, rows, step._workspace);
            step._objective.Slopes(new ObjectiveRows(step.Memory, first, rows));
            StepClock.Mark("head", StepPass.Loss);
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
            StepClock.Begin(step.Clock);
            if (table < 0)
            {
                model.Towers.BackwardWeights(item, model.Bottom.Layout, step._inputs.Span, step._rows, step._workspace, step._gradients.Span, step._block > 0);
            }
            else
            {
                model.Bottom.Backward(table, step._batch, step._block, step._rows, step._dInputs.Span, step._rowGradients[table]);
                StepClock.Mark("embedding", StepPass.BackwardWeight);
            }
        }
    }

    /// <summary>The optimizer: a tile of the towers' parameters, or the rows of one table.</summary>
    private sealed class UpdateWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            Towers towers = step._model.Towers;
            int table = item - towers.WeightTiles;
            StepClock.Begin(step.Clock);
            if (table < 0)
            {
                (int start, int length) = towers.TileRange(item);
                step._adam.StepTowers(towers, step._gradients.Span, start, length);
                StepClock.Mark("towers", StepPass.Update);
                towers.PrepareBackward(item);
                StepClock.Mark("transposes", StepPass.Update);
            }
            else
            {
                step._adam.StepTable(table, step._model.Bottom.Tables[table], step._rowGradients[table]);
                StepClock.Mark("embedding", StepPass.Update);
            }
        }
    }
}
