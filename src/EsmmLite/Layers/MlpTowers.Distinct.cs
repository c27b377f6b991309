using EsmmLite.Diagnostics;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

// Separate fields by distinct row (docs/numerics.md, section 3.5). Forward, a product is formed once for each distinct embedding row
// and added wherever the row occurs. Backward, the slopes of all impressions with the same row are added up first; the kernel's and
// the row's gradient follow from the sums. A thread works on a range of outputs for all fields, while their slopes are in the cache.
public sealed partial class MlpTowers
{
    private const int PanelWidth = MatrixProduct.PanelWidth;

    /// <summary>Panels of outputs over which a row's gradient is one chain; chains of several ranges are added in order.</summary>
    private const int RangePanels = 8;

    internal override bool UsesDistinct => true;

    internal override IReadOnlyList<int> FirstLayerWidths => [.. _towers[.._scored].Select(t => t.Dense[0].PaddedOutputs)];

    internal override IReadOnlyList<int> FirstLayerStrides => [.. _towers.Select(t => t.Dense[0].Stride)];

    internal override int FirstLayerTiles => _firstLayerTiles;

    internal override void KeepProducts(InputLayout layout, Part parts, TowerWorkspace workspace)
    {
        DistinctInputs distinct = workspace.Distinct!;
        foreach (DistinctRows field in distinct.Fields)
        {
            for (int t = 0; t < ((MlpWorkspace)workspace).Towers && field.Pays && (field.Group.Part & parts) != 0; t++)
            {
                new FirstLayer(_towers[t].Dense[0], layout, Parameters, default, 0, distinct, t).KeepProducts(field);
            }
        }
    }

    internal override void ForwardFirstLayer(int tile, InputLayout layout, ReadOnlySpan<float> inputs, int rows, TowerWorkspace workspace, Span<float> scratch)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        int t = 0;
        for (; tile >= _towers[t].Dense[0].Panels; t++)
        {
            tile -= _towers[t].Dense[0].Panels;
        }

        DenseLayer first = _towers[t].Dense[0];
        Start bias = first.Bias(Parameters);
        bias = new Start(bias.Values[(tile * bias.PanelStride)..], 0, bias.PanelStride);

