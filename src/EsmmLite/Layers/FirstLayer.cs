using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// Forward of a tower's first layer: a sum of parts in a fixed order, z = (Zr + Zc) + X (docs/numerics.md, section 3.2), each group's
/// product formed from zero. What was computed before, the bias or the bias with the request's groups, is where the sum starts.
/// </summary>
internal readonly ref struct FirstLayer
{
    private const int PanelWidth = MatrixProduct.PanelWidth;

    private readonly DenseLayer _layer;
    private readonly InputLayout _layout;
    private readonly ReadOnlySpan<float> _parameters;
    private readonly ReadOnlySpan<float> _x;
    private readonly int _rows;
    private readonly DistinctInputs? _distinct;
    private readonly int _tower;
    private readonly int _firstRow;

    /// <param name="layer">The layer.</param>
    /// <param name="layout">Which columns form a group.</param>
    /// <param name="parameters">The towers' parameters.</param>
    /// <param name="x">Inputs. [rows x layout stride]</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="distinct">Separate fields whose products are formed by distinct row.</param>
    /// <param name="tower">The layer's tower.</param>
    /// <param name="firstRow">What the first row is to the distinct rows, counted from their offset.</param>
    internal FirstLayer(DenseLayer layer, InputLayout layout, ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int rows, DistinctInputs? distinct, int tower, int firstRow = 0)
    {
        _firstRow = firstRow;
        _distinct = distinct;
        _tower = tower;
        _layer = layer;
        _layout = layout;
        _parameters = parameters;
        _x = x;
        _rows = rows;
    }

    /// <summary>Floats of scratch for some rows, without distinct rows or with kept products.</summary>
    internal static int ScratchLength(int rows) => rows * MatrixProduct.PanelsTogether(rows) * PanelWidth;

    /// <summary>The most floats of scratch that are taken from the stack: more than any chunk of rows needs.</summary>
    internal const int MostOnStack = 16 * 1024;

    /// <summary>Floats of scratch for one panel of some rows with distinct rows.</summary>
    internal static int DistinctScratchLength(int rows, DistinctInputs distinct) => (rows + distinct.MostDistinct + 1) * PanelWidth;

    /// <summary>z = start + the groups of some parts; max(0, z) where it is rectified.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="rectify">Whether the layer ends in a rectifier.</param>
    /// <param name="start">The bias, or what <see cref="Forward"/> made of the parts before.</param>
    /// <param name="z">Destination. [rows x layer stride]</param>
    /// <param name="scratch">[<see cref="ScratchLength"/>]</param>
    internal void Forward(Part parts, bool rectify, Start start, Span<float> z, Span<float> scratch)
    {
        Span<ColumnRange> ranges = stackalloc ColumnRange[_layout.Groups.Count];
        if (OneByOne(parts, ranges, out int looked) is > 0 and int count)
        {
            if (looked > 0)
            {
                AddKept(looked, start, z);
                start = new Start(z, _layer.Stride, PanelWidth);
            }

            _layer.MultiplyRanges(_parameters, ranges[..count], new StridedMatrix(_x, _layout.Stride), start, rectify, _rows, z, _layer.Stride);
            return;
        }

        // With one panel at a time its column of z stays in the first-level cache from group to group.
        int together = _distinct is not { Any: true } ? MatrixProduct.PanelsTogether(_rows) : 1;
        for (int p = 0; p < _layer.Panels; p += together)
        {
            int panels = Math.Min(together, _layer.Panels - p);
            Start from = new(start.Values[(p * start.PanelStride)..], start.RowStride, start.PanelStride);
            ForwardPanels(parts, rectify, p, panels, from, z[(p * PanelWidth)..], _layer.Stride, scratch);
        }
    }

    /// <summary>The columns of the groups, if there are any and all of them join one by one; otherwise 0.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="ranges">Destination.</param>
    /// <param name="looked">How many of the request's groups come before them whose products are kept.</param>
    private int OneByOne(Part parts, Span<ColumnRange> ranges, out int looked)
    {
        int count = 0;
        looked = 0;
        foreach (Part part in (ReadOnlySpan<Part>)[Part.Request, Part.Candidate, Part.Spanning])
        {
            ReadOnlySpan<InputGroup> groups = _layout.GroupsOf(part & parts, _tower);
            if (part != Part.Request && groups.Length > 1)
            {
                return 0;
            }

            foreach (InputGroup group in groups)
            {
                if (_distinct?.Paying(group) is not { } field)
                {
                    ranges[count++] = new ColumnRange(group.Start, group.Width);
                }
                else if (part == Part.Request && count == 0 && !_distinct.Products(field, _tower).IsEmpty)
                {
                    looked++;
                }
                else
                {
                    return 0;
                }
            }
        }

        return count;
    }

    /// <summary>z = start + the kept products of the request's first groups, two at a time.</summary>
    private void AddKept(int count, Start start, Span<float> z)
    {
        ReadOnlySpan<InputGroup> groups = _layout.GroupsOf(Part.Request, _tower);
        for (int g = 0; g < count; g += 2)
        {
            DistinctRows first = _distinct!.Paying(groups[g])!, second = g + 1 < count ? _distinct.Paying(groups[g + 1])! : first;
            EntryRows one = new(_distinct.Products(first, _tower), _layer.Stride, first.Index.Slice(_distinct.Offset + _firstRow, _rows));
            EntryRows two = g + 1 < count ? new(_distinct.Products(second, _tower), _layer.Stride, second.Index.Slice(_distinct.Offset + _firstRow, _rows)) : default;
            RowGather.AddEntryRows(one, two, g == 0 ? start : new Start(z, _layer.Stride, PanelWidth), _layer.Panels, z, _layer.Stride);
        }
    }

    /// <summary>The products of the distinct rows of one field, kept for the whole batch.</summary>
    internal void KeepProducts(DistinctRows field)
    {
        StridedMatrix values = new(field.Values, field.Group.Width);
        _layer.Multiply(_parameters, field.Group.Start, field.Group.Width, 0, _layer.Panels, values, default, Join.None, field.Entries, _distinct!.Products(field, _tower), _layer.Stride);
    }

    /// <summary>Some panels, one if there are distinct rows: z and <paramref name="from"/> begin with the first of them.</summary>
    internal void ForwardPanels(Part parts, bool rectify, int first, int panels, Start from, Span<float> z, int zStride, Span<float> scratch)
    {
        Start sum = new(z, zStride, PanelWidth);
        Part last = LastOf(parts);
        bool begun = false;
        foreach (Part part in (ReadOnlySpan<Part>)[Part.Request, Part.Candidate, Part.Spanning])
        {
            ReadOnlySpan<InputGroup> groups = _layout.GroupsOf(part & parts, _tower);
            if (part == Part.Request || groups.Length <= 1)
            {
                // The request's groups join the bias one by one; a part of one group joins as it is.
                for (int g = 0; g < groups.Length; g++)
                {
                    bool end = rectify && part == last && g == groups.Length - 1;
                    Product(groups[g], first, panels, begun ? sum : from, end ? Join.AfterRectified : Join.After, z, zStride, scratch);
                    begun = true;
                }

                continue;
            }

            // Another part is summed by itself first.
            int width = panels * PanelWidth;
            SumOfPart(groups, first, panels, scratch[..(_rows * width)], width, scratch[(_rows * width)..]);
            AddRows(begun ? sum : from, scratch, rectify && part == last, panels, z, zStride);
            begun = true;
        }

        if (!begun)
        {
            AddRows(from, default, rectify, panels, z, zStride);
        }
    }

    /// <summary>The part whose sum is added last.</summary>
    private Part LastOf(Part parts) =>
        !_layout.GroupsOf(parts & Part.Spanning, _tower).IsEmpty ? Part.Spanning : !_layout.GroupsOf(parts & Part.Candidate, _tower).IsEmpty ? Part.Candidate : Part.Request;

    /// <summary>A part by itself, from zero.</summary>
    internal void SumOfPart(ReadOnlySpan<InputGroup> groups, int first, int panels, Span<float> sum, int stride, Span<float> scratch)
    {
        for (int g = 0; g < groups.Length; g++)
        {
            Product(groups[g], first, panels, new Start(sum, stride, PanelWidth), g == 0 ? Join.None : Join.After, sum, stride, scratch);
        }
    }

    private void Product(InputGroup group, int first, int panels, Start start, Join join, Span<float> destination, int stride, Span<float> scratch)
    {
        if (_distinct?.Paying(group) is { } rows)
        {
            ByDistinctRow(rows, first, start, join, destination, stride, scratch);
            return;
        }

        _layer.Multiply(_parameters, group.Start, group.Width, first, panels, new StridedMatrix(_x[group.Start..], _layout.Stride), start, join, _rows, destination, stride);
    }

    private void ByDistinctRow(DistinctRows field, int panel, Start start, Join join, Span<float> destination, int stride, Span<float> scratch)
    {
        ReadOnlySpan<float> products = _distinct!.Products(field, _tower);
        int productStride = _layer.Stride;
        if (products.IsEmpty)
        {
            StridedMatrix values = new(field.Values, field.Group.Width);
            _layer.Multiply(_parameters, field.Group.Start, field.Group.Width, panel, 1, values, default, Join.None, field.Entries, scratch, PanelWidth);
            products = scratch;
            productStride = PanelWidth;
        }
        else
        {
            products = products[(panel * PanelWidth)..];
        }

        RowGather.AddEntries(products, productStride, field.Index.Slice(_distinct.Offset + _firstRow, _rows), join == Join.None ? default : start.Values, start.RowStride, destination, stride);
        if (join == Join.AfterRectified)
        {
            Rectifier.Rows(destination, stride, _rows, PanelWidth);
        }
    }

    /// <summary>z = start + scratch; z = start without scratch; max(0, z) where it is rectified.</summary>
    private void AddRows(Start start, ReadOnlySpan<float> scratch, bool rectify, int panels, Span<float> z, int zStride)
    {
        for (int p = 0; p < panels; p++)
        {
            ReadOnlySpan<float> addend = scratch.IsEmpty ? default : scratch[(p * PanelWidth)..];
            RowGather.AddRows(start.Values[(p * start.PanelStride)..], start.RowStride, addend, panels * PanelWidth, _rows, z[(p * PanelWidth)..], zStride);
        }

        if (rectify)
        {
            Rectifier.Rows(z, zStride, _rows, panels * PanelWidth);
        }
    }
}
