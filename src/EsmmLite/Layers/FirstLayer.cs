using System.Numerics.Tensors;
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

    /// <param name="layer">The layer.</param>
    /// <param name="layout">Which columns form a group.</param>
    /// <param name="parameters">The towers' parameters.</param>
    /// <param name="x">Inputs. [rows x layout stride]</param>
    /// <param name="rows">Number of rows.</param>
    internal FirstLayer(DenseLayer layer, InputLayout layout, ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int rows)
    {
        _layer = layer;
        _layout = layout;
        _parameters = parameters;
        _x = x;
        _rows = rows;
    }

    /// <summary>Floats of scratch for some rows.</summary>
    internal static int ScratchLength(int rows) => rows * MatrixProduct.PanelsTogether(rows) * PanelWidth;

    /// <summary>z = start + the groups of some parts.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="start">The bias, or what <see cref="Forward"/> made of the parts before.</param>
    /// <param name="z">Destination. [rows x layer stride]</param>
    /// <param name="scratch">[<see cref="ScratchLength"/>]</param>
    internal void Forward(Part parts, Start start, Span<float> z, Span<float> scratch)
    {
        // With one panel at a time its column of z stays in the first-level cache from group to group.
        int together = MatrixProduct.PanelsTogether(_rows);
        for (int p = 0; p < _layer.Panels; p += together)
        {
            int panels = Math.Min(together, _layer.Panels - p);
            Start from = new(start.Values[(p * start.PanelStride)..], start.RowStride, start.PanelStride);
            Panel(parts, p, panels, from, z[(p * PanelWidth)..], scratch);
        }
    }

    private void Panel(Part parts, int first, int panels, Start from, Span<float> z, Span<float> scratch)
    {
        Start sum = new(z, _layer.Stride, PanelWidth);
        bool begun = false;
        foreach (Part part in (ReadOnlySpan<Part>)[Part.Request, Part.Candidate, Part.Spanning])
        {
            ReadOnlySpan<InputGroup> groups = _layout.GroupsOf(part & parts);
            if (part == Part.Request || groups.Length <= 1)
            {
                // The request's groups join the bias one by one; a part of one group joins as it is.
                foreach (InputGroup group in groups)
                {
                    Product(group, first, panels, begun ? sum : from, Join.After, z, _layer.Stride);
                    begun = true;
                }

                continue;
            }

            // Another part is summed by itself first.
            int width = panels * PanelWidth;
            Start partSum = new(scratch, width, PanelWidth);
            for (int g = 0; g < groups.Length; g++)
            {
                Product(groups[g], first, panels, partSum, g == 0 ? Join.None : Join.After, scratch, width);
            }

            AddRows(begun ? sum : from, scratch, panels, z);
            begun = true;
        }

        if (!begun)
        {
            AddRows(from, default, panels, z);
        }
    }

    private void Product(InputGroup group, int first, int panels, Start start, Join join, Span<float> destination, int stride)
    {
        Panels<float> kernel = _layer.Kernel(_parameters, group.Start);
        kernel = new Panels<float>(kernel.Values[(first * kernel.Distance)..], panels, kernel.Distance);
        MatrixProduct.Multiply(new StridedMatrix(_x[group.Start..], _layout.Stride), kernel, start, join, _rows, group.Width, destination, stride);
    }

    /// <summary>z = start + scratch; z = start without scratch.</summary>
    private void AddRows(Start start, ReadOnlySpan<float> scratch, int panels, Span<float> z)
    {
        for (int r = 0; r < _rows; r++)
        {
            for (int p = 0; p < panels; p++)
            {
                ReadOnlySpan<float> from = start.Values.Slice((r * start.RowStride) + (p * start.PanelStride), PanelWidth);
                Span<float> to = z.Slice((r * _layer.Stride) + (p * PanelWidth), PanelWidth);
                if (scratch.IsEmpty)
                {
                    from.CopyTo(to);
                }
                else
                {
                    TensorPrimitives.Add(from, scratch.Slice(((r * panels) + p) * PanelWidth, PanelWidth), to);
                }
            }
        }
    }
}
