using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// A dense layer, z = x W + b, over a block of parameters that belongs to the towers. It is stored in panels of 32 outputs: a
/// panel holds its [inputs][32] of the kernel and below them the 32 values of the bias; outputs are padded with zeros to whole panels.
/// For scoring, the kernel's values may be brain floats, two in the place of a float.
/// </summary>
internal sealed class DenseLayer
{
    private const int PanelWidth = MatrixProduct.PanelWidth;

    private readonly bool _brain;

    internal DenseLayer(string name, int inputs, int outputs, int offset, bool brain)
    {
        _brain = brain;
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
        Offset = offset;
        Panels = (outputs + PanelWidth - 1) / PanelWidth;
        InputPanels = (inputs + PanelWidth - 1) / PanelWidth;
        KernelLength = inputs * PanelWidth / (brain ? 2 : 1);
    }

    internal string Name { get; }

    internal int Inputs { get; }

    internal int Outputs { get; }

    internal int Panels { get; }

    /// <summary>Outputs padded to whole panels.</summary>
    internal int PaddedOutputs => Panels * PanelWidth;

    /// <summary>Where its panels begin in the block of parameters.</summary>
    internal int Offset { get; }

    /// <summary>Floats of a panel: the kernel's and the bias's.</summary>
    internal int PanelLength => KernelLength + PanelWidth;

    internal int End => Offset + (Panels * PanelLength);

    /// <summary>Floats from one row of outputs to the next.</summary>
    internal int Stride => PaddedOutputs + 16;

    /// <summary>Floats that a panel's share of the kernel takes.</summary>
    private int KernelLength { get; }

    /// <summary>Bytes of the kernel for the way back: none until it is needed, so a scorer has none.</summary>
    internal long TransposedBytes => (long)Transposed.Length * sizeof(float);

    /// <summary>The kernel for the way back, [inputs / 32][outputs][32]; made anew by <see cref="Transpose"/> when weights change.</summary>
    private float[] Transposed { get; set; } = [];

    private int InputPanels { get; }

