using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Kernels;
using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>One multilayer perceptron with ReLU for each task, all reading the same input: ESMM's towers.</summary>
public sealed partial class MlpTowers : Towers
{
    private readonly MlpTower[] _towers;
    private readonly AlignedBuffer _parameters;
    private readonly (int Tower, int Layer, int Panel)[] _tiles;
    private readonly int _firstLayerTiles;
    private readonly int _distinctRanges;
    private readonly int _scored; // the others, at the end, serve a loss only

    /// <summary>Creates the towers with parameters of zero.</summary>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="names">Name of each task.</param>
    /// <param name="hidden">Hidden sizes of each task's tower; none for a logistic regression.</param>
    public MlpTowers(int inputs, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<int>> hidden)
        : this(inputs, names, hidden, [], names?.Count ?? 0)
    {
    }

    /// <param name="inputs">Width of the input.</param>
    /// <param name="names">Name of each task.</param>
    /// <param name="hidden">Hidden sizes of each task's tower.</param>
    /// <param name="units">Activation units of behaviour sequences.</param>
    /// <param name="scored">Number of towers that scores are made of; the others, at the end, serve a loss only.</param>
    /// <param name="brain">Whether kernels are brain floats.</param>
    /// <param name="parameters">Parameters that begin with those of these towers, to work on; a block of their own if null.</param>
    internal MlpTowers(int inputs, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<int>> hidden, IReadOnlyList<UnitPlan> units, int scored, bool brain = false, AlignedBuffer? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(hidden);
        RequireRoom(inputs, hidden);
        _scored = scored;
        _towers = new MlpTower[names.Count];
        int offset = 0;
        for (int t = 0; t < _towers.Length; t++)
        {
            _towers[t] = new MlpTower(names[t], inputs, hidden[t], offset, brain);
            offset = _towers[t].End;
        }

        Units = ActivationUnits.Create(units, offset);
        _parameters = parameters ?? new AlignedBuffer(Units?.End ?? offset);
        Units?.Initialise(Parameters);
        Tensors = [.. _towers.SelectMany(t => t.Tensors()), .. Units?.Tensors ?? []];
        _tiles = [.. Tiles()];
        _firstLayerTiles = _towers.Sum(t => t.Dense[0].Panels);
        _distinctRanges = _towers.Sum(t => RangesOf(t.Dense[0]));
    }

    /// <summary>Refuses towers whose parameters, padded to whole panels, no block can hold; before their places in it overflow.</summary>
    private static void RequireRoom(int inputs, IReadOnlyList<IReadOnlyList<int>> hidden)
    {
        double floats = 0;
        foreach (IReadOnlyList<int> tower in hidden)
        {
            double width = inputs;
            foreach (int outputs in tower.Append(1))
            {
                floats += (width + 1) * Math.Ceiling(outputs / (double)MatrixProduct.PanelWidth) * MatrixProduct.PanelWidth;
                width = outputs;
            }
        }

        if (floats > Array.MaxLength - MatrixProduct.PanelWidth)
        {
            throw new EsmmException(EsmmErrorKind.Config, string.Create(CultureInfo.InvariantCulture, $"the towers need a block of {floats:N0} floats, which is larger than one array can be"), "towers", hint: "Use smaller layers, or fewer and narrower inputs.");
        }
    }

    /// <inheritdoc/>
    public override int Tasks => _towers.Length;

    /// <inheritdoc/>
    public override Span<float> Parameters => _parameters.Span;

    /// <inheritdoc/>
    public override int WeightTiles => _tiles.Length + (Units?.Tiles ?? 0);

    /// <inheritdoc/>
    public override IReadOnlyList<TowerTensor> Tensors { get; }

    /// <inheritdoc/>
    public override TowerWorkspace CreateWorkspace(int rows, bool training)
    {
        foreach (DenseLayer layer in training ? _towers.SelectMany(t => t.Dense) : [])
        {
            layer.PrepareTraining();
        }

        if (training)
        {
            Units?.PrepareTraining();
        }

        return new MlpWorkspace(_towers, training ? _towers.Length : _scored, rows, training);
    }