        // The panel's rows side by side until all fields have been added.
        Span<float> z = scratch[..(rows * PanelWidth)];
        new FirstLayer(first, layout, Parameters, inputs, rows, memory.Distinct, t).ForwardPanels(Part.All, Rectifies(t), tile, 1, bias, z, PanelWidth, scratch[z.Length..]);
        RowGather.Unpack(z, rows, memory.Outputs(t, 0, 0)[(tile * PanelWidth)..], first.Stride);
        StepClock.Mark(first.Name, StepPass.Forward);
    }

    internal override void ForwardRest(int firstRow, int rows, TowerWorkspace workspace)
    {
        for (int t = 0; t < _towers.Length; t++)
        {
            ForwardRest(t, firstRow, rows, (MlpWorkspace)workspace);
        }
    }

    internal override int DistinctRanges => _distinctRanges;

    internal override void BackwardDistinct(int range, int rows, TowerWorkspace workspace, Span<float> gradients, Span<float> scratch)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        DistinctInputs distinct = memory.Distinct!;
        int t = 0, within = range;
        for (; within >= RangesOf(_towers[t].Dense[0]); t++)
        {
            within -= RangesOf(_towers[t].Dense[0]);
        }

        DenseLayer first = _towers[t].Dense[0];
        int end = Math.Min((within + 1) * RangePanels, first.Panels);
        for (int p = within * RangePanels; p < end; p++)
        {
            // The panel's slopes side by side: every field goes over them. Block by block they have been added up already.
            Span<float> slopes = scratch[..(distinct.InBlocks ? 0 : rows * PanelWidth)];
            if (!distinct.InBlocks)
            {
                RowGather.Pack(memory.Slopes(t, 0, 0)[(p * PanelWidth)..], first.Stride, rows, slopes);
            }

            foreach (DistinctRows field in distinct.Fields)
            {
                Span<float> sums = distinct.InBlocks ? distinct.Sums(field, PanelOf(t, p), 1) : scratch.Slice(slopes.Length, (Padded(field.Set.Count) + 1) * PanelWidth);
                if (!distinct.InBlocks)
                {
                    // The slopes of each embedding row's impressions, added up. [entries x 32]
                    RowGather.SumEntries(slopes, field.Index[..rows], sums);
                }

                BackwardPanel(first, p, field, sums, gradients, scratch[(slopes.Length + (distinct.InBlocks ? 0 : sums.Length))..], distinct.Partial(field, range), begun: p > within * RangePanels);
            }
        }

        StepClock.Mark(first.Name, StepPass.BackwardWeight);
    }

    internal override void FinishDistinct(DistinctRows field, DistinctInputs distinct, Span<float> dRows)
    {
        int width = field.Group.Width, padded = Padded(field.Set.Count);
        Span<float> sum = distinct.Partial(field, 0)[..(width * padded)];
        for (int range = 1; range < DistinctRanges; range++)
        {
            RowGather.AddRow(distinct.Partial(field, range)[..sum.Length], sum);
        }

        for (int row = 0; row < field.Set.Count; row++)
        {
            for (int k = 0; k < width; k++)
            {
                dRows[(row * width) + k] += sum[(k * padded) + row];
            }
        }
    }

    private void BackwardPanel(DenseLayer first, int panel, DistinctRows field, ReadOnlySpan<float> sums, Span<float> gradients, Span<float> scratch, Span<float> partial, bool begun)
    {
        const int Block = PanelWidth * PanelWidth;
        InputGroup group = field.Group;
        int known = field.Set.Count, padded = Padded(known);
        Span<float> turned = scratch[..(padded * PanelWidth)];

        // dW[k, n] = sum over distinct rows of embedding[row, k] sum[row, n]; a missing value has no embedding.
        Span<float> kernel = first.KernelRows(panel, group.Start, group.Width, gradients);
        MatrixProduct.Multiply(new StridedMatrix(field.Values, 1, group.Width), new Panels<float>(sums, 1, 0), default, Join.None, group.Width, known, kernel, PanelWidth);

        // dRow[k] = sum over n of W[k, n] sum[row, n], in the order of n. Vectors run along the rows.
        int outputs = Math.Min(PanelWidth, first.Outputs - (panel * PanelWidth));
        for (int b = 0; b < padded / PanelWidth; b++)
        {
            Transposition.Block(sums.Slice(b * Block, Block), PanelWidth, outputs, turned.Slice(b * Block, Block));
        }

        StridedMatrix weights = new(first.KernelRows(panel, group.Start, group.Width, Parameters), PanelWidth);
        MatrixProduct.Multiply(weights, new Panels<float>(turned, padded / PanelWidth, Block), new Start(partial, padded, PanelWidth), begun ? Join.Before : Join.None, group.Width, outputs, partial, padded);
    }

    /// <summary>Adds up a block's slopes by embedding row, for some panels and all separate fields.</summary>
    private void AddSums(int t, int panel, int panels, MlpWorkspace memory, bool accumulate)
    {
        DistinctInputs distinct = memory.Distinct!;
        foreach (DistinctRows field in distinct.Fields)
        {
            Span<float> sums = distinct.Sums(field, PanelOf(t, panel), panels);
            if (!accumulate)
            {
                sums.Clear();
            }

            RowGather.SumSegments(memory.Slopes(t, 0, 0)[(panel * PanelWidth)..], _towers[t].Dense[0].Stride, field.Order, field.Ends, panels, sums, sums.Length / panels);
        }
    }

    /// <summary>A panel's number among those of all first layers.</summary>
    private int PanelOf(int t, int panel)
    {
        for (int before = 0; before < t; before++)
        {
            panel += _towers[before].Dense[0].Panels;
        }

        return panel;
    }

    internal override int DistinctScratch(DistinctInputs distinct, int rows)
    {
        int backward = (rows + (2 * Padded(distinct.MostDistinct)) + 1) * PanelWidth;
        return Math.Max(backward, (rows * PanelWidth) + FirstLayer.DistinctScratchLength(rows, distinct));
    }

    private static int Padded(int entries) => (entries + PanelWidth - 1) / PanelWidth * PanelWidth;

    private static int RangesOf(DenseLayer first) => (first.Panels + RangePanels - 1) / RangePanels;

    private void BackwardFirst(int t, ReadOnlySpan<float> dz, int rows, DistinctInputs? distinct, Span<float> dInputs, int stride, bool begun)
    {
        if (distinct is null)
        {
            _towers[t].Dense[0].BackwardInput(dz, rows, dInputs, stride, begun);
            return;
        }

        foreach ((int first, int count) in distinct.InputPanels)
        {
            _towers[t].Dense[0].BackwardInput(first, count, dz, rows, dInputs, stride, begun);
        }
    }

    /// <summary>The first kernel's gradient group by group: those that are not worked on by distinct row, and that the tower reads.</summary>
    private void BackwardGroups(int t, int panel, DistinctInputs? distinct, InputLayout layout, ReadOnlySpan<float> inputs, int rows, ReadOnlySpan<float> dz, Span<float> gradients, bool accumulate)
    {
        DenseLayer first = _towers[t].Dense[0];
        foreach (InputGroup group in distinct is null ? layout.AllGroups : distinct.ChainGroups)
        {
            if (group.IsReadBy(t))
            {
                first.BackwardKernel(panel, group.Start, group.Width, inputs, layout.Stride, dz, rows, gradients, accumulate);
            }
        }

        first.BackwardBias(panel, dz, rows, gradients, accumulate);
    }
}
