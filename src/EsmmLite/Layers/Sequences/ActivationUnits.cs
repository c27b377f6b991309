using System.Globalization;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>The activation units of all sequences, and their places behind the towers' parameters.</summary>
internal sealed class ActivationUnits
{
    private readonly ActivationUnit[] _units;
    private readonly (int Unit, int Tile)[] _tiles;

    private ActivationUnits(IReadOnlyList<UnitPlan> plans, int offset)
    {
        Plans = plans;
        RequireRoom(plans, offset);
        _units = new ActivationUnit[plans.Count];
        for (int u = 0; u < _units.Length; u++)
        {
            _units[u] = new ActivationUnit(plans[u], offset);
            offset = _units[u].End;
        }

        (Begin, End) = (_units[0].TileRange(0).Start, offset);
        _tiles = [.. _units.SelectMany((unit, u) => Enumerable.Range(0, unit.Tiles).Select(tile => (u, tile)))];
    }

    /// <summary>The units of some plans; null where there are none.</summary>
    internal static ActivationUnits? Create(IReadOnlyList<UnitPlan> plans, int offset) => plans.Count == 0 ? null : new(plans, offset);

    internal IReadOnlyList<UnitPlan> Plans { get; }

    /// <summary>Where their parameters begin in the towers' block.</summary>
    internal int Begin { get; }

    internal int End { get; }

    internal ActivationUnit this[int sequence] => _units[sequence];

    internal IEnumerable<TowerTensor> Tensors => _units.SelectMany(unit => unit.Tensors);

    internal int Tiles => _tiles.Length;

    internal long PreparedBytes => _units.Sum(unit => unit.PreparedBytes);

    /// <summary>The unit of a tile, and the tile's number there.</summary>
    internal (int Unit, int Tile) Of(int tile) => _tiles[tile];

    internal (int Start, int Length) TileRange(int tile) => _units[_tiles[tile].Unit].TileRange(_tiles[tile].Tile);

    internal string LayerOfTile(int tile) => _units[_tiles[tile].Unit].LayerOfTile(_tiles[tile].Tile);

    internal void PrepareBackward(int tile, ReadOnlySpan<float> parameters) => _units[_tiles[tile].Unit].PrepareBackward(_tiles[tile].Tile, parameters);

    internal void PrepareTraining() => Array.ForEach(_units, unit => unit.PrepareTraining());

    internal void Initialise(Span<float> parameters)
    {
        foreach (ActivationUnit unit in _units)
        {
            unit.Initialise(parameters);
        }
    }

    /// <summary>Refuses units whose parameters no block can hold, before their places in it overflow.</summary>
    private static void RequireRoom(IReadOnlyList<UnitPlan> plans, int offset)
    {
        double floats = offset;
        foreach (UnitPlan plan in plans)
        {
            double width = 3.0 * plan.Dim;
            foreach (int outputs in plan.Options.Hidden.Append(1))
            {
                floats += (width + 2) * Math.Ceiling(outputs / (double)MatrixProduct.PanelWidth) * MatrixProduct.PanelWidth;
                width = outputs;
            }
        }

        if (floats > Array.MaxLength - MatrixProduct.PanelWidth)
        {
            throw new EsmmException(EsmmErrorKind.Config, string.Create(CultureInfo.InvariantCulture, $"towers and activation units need a block of {floats:N0} floats, which is larger than one array can be"), "model.attention.hidden", hint: "Use smaller layers.");
        }
    }
}