    /// <inheritdoc/>
    public override (int Start, int Length) TileRange(int tile)
    {
        if (tile >= _tiles.Length)
        {
            return Units!.TileRange(tile - _tiles.Length);
        }

        (int t, int layer, int panel) = _tiles[tile];
        MlpTower tower = _towers[t];
        if (layer == tower.Dense.Length)
        {
            return (tower.Logit!.KernelOffset, tower.Logit.End - tower.Logit.KernelOffset);
        }

        DenseLayer dense = tower.Dense[layer];
        return (dense.Offset + (panel * dense.PanelLength), dense.PanelLength);
    }

    /// <inheritdoc/>
    public override void PrepareBackward(int tile)
    {
        if (tile >= _tiles.Length)
        {
            Units!.PrepareBackward(tile - _tiles.Length, Parameters);
            return;
        }

        (int t, int layer, int panel) = _tiles[tile];
        if (layer < _towers[t].Dense.Length)
        {
            _towers[t].Dense[layer].Transpose(panel, Parameters);
        }
    }

    /// <summary>Names and shapes of all tensors, known before there is memory for them.</summary>
    internal static IEnumerable<(string Name, int[] Shape)> Shapes(int inputs, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<int>> hidden) =>
        names.Zip(hidden).SelectMany(tower => MlpTower.Shapes(tower.First, inputs, tower.Second));

    internal override string LayerOfTile(int tile)
    {
        if (tile >= _tiles.Length)
        {
            return Units!.LayerOfTile(tile - _tiles.Length);
        }

        (int t, int layer, _) = _tiles[tile];
        return layer < _towers[t].Dense.Length ? _towers[t].Dense[layer].Name : _towers[t].Logit!.Name;
    }

    internal override TowerTensor FirstKernel(int task) => Tensors[_towers[..task].Sum(t => 2 * (t.Dense.Length + (t.Logit is null ? 0 : 1)))];

    internal override long PreparedBytes => _towers.Sum(t => t.Dense.Sum(d => d.TransposedBytes)) + (Units?.PreparedBytes ?? 0);

