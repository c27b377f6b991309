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
internal sealed partial class StepWork : IDisposable
{
    /// <summary>What <see cref="StepClock"/> calls the looks at a batch before the work and at its gradients after it.</summary>
    internal const string Checks = "checks";

    /// <summary>Chunks of a block: few, so that weight gradients still find the activations near; more of them, with larger blocks, cost 1 to 5 %.</summary>
    private const int ChunksInBlock = 6;

    /// <summary>Chunks of a block for each thread, if that is more.</summary>
    private const int ChunksAThread = 3;

    /// <summary>Tiles of a group with one thread: with more threads groups are smaller, so that there is enough to share out.</summary>
    private const int TilesTogether = 8;
    private const string Embeddings = "embeddings";
    private const string ByDistinctRow = "distinct rows";

    private readonly EsmmModel _model;
    private readonly Objective _objective;
    private readonly bool _chunksAreSeen;
    private readonly bool _twoPasses;
    private readonly LossGradients? _lossGradients;
    private readonly Optimizer _optimizer;
    private readonly GradientClip? _clip;
    private readonly WorkerPool _pool;
    private readonly RowsWork _rowsWork;
    private readonly SumsWork _sumsWork;
    private readonly UpdateWork _updateWork;
    private readonly int _chunkRows;
    private readonly int _blockRows;
    private readonly (int First, int Count)[] _tileGroups;
    private readonly AlignedBuffer _inputs;
    private readonly AlignedBuffer _dInputs;
    private readonly AlignedBuffer _gradients;
    private readonly RowGradients[] _rowGradients;
    private readonly DistinctInputs? _distinct;
    private readonly bool _wholeBatch;
    private readonly DistinctRows?[] _distinctOfTable;
    private readonly AlignedBuffer[] _scratch;
    private readonly FindWork _findWork;
    private readonly FinishWork _finishWork;
    private readonly GatherWork _gatherWork;
    private readonly FirstLayerWork _firstLayerWork;
    private readonly TowerWorkspace _workspace;
    private readonly BottomWorkspace? _bottom;
    private ImpressionBatch _batch = null!;
    private int _block;
    private int _rows;
    private int _chunks;

    internal StepWork(EsmmModel model, int capacity, int threads, Objective objective, GradientCombiner? combiner, Optimizer optimizer, double? clipNorm = null, LossWeighting? weighting = null, int fewRows = DistinctInputs.FewRows)
    {
        _model = model;
        _objective = objective;
        _weighting = weighting;
        _chunksAreSeen = objective.GetType().Assembly != typeof(Objective).Assembly;
        _optimizer = optimizer;
        _pool = new WorkerPool(threads);
        _chunkRows = Chunk.RowsFor(model, training: true);

        // Each loss's gradients need a way back of their own, impression by impression; a loss that is a sum over the batch all its logits.
        bool lossByLoss = combiner is not null || weighting is { NeedsNorms: true };
        _twoPasses = lossByLoss || objective.SeesWholeBatch;
        bool byRow = !_twoPasses && model.Bottom.FindsDistinct && model.Towers.UsesDistinct;
        _distinct = byRow ? DistinctInputs.CreateForTraining(model.Bottom.Layout, model.Space, capacity, fewRows) : null;
        _wholeBatch = _distinct is { InBlocks: false };

        // With separate fields of many rows a block is the whole batch: the more impressions, the more rows repeat. Where blocks are seen,
        // by code from outside or in the order of a sum, their length must not depend on the threads.
        _blockRows = !_wholeBatch && !_twoPasses ? Math.Min(_chunkRows * (_chunksAreSeen || model.Towers.BlocksAreSeen ? ChunksInBlock : Math.Max(ChunksInBlock, ChunksAThread * threads)), capacity) : capacity;
        _tileGroups = model.Towers.TileGroups(Math.Max(1, TilesTogether / threads));
        InputLayout layout = model.Bottom.Layout;
        _inputs = new AlignedBuffer((long)_blockRows * layout.Stride);
        _dInputs = new AlignedBuffer((long)_blockRows * layout.Stride);
        _gradients = new AlignedBuffer(model.Towers.Parameters.Length);
        _distinctOfTable = [.. model.Bottom.Tables.Select(t => _distinct?.Fields.SingleOrDefault(f => model.Space.Schema.Fields[f.Group.Field].Name == t.Name))];
        _rowGradients = [.. model.Bottom.Tables.Select((t, i) => _distinctOfTable[i] is { } field ? new RowGradients(t.Dim, field.Set) : RowGradients.Create(t, capacity, model.Bottom.OccurrencesOf(i)))];
        _lossGradients = lossByLoss ? new LossGradients(model, objective.Losses.Count, capacity, _gradients, _rowGradients, combiner) : null;
        _clip = clipNorm is { } longest ? new GradientClip(longest, model.Towers, _gradients, _rowGradients) : null;
        _workspace = model.Towers.CreateWorkspace(_blockRows, training: true);
        _workspace.Distinct = _distinct;
        _bottom = model.Bottom.CreateWorkspace(_blockRows, training: true);
        _scratch = _distinct is null ? [] : [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(model.Towers.DistinctScratch(_distinct, _wholeBatch ? capacity : 0)))];
        _distinct?.KeepPartials(model.Towers.DistinctRanges);
        if (_distinct is { InBlocks: true })
        {
            _distinct.KeepProducts(model.Towers.FirstLayerStrides);
            _distinct.KeepSums(model.Towers.FirstLayerTiles);
        }

