using EsmmLite.Diagnostics;

namespace EsmmLite.Layers;

// Gradients of the weights, tile by tile: sums over the rows of a block.
public sealed partial class MlpTowers
{
    /// <summary>
    /// Rows over which the tiles of a group take turns: what they all read stays in the second-level cache, and what only one reads, in
    /// the first.
    /// </summary>
    private const int RowsTogether = 144;

    /// <inheritdoc/>
    public override void BackwardWeights(int tile, InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace, Span<float> gradients, bool accumulate) =>
        BackwardGroup((tile, 1), layout, inputs, rows, workspace, gradients, accumulate);

    internal override (int First, int Count)[] TileGroups(int most)
    {
        List<(int First, int Count)> groups = [];
        for (int tile = 0; tile < _tiles.Length; tile++)
        {
            (int t, int layer, int panel) = _tiles[tile];
            if (panel == 0 || groups[^1].Count == most)
            {
                groups.Add((tile, 0));
            }

            groups[^1] = (groups[^1].First, groups[^1].Count + 1);
        }

        // The longest first: the short ones fill the end.
        return [.. groups.OrderByDescending(g => Enumerable.Range(g.First, g.Count).Sum(tile => TileRange(tile).Length))];
    }

    internal override void BackwardGroup((int First, int Count) tiles, InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace, Span<float> gradients, bool accumulate)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        (int t, int layer, int panel) = _tiles[tiles.First];
        int pieces = Math.Max(1, (rows + RowsTogether - 1) / RowsTogether);
        for (int piece = 0, first = 0; piece < pieces; piece++)
        {
            int end = (int)((long)rows * (piece + 1) / pieces);
            for (int p = panel; p < panel + tiles.Count; p++)
            {
                BackwardTile(t, layer, p, layout, inputs, first, end - first, memory, gradients, accumulate || piece > 0);
            }

            first = end;
        }

        if (layer == 0 && memory.Distinct is { InBlocks: true })
        {
            AddSums(t, panel, tiles.Count, memory, accumulate);
        }

        StepClock.Mark(LayerOfTile(tiles.First), StepPass.BackwardWeight);
    }

    private void BackwardTile(int t, int layer, int panel, InputLayout layout, ReadOnlySpan<float> inputs, int firstRow, int rows, MlpWorkspace memory, Span<float> gradients, bool accumulate)
    {
        MlpTower tower = _towers[t];
        if (layer == tower.Dense.Length)
        {
            tower.Logit!.BackwardWeight(memory.Outputs(t, layer - 1, firstRow), tower.Dense[layer - 1].Stride, memory.DLogits(t).Slice(firstRow, rows), rows, gradients, accumulate);
            return;
        }

        ReadOnlySpan<float> x = layer == 0 ? inputs[(firstRow * layout.Stride)..] : memory.Outputs(t, layer - 1, firstRow);
        ReadOnlySpan<float> dz = memory.Slopes(t, layer, firstRow);
        if (layer == 0 && (memory.Distinct is not null || layout.HasPrivate))
        {
            BackwardGroups(t, panel, memory.Distinct, layout, x, rows, dz, gradients, accumulate);
            return;
        }

        tower.Dense[layer].BackwardWeight(panel, x, layer == 0 ? layout.Stride : tower.Dense[layer - 1].Stride, dz, rows, gradients, accumulate);
    }
}