    /// <inheritdoc/>
    public override void Forward(InputLayout layout, ReadOnlySpan<float> inputs, int firstRow, int rows, TowerWorkspace workspace)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        int needed = FirstLayer.ScratchLength(rows);
        Span<float> scratch = needed <= FirstLayer.MostOnStack ? stackalloc float[needed] : new float[needed];
        for (int t = 0; t < memory.Towers; t++)
        {
            DenseLayer first = _towers[t].Dense[0];
            new FirstLayer(first, layout, Parameters, inputs, rows, memory.Distinct, t, firstRow).Forward(Part.All, Rectifies(t), first.Bias(Parameters), memory.Outputs(t, 0, firstRow), scratch);
            StepClock.Mark(first.Name, StepPass.Forward);
            ForwardRest(t, firstRow, rows, memory);
        }
    }

    /// <inheritdoc/>
    public override void ForwardRequest(InputLayout layout, ReadOnlySpan<float> input, TowerWorkspace workspace)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        Span<float> scratch = stackalloc float[FirstLayer.ScratchLength(1)];
        for (int t = 0; t < _scored; t++)
        {
            DenseLayer first = _towers[t].Dense[0];
            new FirstLayer(first, layout, Parameters, input, 1, null, t).Forward(Part.Request, rectify: false, first.Bias(Parameters), memory.RequestPart(t), scratch);
        }
    }

    /// <inheritdoc/>
    public override void ForwardCandidates(InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        int needed = FirstLayer.ScratchLength(rows);
        Span<float> scratch = needed <= FirstLayer.MostOnStack ? stackalloc float[needed] : new float[needed];
        for (int t = 0; t < _scored; t++)
        {
            DenseLayer first = _towers[t].Dense[0];
            Start request = new(memory.RequestPart(t), 0, MatrixProduct.PanelWidth);
            new FirstLayer(first, layout, Parameters, inputs, rows, memory.Distinct, t).Forward(Part.Candidate | Part.Spanning, Rectifies(t), request, memory.Outputs(t, 0, 0), scratch);
            ForwardRest(t, 0, rows, memory);
        }
    }

    /// <inheritdoc/>
    public override void BackwardInputs(InputLayout layout, int firstRow, int rows, TowerWorkspace workspace, int? task, Span<float> dInputs)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        bool begun = false;
        for (int t = 0; t < _towers.Length; t++)
        {
            if (task is { } one && one != t)
            {
                continue;
            }

            BackwardToFirst(t, firstRow, rows, memory);
            BackwardFirst(t, memory.Slopes(t, 0, firstRow), rows, memory.Distinct, dInputs, layout.Stride, begun);
            StepClock.Mark(_towers[t].Dense[0].Name, StepPass.BackwardInput);
            begun = true;
        }
    }

    private void ForwardRest(int t, int firstRow, int rows, MlpWorkspace memory)
    {
        MlpTower tower = _towers[t];
        Span<float> logits = memory.Logits(t).Slice(firstRow, rows);
        Span<float> h = memory.Outputs(t, 0, firstRow);
        if (tower.Logit is null)
        {
            for (int r = 0; r < rows; r++)
            {
                logits[r] = h[r * tower.Dense[0].Stride];
            }

            return;
        }

        for (int l = 1; l < tower.Dense.Length; l++)
        {
            Span<float> next = memory.Outputs(t, l, firstRow);
            tower.Dense[l].Forward(Parameters, h, tower.Dense[l - 1].Stride, rows, next);
            StepClock.Mark(tower.Dense[l].Name, StepPass.Forward);
            h = next;
        }

        tower.Logit.Forward(Parameters, h, tower.Dense[^1].Stride, rows, logits);
        StepClock.Mark(tower.Logit.Name, StepPass.Forward);
    }

    private void BackwardToFirst(int t, int firstRow, int rows, MlpWorkspace memory)
    {
        MlpTower tower = _towers[t];
        ReadOnlySpan<float> dLogits = memory.DLogits(t).Slice(firstRow, rows);
        int last = tower.Dense.Length - 1;
        Span<float> dz = memory.Slopes(t, last, firstRow);
        if (tower.Logit is null)
        {
            for (int r = 0; r < rows; r++)
            {
                dz[r * tower.Dense[0].Stride] = dLogits[r];
            }

            return;
        }

        tower.Logit.BackwardInput(Parameters, dLogits, rows, dz, tower.Dense[last].Stride);
        StepClock.Mark(tower.Logit.Name, StepPass.BackwardInput);
        Rectifier.BackwardRows(memory.Outputs(t, last, firstRow), dz, tower.Dense[last].Stride, rows, tower.Dense[last].PaddedOutputs);
        for (int l = last; l > 0; l--)
        {
            Span<float> before = memory.Slopes(t, l - 1, firstRow);
            tower.Dense[l].BackwardRectified(dz, rows, memory.Outputs(t, l - 1, firstRow), before, tower.Dense[l - 1].Stride);
            StepClock.Mark(tower.Dense[l].Name, StepPass.BackwardInput);
            dz = before;
        }
    }

    /// <summary>Whether a tower's first layer is a hidden one.</summary>
    private bool Rectifies(int t) => _towers[t].Logit is not null;

    private IEnumerable<(int Tower, int Layer, int Panel)> Tiles()
    {
        for (int t = 0; t < _towers.Length; t++)
        {
            for (int l = 0; l < _towers[t].Dense.Length; l++)
            {
                for (int p = 0; p < _towers[t].Dense[l].Panels; p++)
                {
                    yield return (t, l, p);
                }
            }

            if (_towers[t].Logit is not null)
            {
                yield return (t, _towers[t].Dense.Length, 0);
            }
        }
    }
}