        _findWork = new FindWork(this);
        _finishWork = new FinishWork(this);
        _gatherWork = new GatherWork(this);
        _firstLayerWork = new FirstLayerWork(this);
        Memory = new ObjectiveMemory(objective.Losses.Count, capacity, _workspace, objective.SeesWholeBatch);
        _forwardWork = new ForwardWork(this);
        _backwardWork = new BackwardWork(this);
        (_intoGradients, _intoRows) = (_gradients, _rowGradients);
        _rowsWork = new RowsWork(this);
        _sumsWork = new SumsWork(this);
        _updateWork = new UpdateWork(this);
        PrepareBackward();
    }

    internal ObjectiveMemory Memory { get; }

    /// <summary>Measures the pieces of the work, if there is one.</summary>
    internal StepClock? Clock { get; set; }

    internal int Threads => _pool.Workers;

    internal ReadOnlySpan<float> TowerGradients => _gradients.Span;

    internal RowGradients RowGradientsOf(int table) => _rowGradients[table];

    /// <summary>Bytes of gradients and of what a batch needs on its way.</summary>
    internal IEnumerable<MemoryPart> MemoryParts() =>
    [
        new("tower gradients", _gradients.Bytes),
        new("row gradients", _rowGradients.Sum(r => r.Bytes) + (_lossGradients?.Bytes ?? 0)),
        new("activations", _inputs.Bytes + _dInputs.Bytes + _workspace.Bytes + (_bottom?.Bytes ?? 0) + Memory.Bytes + (_distinct?.Bytes ?? 0) + _scratch.Sum(b => b.Bytes)),
    ];

    /// <summary>Brings what the way back needs up to date with the parameters.</summary>
    internal void PrepareBackward()
    {
        for (int tile = 0; tile < _model.Towers.WeightTiles; tile++)
        {
            _model.Towers.PrepareBackward(tile);
        }
    }

    /// <summary>Gradients of all parameters and of the touched rows over a batch.</summary>
    internal void Gradients(ImpressionBatch batch, RowSampling sampling)
    {
        _batch = batch;
        Memory.Begin(batch, sampling, _weighting is null ? default : _weighting.Weights);
        for (int t = 0; t < _rowGradients.Length; t++)
        {
            if (_distinctOfTable[t] is null)
            {
                _rowGradients[t].Clear();
            }
        }

        StepClock.Mark(Checks, StepPass.Forward);
        if (_distinct is { InBlocks: true })
        {
            BeginBlocks(_distinct);
        }

        int blocks = (batch.Count + _blockRows - 1) / _blockRows;
        for (int block = 0; block < blocks; block++)
        {
            _block = Share(batch.Count, blocks, block);
            _rows = Share(batch.Count, blocks, block + 1) - _block;
            Memory.BlockStart = _block;
            (_workspace.Step, _workspace.BlockStart) = (_optimizer.Steps, _block);
            if (_bottom is not null)
            {
                _bottom.BlockStart = _block;
            }


            // As many chunks a thread as any other: a thread without one would wait for the others'. Code from outside sees the chunks,
            // so for it the cut must not depend on the threads.
            int together = _chunksAreSeen ? 1 : Threads;
            int rounds = (_rows + (_chunkRows * together) - 1) / (_chunkRows * together);
            _chunks = rounds * together;
            if (_distinct is { InBlocks: true })
            {
                _distinct.Offset = _block;
                foreach (DistinctRows field in _distinct.Fields)
                {
                    field.Sort(_block, _rows);
                }
            }
            else if (_distinct is not null)
            {
                _pool.Run(_findWork, _distinct.Fields.Length);
                _pool.Run(_gatherWork, _chunks);
                _pool.Run(_firstLayerWork, _model.Towers.FirstLayerTiles);
            }

            if (_twoPasses)
            {
                GradientsInTwoPasses();
                continue;
            }

            _pool.Run(_rowsWork, _chunks);
            _pool.Run(_sumsWork, (_wholeBatch ? _model.Towers.DistinctRanges : 0) + Sums);
        }

        if (_distinct is { InBlocks: true })
        {
            EndBlocks();
        }
        else if (_distinct is not null)
        {
            _pool.Run(_finishWork, _rowGradients.Length);
        }
    }

    /// <summary>Updates towers and touched rows.</summary>
    internal StepResult Update(int impressions)
    {
        _clip?.Apply(_pool);
        _pool.Run(_updateWork, _model.Towers.WeightTiles + _rowGradients.Length);
        long rows = 0, bytes = 0;
        foreach (RowGradients table in _rowGradients)
        {
            rows += table.Count;
            bytes += (long)table.Count * table.Dim * sizeof(float) * _optimizer.FloatsAWeight;
        }

        return new StepResult(impressions, rows, bytes);
    }

    /// <summary>Norm of the last gradient before clipping; not a number where nothing clips.</summary>
    internal double GradientNorm => _clip?.Norm ?? double.NaN;

    /// <summary>Brings all rows of all tables up to the last step, where the optimizer put steps off.</summary>
    internal void Settle()
    {
        if (_optimizer.Owes)
        {
            SettleWork work = new(_model.Bottom.Tables, _optimizer);
            _pool.Run(work, work.Items);
        }
    }

    /// <summary>Where a share of something begins that is cut into shares as even as possible.</summary>
    private static int Share(int whole, int shares, int share) => (int)((long)whole * share / shares);

    public void Dispose() => _pool.Dispose();

    /// <summary>Lines 1 to 4 of a step for one chunk of rows, while they are in the cache.</summary>
    private sealed class RowsWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            int first = Share(step._rows, step._chunks, item), rows = Share(step._rows, step._chunks, item + 1) - first;
            if (rows > 0)
            {
                StepClock.Begin(step.Clock);
                step.ForwardChunk(first, rows);
                step.BackwardChunk(first, rows);
            }
        }
    }

    private void ForwardChunk(int first, int rows)
    {
        if (_wholeBatch)
        {
            _model.Towers.ForwardRest(first, rows, _workspace);
            return;
        }

        InputLayout layout = _model.Bottom.Layout;
        Span<float> inputs = _inputs.Span.Slice(first * layout.Stride, rows * layout.Stride);
        _model.Bottom.Forward(_batch, _block + first, rows, Part.All, _distinct, _bottom, inputs);
        StepClock.Mark(Embeddings, StepPass.Forward);
        _model.Towers.Forward(layout, inputs, first, rows, _workspace);
    }

    private void BackwardChunk(int first, int rows)
    {
        InputLayout layout = _model.Bottom.Layout;
        _objective.Slopes(new ObjectiveRows(Memory, first, rows));
        StepClock.Mark("objective", StepPass.Loss);
        Span<float> dInputs = _dInputs.Span.Slice(first * layout.Stride, rows * layout.Stride);
        _model.Towers.BackwardInputs(layout, first, rows, _workspace, null, dInputs);
        if (_bottom is not null)
        {
            _model.Bottom.BackwardInputs(_block + first, rows, dInputs, _bottom);
            StepClock.Mark(Embeddings, StepPass.BackwardInput);
        }
    }

    /// <summary>Number of pieces of <see cref="SumsWork"/>, without what comes by distinct row.</summary>
    private int Sums => _tileGroups.Length + _rowGradients.Length + (_model.Towers.Units?.Tiles ?? 0);

    /// <summary>Sums over the rows of a block: a tile of the towers' gradient, the rows of one table, or a tile of an activation unit's gradient.</summary>
    private sealed class SumsWork(StepWork step) : IParallelWork
    {
        public void Execute(int item, int worker)
        {
            EsmmModel model = step._model;
            int ranges = step._wholeBatch ? model.Towers.DistinctRanges : 0, table = item - ranges - step._tileGroups.Length;
            StepClock.Begin(step.Clock);
            if (item < ranges)
            {
                model.Towers.BackwardDistinct(item, step._rows, step._workspace, step._intoGradients.Span, step._scratch[worker].Span);
            }
            else if (table < 0)
            {
                model.Towers.BackwardGroup(step._tileGroups[item - ranges], model.Bottom.Layout, step._inputs.Span, step._rows, step._workspace, step._intoGradients.Span, step._block > 0);
            }
            else if (table >= step._rowGradients.Length)
            {
                int tile = table - step._rowGradients.Length;
                model.Bottom.BackwardWeights(tile, step._rows, step._bottom, step._intoGradients.Span, step._block > 0);
                StepClock.Mark(model.Towers.LayerOfTile(model.Towers.FirstUnitTile + tile), StepPass.BackwardWeight);
            }
            else if (step._distinctOfTable[table] is null)
            {
                model.Bottom.Backward(table, step._batch, step._block, step._rows, step._dInputs.Span, step._bottom, step._intoRows[table]);
                StepClock.Mark(Embeddings, StepPass.BackwardWeight);
            }
            else if (!step._wholeBatch)
            {
                model.Bottom.BackwardCrosses(table, step._batch, step._block, step._rows, step._dInputs.Span, step._rowGradients[table]);
                StepClock.Mark(Embeddings, StepPass.BackwardWeight);
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
                step._optimizer.StepTowers(towers, step._gradients.Span, start, length);
                towers.PrepareBackward(item);
                StepClock.Mark(towers.LayerOfTile(item), StepPass.Update);
            }
            else
            {
                step._optimizer.StepTable(table, step._model.Bottom.Tables[table], step._rowGradients[table]);
                StepClock.Mark(Embeddings, StepPass.Update);
            }
        }
    }
}
