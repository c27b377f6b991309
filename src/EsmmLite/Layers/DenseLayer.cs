using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// A dense layer, z = x W + b, over a block of parameters that belongs to the towers. Its kernel is stored in panels of 32
/// outputs, [outputs / 32][inputs][32], its bias behind it; outputs are padded with zeros to whole panels.
/// </summary>
internal sealed class DenseLayer
{
    private const int PanelWidth = MatrixProduct.PanelWidth;

    internal DenseLayer(string name, int inputs, int outputs, int offset)
    {
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
        Panels = (outputs + PanelWidth - 1) / PanelWidth;
        KernelOffset = offset;
        BiasOffset = offset + (Panels * inputs * PanelWidth);
        InputPanels = (inputs + PanelWidth - 1) / PanelWidth;
        Transposed = new float[InputPanels * outputs * PanelWidth];
    }

    internal string Name { get; }

    internal int Inputs { get; }

    internal int Outputs { get; }

    internal int Panels { get; }

    /// <summary>Outputs padded to whole panels.</summary>
    internal int PaddedOutputs => Panels * PanelWidth;

    internal int KernelOffset { get; }

    internal int BiasOffset { get; }

    internal int End => BiasOffset + PaddedOutputs;

    /// <summary>Floats from one row of outputs to the next.</summary>
    internal int Stride => PaddedOutputs + 16;

    /// <summary>The kernel for the way back, [inputs / 32][outputs][32]; made anew by <see cref="Transpose"/> when weights change.</summary>
    private float[] Transposed { get; }

    private int InputPanels { get; }

    /// <summary>z = b + sum over k of x[k] W[k], in the order of k. [rows x outputs]</summary>
    internal void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int xStride, int rows, Span<float> z)
    {
        for (int p = 0; p < Panels; p++)
        {
            MatrixProduct.Panel(new StridedMatrix(x, xStride), Panel(parameters, p), PanelWidth, Bias(parameters, p), rows, Inputs, z[(p * PanelWidth)..], Stride, Begin.Bias, Finish.Store);
        }
    }

    /// <summary>
    /// The first layer: a sum of parts in a fixed order, z = (Zr + Zc) + X (docs/numerics.md). <paramref name="start"/> is the bias,
    /// or, with the request's part computed before, Zr; each group's product is formed from zero.
    /// </summary>
    internal void ForwardParts(ReadOnlySpan<float> parameters, InputLayout layout, Part parts, ReadOnlySpan<float> start, ReadOnlySpan<float> x, int rows, Span<float> z, Span<float> scratch)
    {
        for (int p = 0; p < Panels; p++)
        {
            Span<float> zPanel = z[(p * PanelWidth)..];
            for (int r = 0; r < rows; r++)
            {
                start.Slice(p * PanelWidth, PanelWidth).CopyTo(zPanel[(r * Stride)..]);
            }

            AddPart(parameters, layout, Part.Request & parts, p, x, rows, zPanel, scratch);
            AddPart(parameters, layout, Part.Candidate & parts, p, x, rows, zPanel, scratch);
            AddPart(parameters, layout, Part.Spanning & parts, p, x, rows, zPanel, scratch);
        }
    }

    /// <summary>dx[k] = begin + sum over n of dz[n] W[k, n], in the order of n. [rows x inputs]</summary>
    internal void BackwardInput(ReadOnlySpan<float> dz, int rows, Span<float> dx, int dxStride, Begin begin)
    {
        for (int p = 0; p < InputPanels; p++)
        {
            ReadOnlySpan<float> panel = Transposed.AsSpan(p * Outputs * PanelWidth, Outputs * PanelWidth);
            MatrixProduct.Panel(new StridedMatrix(dz, Stride), panel, PanelWidth, default, rows, Outputs, dx[(p * PanelWidth)..], dxStride, begin, Finish.Store);
        }
    }

    /// <summary>
    /// One panel of dW[k, n] = begin + sum over rows of x[row, k] dz[row, n] and of db[n] = begin + sum over rows of dz[row, n], in the order of rows.
    /// </summary>
    internal void BackwardWeight(int panel, ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> dz, int rows, Span<float> gradients, Begin begin)
    {
        ReadOnlySpan<float> dzPanel = dz[(panel * PanelWidth)..];
        Span<float> kernel = gradients.Slice(KernelOffset + (panel * Inputs * PanelWidth), Inputs * PanelWidth);
        MatrixProduct.Panel(new StridedMatrix(x, 1, xStride), dzPanel, Stride, default, Inputs, rows, kernel, PanelWidth, begin, Finish.Store);
        Span<float> bias = gradients.Slice(BiasOffset + (panel * PanelWidth), PanelWidth);
        if (begin == Begin.Zero)
        {
            bias.Clear();
        }

        for (int r = 0; r < rows; r++)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(bias, dzPanel.Slice(r * Stride, PanelWidth), bias);
        }
    }

    /// <summary>Brings the kernel for the way back up to date.</summary>
    internal void Transpose(ReadOnlySpan<float> parameters)
    {
        for (int k = 0; k < Inputs; k++)
        {
            Span<float> column = Transposed.AsSpan((k / PanelWidth * Outputs * PanelWidth) + (k % PanelWidth));
            for (int n = 0; n < Outputs; n++)
            {
                column[n * PanelWidth] = parameters[KernelIndex(k, n)];
            }
        }
    }

    /// <summary>Where W[k, n] lies in the block of parameters.</summary>
    internal int KernelIndex(int k, int n) => KernelOffset + (((n / PanelWidth * Inputs) + k) * PanelWidth) + (n % PanelWidth);

    internal ReadOnlySpan<float> Bias(ReadOnlySpan<float> parameters) => parameters.Slice(BiasOffset, PaddedOutputs);

    private ReadOnlySpan<float> Bias(ReadOnlySpan<float> parameters, int panel) => parameters.Slice(BiasOffset + (panel * PanelWidth), PanelWidth);

    private ReadOnlySpan<float> Panel(ReadOnlySpan<float> parameters, int panel) => parameters.Slice(KernelOffset + (panel * Inputs * PanelWidth), Inputs * PanelWidth);

    private void AddPart(ReadOnlySpan<float> parameters, InputLayout layout, Part part, int panel, ReadOnlySpan<float> x, int rows, Span<float> z, Span<float> scratch)
    {
        int groups = layout.GroupsOf(part).Length;

        // The request's groups are added to the bias one by one; another part is summed by itself first, unless it is one group.
        bool direct = part == Part.Request || groups == 1;
        bool first = true;
        foreach (InputGroup group in layout.GroupsOf(part))
        {
            ReadOnlySpan<float> weights = Panel(parameters, panel).Slice(group.Start * PanelWidth, group.Width * PanelWidth);
            StridedMatrix a = new(x[group.Start..], layout.Stride);
            MatrixProduct.Panel(a, weights, PanelWidth, default, rows, group.Width, direct ? z : scratch, direct ? Stride : PanelWidth, Begin.Zero, direct || !first ? Finish.Add : Finish.Store);
            first = false;
        }

        for (int r = 0; r < rows && !direct && groups > 0; r++)
        {
            Span<float> sum = z.Slice(r * Stride, PanelWidth);
            System.Numerics.Tensors.TensorPrimitives.Add(sum, scratch.Slice(r * PanelWidth, PanelWidth), sum);
        }
    }
}