    /// <summary>h = max(0, b + sum over k of x[k] W[k]), in the order of k. [rows x outputs]</summary>
    internal void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int xStride, int rows, Span<float> h) =>
        Multiply(parameters, 0, Inputs, 0, Panels, new StridedMatrix(x, xStride), Bias(parameters), Join.BeforeRectified, rows, h, Stride);

    /// <summary>The product with the kernel's rows of some inputs, for some panels of outputs. [rows x 32 a panel]</summary>
    internal void Multiply(ReadOnlySpan<float> parameters, int firstInput, int inputs, int firstPanel, int panels, StridedMatrix x, Start start, Join join, int rows, Span<float> destination, int stride)
    {
        if (_brain)
        {
            MatrixProduct.Multiply(x, Kernel<ushort>(parameters, firstInput, firstPanel, panels), start, join, rows, inputs, destination, stride);
        }
        else
        {
            MatrixProduct.Multiply(x, Kernel<float>(parameters, firstInput, firstPanel, panels), start, join, rows, inputs, destination, stride);
        }
    }

    /// <summary>start + the products with the kernel's rows of some inputs each, one after another; rectified where asked. [rows x 32 a panel]</summary>
    internal void MultiplyRanges(ReadOnlySpan<float> parameters, ReadOnlySpan<ColumnRange> inputs, StridedMatrix x, Start start, bool rectify, int rows, Span<float> destination, int stride)
    {
        if (_brain)
        {
            ProductSum.Multiply(x, Kernel<ushort>(parameters, 0, 0, Panels), inputs, start, rectify, rows, destination, stride);
        }
        else
        {
            ProductSum.Multiply(x, Kernel<float>(parameters, 0, 0, Panels), inputs, start, rectify, rows, destination, stride);
        }
    }

    /// <summary>Makes room for what the way back needs; to be called before <see cref="Transpose"/>.</summary>
    internal void PrepareTraining()
    {
        if (_brain)
        {
            throw new NotSupportedException("Brain floats can be scored with, not trained.");
        }

        if (Transposed.Length == 0)
        {
            Transposed = new float[InputPanels * Outputs * PanelWidth];
        }
    }

    /// <summary>Fills this layer of brain floats from the same layer of floats.</summary>
    internal void NarrowFrom(DenseLayer source, ReadOnlySpan<float> parameters, Span<float> destination)
    {
        for (int p = 0; p < Panels; p++)
        {
            ReadOnlySpan<float> from = parameters.Slice(source.Offset + (p * source.PanelLength), source.PanelLength);
            Span<float> to = destination.Slice(Offset + (p * PanelLength), PanelLength);
            int bad = BrainFloat.NarrowPanel(from[..source.KernelLength], MemoryMarshal.Cast<float, ushort>(to[..KernelLength]));
            if (bad >= 0)
            {
                throw Narrowing.NotFinite(Name + ".kernel", bad / PanelWidth, (p * PanelWidth) + (bad % PanelWidth), from[bad]);
            }

            from[source.KernelLength..].CopyTo(to[KernelLength..]);
        }
    }

    /// <summary>dx[k] = begin + sum over n of dz[n] W[k, n], in the order of n. [rows x inputs]</summary>
    /// <param name="dz">[rows x outputs]</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="dx">Destination. [rows x inputs, padded to panels]</param>
    /// <param name="dxStride">From one row of it to the next.</param>
    /// <param name="accumulate">Whether the sums go on from what the destination holds.</param>
    internal void BackwardInput(ReadOnlySpan<float> dz, int rows, Span<float> dx, int dxStride, bool accumulate) => BackwardInput(0, InputPanels, dz, rows, dx, dxStride, accumulate);

    /// <summary>The same for some panels of inputs only.</summary>
    internal void BackwardInput(int firstPanel, int panels, ReadOnlySpan<float> dz, int rows, Span<float> dx, int dxStride, bool accumulate)
    {
        Span<float> destination = dx[(firstPanel * PanelWidth)..];
        Panels<float> kernel = new(Transposed.AsSpan(firstPanel * Outputs * PanelWidth), panels, Outputs * PanelWidth);
        MatrixProduct.Multiply(new StridedMatrix(dz, Stride), kernel, new Start(destination, dxStride, PanelWidth), accumulate ? Join.Before : Join.None, rows, Outputs, destination, dxStride);
    }

    /// <summary>dz of the layer before: dx where its outputs are above 0. [rows x inputs, padded to panels]</summary>
    /// <param name="dz">[rows x outputs]</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="before">Outputs of the layer before, and its gradients: [rows x inputs, padded to panels], rows <paramref name="stride"/> floats apart.</param>
    /// <param name="dBefore">Destination.</param>
    /// <param name="stride">From one row to the next.</param>
    internal void BackwardRectified(ReadOnlySpan<float> dz, int rows, ReadOnlySpan<float> before, Span<float> dBefore, int stride) =>
        MatrixProduct.Multiply(new StridedMatrix(dz, Stride), new Panels<float>(Transposed, InputPanels, Outputs * PanelWidth), new Start(before, stride, PanelWidth), Join.Gated, rows, Outputs, dBefore, stride);

    /// <summary>
    /// One panel of dW[k, n] = begin + sum over rows of x[row, k] dz[row, n] and of db[n] = begin + sum over rows of dz[row, n], in the order of rows.
    /// </summary>
    internal void BackwardWeight(int panel, ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> dz, int rows, Span<float> gradients, bool accumulate)
    {
        BackwardKernel(panel, 0, Inputs, x, xStride, dz, rows, gradients, accumulate);
        BackwardBias(panel, dz, rows, gradients, accumulate);
    }

    /// <summary>One panel of dW for some inputs.</summary>
    internal void BackwardKernel(int panel, int firstInput, int inputs, ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> dz, int rows, Span<float> gradients, bool accumulate)
    {
        Span<float> kernel = KernelRows(panel, firstInput, inputs, gradients);
        Panels<float> slopes = new(dz[(panel * PanelWidth)..], 1, 0, Stride);
        MatrixProduct.Multiply(new StridedMatrix(x[firstInput..], 1, xStride), slopes, new Start(kernel, PanelWidth, 0), accumulate ? Join.Before : Join.None, inputs, rows, kernel, PanelWidth);
    }

    /// <summary>One panel of db.</summary>
    internal void BackwardBias(int panel, ReadOnlySpan<float> dz, int rows, Span<float> gradients, bool accumulate) =>
        ColumnSum.Panel(dz[(panel * PanelWidth)..], Stride, rows, KernelRows(panel, Inputs, 1, gradients), accumulate);

    /// <summary>One panel's share of some rows of the kernel. [inputs][32]</summary>
    internal Span<float> KernelRows(int panel, int firstInput, int inputs, Span<float> block) => block.Slice(Offset + (panel * PanelLength) + (firstInput * PanelWidth), inputs * PanelWidth);

    /// <summary>Brings one panel's share of the kernel for the way back up to date.</summary>
    internal void Transpose(int panel, ReadOnlySpan<float> parameters)
    {
        if (Transposed.Length == 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the towers are not prepared for training", Name, hint: "Create a workspace for training first.");
        }

        int first = panel * PanelWidth, columns = Math.Min(PanelWidth, Outputs - first);
        ReadOnlySpan<float> kernel = parameters.Slice(Offset + (panel * PanelLength), Inputs * PanelWidth);
        for (int k = 0; k < Inputs; k += PanelWidth)
        {
            int depth = Math.Min(PanelWidth, Inputs - k);
            Span<float> block = Transposed.AsSpan(((k / PanelWidth * Outputs) + first) * PanelWidth, columns * PanelWidth);
            ReadOnlySpan<float> source = kernel.Slice(k * PanelWidth, depth * PanelWidth);
            Transposition.Block(source, depth, columns, block);
        }
    }

    /// <summary>Where W[k, n] lies in the block of parameters.</summary>
    internal int KernelIndex(int k, int n) => _brain ? throw new NotSupportedException("A brain float has no place among the floats.") : Offset + (n / PanelWidth * PanelLength) + (k * PanelWidth) + (n % PanelWidth);

    /// <summary>Where b[n] lies in the block of parameters.</summary>
    internal int BiasIndex(int n) => Offset + (n / PanelWidth * PanelLength) + KernelLength + (n % PanelWidth);

    /// <summary>The bias, shared by all rows.</summary>
    internal Start Bias(ReadOnlySpan<float> parameters) => new(parameters[(Offset + KernelLength)..End], 0, PanelLength);

    /// <summary>Some panels of the kernel, from an input on.</summary>
    private Panels<T> Kernel<T>(ReadOnlySpan<float> parameters, int firstInput, int firstPanel, int panels)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<float, T>(parameters[(Offset + (firstPanel * PanelLength))..End]);
        return new Panels<T>(values[(firstInput * PanelWidth)..], panels, PanelLength * sizeof(float) / Unsafe.SizeOf<T>());
    }
}
