using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// A dense layer, z = x W + b, over a block of parameters that belongs to the towers. It is stored in panels of 32 outputs: a
/// panel holds its [inputs][32] of the kernel and below them the 32 values of the bias; outputs are padded with zeros to whole panels.
/// </summary>
internal sealed class DenseLayer
{
    private const int PanelWidth = MatrixProduct.PanelWidth;

    private float[]? _transposed;

    internal DenseLayer(string name, int inputs, int outputs, int offset)
    {
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
        Offset = offset;
        Panels = (outputs + PanelWidth - 1) / PanelWidth;
        InputPanels = (inputs + PanelWidth - 1) / PanelWidth;
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
    internal int PanelLength => (Inputs + 1) * PanelWidth;

    internal int End => Offset + (Panels * PanelLength);

    /// <summary>Floats from one row of outputs to the next.</summary>
    internal int Stride => PaddedOutputs + 16;

    /// <summary>Bytes of the kernel for the way back: none until it is needed, so a scorer has none.</summary>
    internal long TransposedBytes => (long)(_transposed?.Length ?? 0) * sizeof(float);

    /// <summary>The kernel for the way back, [inputs / 32][outputs][32]; made anew by <see cref="Transpose"/> when weights change.</summary>
    private float[] Transposed => _transposed ?? LazyInitializer.EnsureInitialized(ref _transposed, () => new float[InputPanels * Outputs * PanelWidth]);

    private int InputPanels { get; }

    /// <summary>z = b + sum over k of x[k] W[k], in the order of k. [rows x outputs]</summary>
    internal void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> x, int xStride, int rows, Span<float> z) =>
        MatrixProduct.Multiply(new StridedMatrix(x, xStride), Kernel(parameters, 0), Bias(parameters), Join.Before, rows, Inputs, z, Stride);

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
    internal int KernelIndex(int k, int n) => Offset + (n / PanelWidth * PanelLength) + (k * PanelWidth) + (n % PanelWidth);

    /// <summary>Where b[n] lies in the block of parameters.</summary>
    internal int BiasIndex(int n) => KernelIndex(Inputs, n);

    /// <summary>The kernel's panels from an input on.</summary>
    internal Panels<float> Kernel(ReadOnlySpan<float> parameters, int firstInput) => new(parameters.Slice(Offset + (firstInput * PanelWidth), (Panels * PanelLength) - (firstInput * PanelWidth)), Panels, PanelLength);

    /// <summary>The bias, shared by all rows.</summary>
    internal Start Bias(ReadOnlySpan<float> parameters) => new(parameters[(Offset + (Inputs * PanelWidth))..End], 0, PanelLength);
}
