using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>The last layer of a tower with hidden layers: logit = h · w + b, one dot product a row in 16 fixed lanes.</summary>
internal sealed class LogitLayer
{
    internal LogitLayer(string name, int inputs, int offset)
    {
        Name = name;
        Inputs = inputs;
        KernelOffset = offset;
        BiasOffset = offset + ((inputs + 15) / 16 * 16);
    }

    internal string Name { get; }

    internal int Inputs { get; }

    internal int KernelOffset { get; }

    internal int BiasOffset { get; }

    internal int End => BiasOffset + 16;

    /// <summary>logit[r] = h[r] · w + b. [rows]</summary>
    internal void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> h, int hStride, int rows, Span<float> logits) =>
        FixedDot.Rows(h, hStride, parameters.Slice(KernelOffset, Inputs), parameters[BiasOffset], logits[..rows]);

    /// <summary>dh[r, k] = w[k] dLogit[r]. [rows x inputs]</summary>
    internal void BackwardInput(ReadOnlySpan<float> parameters, ReadOnlySpan<float> dLogits, int rows, Span<float> dh, int dhStride)
    {
        ReadOnlySpan<float> w = parameters.Slice(KernelOffset, Inputs);
        for (int r = 0; r < rows; r++)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(w, dLogits[r], dh.Slice(r * dhStride, Inputs));
        }
    }

    /// <summary>dw[k] = begin + sum over rows of h[row, k] dLogit[row]; db = begin + sum over rows of dLogit[row]; in the order of rows.</summary>
    internal void BackwardWeight(ReadOnlySpan<float> h, int hStride, ReadOnlySpan<float> dLogits, int rows, Span<float> gradients, bool accumulate)
    {
        Span<float> dw = gradients.Slice(KernelOffset, Inputs);
        ref float db = ref gradients[BiasOffset];
        if (!accumulate)
        {
            dw.Clear();
            db = 0f;
        }

        for (int r = 0; r < rows; r++)
        {
            System.Numerics.Tensors.TensorPrimitives.FusedMultiplyAdd(h.Slice(r * hStride, Inputs), dLogits[r], dw, dw);
            db += dLogits[r];
        }
    }
}
