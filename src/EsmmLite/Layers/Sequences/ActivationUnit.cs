using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// DIN's activation unit of one sequence: w = MLP([k, k ∘ c, c]), a number for each action k and candidate c, D floats each. Its
/// parameters lie in the towers' block, behind the towers' own. Derivation and order of sums: docs/features.md.
/// </summary>
internal sealed partial class ActivationUnit
{
    private const int PanelWidth = MatrixProduct.PanelWidth;

    private readonly UnitPlan _plan;
    private readonly DenseLayer[] _layers;
    private readonly int[] _slopes; // where each layer's slopes begin, with PReLU
    private readonly LogitLayer _logit;
    private readonly (int Layer, int Panel)[] _tiles; // panel -1: the slopes; layer beyond the last: the logit

    internal ActivationUnit(UnitPlan plan, int offset)
    {
        _plan = plan;
        IReadOnlyList<int> hidden = plan.Options.Hidden;
        (_layers, _slopes) = (new DenseLayer[hidden.Count], new int[hidden.Count]);
        for (int l = 0; l < hidden.Count; l++)
        {
            _layers[l] = new DenseLayer($"{plan.Name}.dense{l}", l == 0 ? 3 * plan.Dim : hidden[l - 1], hidden[l], offset, brain: false);
            _slopes[l] = _layers[l].End;
            offset = _slopes[l] + (IsPRelu ? Padded(hidden[l]) : 0);
        }

        _logit = new LogitLayer($"{plan.Name}.dense{hidden.Count}", hidden[^1], offset);
        _tiles = [.. _layers.SelectMany((layer, l) => Enumerable.Range(0, layer.Panels).Concat(IsPRelu ? [-1] : []).Select(panel => (l, panel))), (_layers.Length, 0)];
        Tensors = [.. TensorsOf()];
    }

    /// <summary>D.</summary>
    internal int Dim => _plan.Dim;

    internal AttentionOptions Options => _plan.Options;

    internal int End => _logit.End;

    internal IReadOnlyList<TowerTensor> Tensors { get; }

    internal int Tiles => _tiles.Length;

    private bool IsPRelu => _plan.Options.Activation == Activation.PRelu;

    internal (int Start, int Length) TileRange(int tile) => _tiles[tile] switch
    {
        (var l, _) when l == _layers.Length => (_logit.KernelOffset, _logit.End - _logit.KernelOffset),
        (var l, -1) => (_slopes[l], Padded(_layers[l].Outputs)),
        (var l, var panel) => (_layers[l].Offset + (panel * _layers[l].PanelLength), _layers[l].PanelLength),
    };

    internal string LayerOfTile(int tile) => _tiles[tile].Layer == _layers.Length ? _logit.Name : _layers[_tiles[tile].Layer].Name;

    internal void Initialise(Span<float> parameters)
    {
        for (int l = 0; l < _layers.Length && IsPRelu; l++)
        {
            parameters.Slice(_slopes[l], _layers[l].Outputs).Fill(Activations.FirstSlope);
        }
    }

    internal void PrepareTraining()
    {
        foreach (DenseLayer layer in _layers)
        {
            layer.PrepareTraining();
        }
    }

    internal void PrepareBackward(int tile, ReadOnlySpan<float> parameters)
    {
        (int l, int panel) = _tiles[tile];
        if (l < _layers.Length && panel >= 0)
        {
            _layers[l].Transpose(panel, parameters);
        }
    }

    internal long PreparedBytes => _layers.Sum(layer => layer.TransposedBytes);

    private IEnumerable<TowerTensor> TensorsOf()
    {
        for (int l = 0; l < _layers.Length; l++)
        {
            foreach (TowerTensor tensor in DenseBlock.TensorsOf(_layers[l]))
            {
                yield return tensor;
            }

            if (IsPRelu)
            {
                int offset = _slopes[l];
                yield return new TowerTensor(_layers[l].Name + ".activation.slope", [_layers[l].Outputs], i => offset + i);
            }
        }

        yield return new TowerTensor(_logit.Name + ".kernel", [_logit.Inputs, 1], i => _logit.KernelOffset + i);
        yield return new TowerTensor(_logit.Name + ".bias", [1], _ => _logit.BiasOffset);
    }

    private static int Padded(int floats) => (floats + 15) / 16 * 16;
}
