using EsmmLite.Diagnostics;
using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>
/// Towers put together from <see cref="Block"/>s: other activations, normalisation, dropout, residuals, experts and gates, links
/// between towers, heads of further losses (docs/family/README.md). A plain model has <see cref="MlpTowers"/>, which is faster.
/// </summary>
internal sealed class LayeredTowers : Towers
{
    private readonly Block[] _blocks;
    private readonly AlignedBuffer _parameters;
    private readonly (int Block, int Tile)[] _tiles;
    private readonly Block[] _added; // those whose slopes are sums from zero

    /// <param name="blocks">Blocks in the order of the way forward.</param>
    /// <param name="plan">What they were made for.</param>
    /// <param name="length">Floats of all parameters.</param>
    internal LayeredTowers(IReadOnlyList<Block> blocks, TowerPlan plan, int length)
    {
        _blocks = [.. blocks];
        Tasks = plan.Names.Count + plan.Heads.Count;
        Units = ActivationUnits.Create(plan.Units, length);
        _parameters = new AlignedBuffer(Units?.End ?? length);
        Units?.Initialise(Parameters);
        Tensors = [.. _blocks.SelectMany(b => b.Tensors), .. Units?.Tensors ?? []];
        _tiles = [.. _blocks.SelectMany((b, i) => Enumerable.Range(0, b.Tiles).Select(tile => (i, tile)))];
        _added = [.. _blocks.Where(b => b.Place == b && !IsBegun(b))];
        foreach (Block block in _blocks)
        {
            block.Initialise(Parameters);
        }

        // Dense layers and logits lie alike among the parameters, tower after tower; heads and units lie behind them.
        Scoring = plan.ScoresAsPlain ? new MlpTowers(plan.Inputs, plan.Names, plan.Hidden, [], plan.Scored, parameters: _parameters) : this;
    }

    /// <inheritdoc/>
    internal override Towers Scoring { get; }

    internal IReadOnlyList<Block> Blocks => _blocks;

    /// <inheritdoc/>
    public override int Tasks { get; }

    /// <inheritdoc/>
    public override Span<float> Parameters => _parameters.Span;

    /// <inheritdoc/>
    public override int WeightTiles => _tiles.Length + (Units?.Tiles ?? 0);

    /// <inheritdoc/>
    public override IReadOnlyList<TowerTensor> Tensors { get; }

    /// <summary>A kernel that several blocks share is summed over the rows of one block of values, then of the next.</summary>
    internal override bool BlocksAreSeen => Array.Exists(_blocks, b => b is DenseBlock { IsShared: true });

    internal override long PreparedBytes => _blocks.Sum(b => b.PreparedBytes) + (Units?.PreparedBytes ?? 0);

    /// <inheritdoc/>
    public override TowerWorkspace CreateWorkspace(int rows, bool training)
    {
        foreach (Block block in training ? _blocks : [])
        {
            block.PrepareTraining();
        }

        if (training)
        {
            Units?.PrepareTraining();
        }

        return new LayeredWorkspace(_blocks, Tasks, rows, training);
    }

    /// <inheritdoc/>
    public override (int Start, int Length) TileRange(int tile) => tile >= _tiles.Length ? Units!.TileRange(tile - _tiles.Length) : _blocks[_tiles[tile].Block].TileRange(_tiles[tile].Tile);

    /// <inheritdoc/>
    public override void PrepareBackward(int tile)
    {
        if (tile >= _tiles.Length)
        {
            Units!.PrepareBackward(tile - _tiles.Length, Parameters);
        }
        else
        {
            _blocks[_tiles[tile].Block].PrepareBackward(_tiles[tile].Tile, Parameters);
        }
    }

    internal override string LayerOfTile(int tile) => tile >= _tiles.Length ? Units!.LayerOfTile(tile - _tiles.Length) : _blocks[_tiles[tile].Block].Name;

    /// <inheritdoc/>
    public override void Forward(InputLayout layout, ReadOnlySpan<float> inputs, int firstRow, int rows, TowerWorkspace workspace) => Run(layout, inputs, firstRow, rows, workspace, Part.All);

    /// <inheritdoc/>
    public override void ForwardRequest(InputLayout layout, ReadOnlySpan<float> input, TowerWorkspace workspace)
    {
        BlockPass pass = new() { Layout = layout, Inputs = input, Parameters = Parameters, Workspace = (LayeredWorkspace)workspace, FirstRow = 0, Rows = 1, Parts = Part.Request };
        foreach (Block block in _blocks)
        {
            if (block is InputDense && !block.TrainingOnly)
            {
                block.Forward(pass);
            }
        }
    }

    /// <inheritdoc/>
    public override void ForwardCandidates(InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace) => Run(layout, inputs, 0, rows, workspace, Part.Candidate | Part.Spanning);

    /// <inheritdoc/>
    public override void BackwardInputs(InputLayout layout, int firstRow, int rows, TowerWorkspace workspace, int? task, Span<float> dInputs)
    {
        LayeredWorkspace memory = (LayeredWorkspace)workspace;
        for (int t = 0; task is { } one && t < Tasks; t++)
        {
            if (t != one)
            {
                memory.DLogits(t).Slice(firstRow, rows).Clear();
            }
        }

        dInputs[..(rows * layout.Stride)].Clear();
        foreach (Block block in _added)
        {
            memory.Slopes(block).Slice(firstRow * block.Stride, rows * block.Stride).Clear();
        }

        BlockPass pass = new() { Layout = layout, Inputs = default, DInputs = dInputs, Parameters = Parameters, Workspace = memory, FirstRow = firstRow, Rows = rows };
        for (int b = _blocks.Length - 1; b >= 0; b--)
        {
            _blocks[b].Backward(pass);
            StepClock.Mark(_blocks[b].Name, StepPass.BackwardInput);
        }
    }

    /// <inheritdoc/>
    public override void BackwardWeights(int tile, InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace, Span<float> gradients, bool accumulate)
    {
        BlockPass pass = new() { Layout = layout, Inputs = inputs, Parameters = Parameters, Workspace = (LayeredWorkspace)workspace, FirstRow = 0, Rows = rows };
        Block block = _blocks[_tiles[tile].Block];
        block.BackwardWeights(_tiles[tile].Tile, pass, gradients, accumulate);
        StepClock.Mark(block.Name, StepPass.BackwardWeight);
    }

    internal override Towers Narrow() => throw new EsmmException(EsmmErrorKind.Usage, "these towers have no form in bfloat16", "ScorerOptions.Weights", "Float32", "Plain towers of dense layers and ReLU have one.");

    /// <summary>Whether the first block that goes back to another's slopes, if any does, writes them.</summary>
    private bool IsBegun(Block place)
    {
        for (int b = _blocks.Length - 1; b > place.Index; b--)
        {
            if (_blocks[b].Place != place && _blocks[b].Sources.FirstOrDefault(s => s.Place == place) is { } source)
            {
                return _blocks[b].Begin(source);
            }
        }

        return true;
    }

    private void Run(InputLayout layout, ReadOnlySpan<float> inputs, int firstRow, int rows, TowerWorkspace workspace, Part parts)
    {
        LayeredWorkspace memory = (LayeredWorkspace)workspace;
        BlockPass pass = new() { Layout = layout, Inputs = inputs, Parameters = Parameters, Workspace = memory, FirstRow = firstRow, Rows = rows, Parts = parts };
        foreach (Block block in _blocks)
        {
            if (memory.IsTraining || !block.TrainingOnly)
            {
                block.Forward(pass);
                StepClock.Mark(block.Name, StepPass.Forward);
            }
        }
    }
}
