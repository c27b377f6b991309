using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>y = a + b, a residual connection.</summary>
internal sealed class AddBlock(string name, Block a, Block b) : Block(name, a.Width, a.Stride - 16)
{
    internal override IEnumerable<Block> Sources => [a, b];

    internal override void Forward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows; r++)
        {
            TensorPrimitives.Add(pass.Row(a, r), pass.Row(b, r), pass.Row(this, r));
        }
    }

    internal override void Backward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows; r++)
        {
            Span<float> dy = pass.SlopeRow(this, r), da = pass.SlopeRow(a, r), db = pass.SlopeRow(b, r);
            TensorPrimitives.Add(da, dy, da);
            TensorPrimitives.Add(db, dy, db);
        }
    }
}

/// <summary>Layer normalisation: y = γ (x − mean) / √(variance + ε) + β over the values of a row. Source: Ba, Kiros and Hinton 2016.</summary>
internal sealed class NormBlock(string name, Block x, int offset) : Block(name, x.Width, x.Stride - 16)
{
    private const double Epsilon = 1e-5;

    // Gains, then biases, each padded to a whole line.
    private readonly int _padded = (x.Width + 15) / 16 * 16;
    private readonly float[] _ones = [.. Enumerable.Repeat(1f, x.Width)];

    internal int End => offset + (2 * _padded);

    internal override IEnumerable<Block> Sources => [x];

    internal override IEnumerable<TowerTensor> Tensors => [new(Name + ".gain", [Width], i => offset + i), new(Name + ".bias", [Width], i => offset + _padded + i)];

    internal override int Tiles => 1;

    internal override (int Start, int Length) TileRange(int tile) => (offset, 2 * _padded);

    internal override void Initialise(Span<float> parameters) => parameters.Slice(offset, Width).Fill(1f);

    internal override void Forward(in BlockPass pass)
    {
        ReadOnlySpan<float> gain = pass.Parameters.Slice(offset, Width), bias = pass.Parameters.Slice(offset + _padded, Width);
        for (int r = 0; r < pass.Rows; r++)
        {
            (float mean, float scale) = Moments(pass.Row(x, r));
            Span<float> y = pass.Row(this, r);
            TensorPrimitives.Subtract(pass.Row(x, r), mean, y);
            TensorPrimitives.Multiply(y, scale, y);
            TensorPrimitives.FusedMultiplyAdd(y, gain, bias, y);
        }
    }

    /// <summary>With n = (x − mean) scale and d = γ dy: dx = scale (d − mean of d − n · mean of d n).</summary>
    internal override void Backward(in BlockPass pass)
    {
        ReadOnlySpan<float> gain = pass.Parameters.Slice(offset, Width);
        Span<float> n = stackalloc float[Width], d = stackalloc float[Width];
        for (int r = 0; r < pass.Rows; r++)
        {
            (float mean, float scale) = Moments(pass.Row(x, r));
            TensorPrimitives.Subtract(pass.Row(x, r), mean, n);
            TensorPrimitives.Multiply(n, scale, n);
            TensorPrimitives.Multiply(pass.SlopeRow(this, r), gain, d);
            float meanD = (float)(SquareSum.Dot(d, _ones) / Width), meanDn = (float)(SquareSum.Dot(d, n) / Width);
            Span<float> dx = pass.SlopeRow(x, r);
            TensorPrimitives.FusedMultiplyAdd(n, -meanDn, d, n);
            TensorPrimitives.Subtract(n, meanD, n);
            TensorPrimitives.FusedMultiplyAdd(n, scale, dx, dx);
        }
    }

    internal override void BackwardWeights(int tile, in BlockPass pass, Span<float> gradients, bool accumulate)
    {
        Span<float> dGain = gradients.Slice(offset, Width), dBias = gradients.Slice(offset + _padded, Width), n = stackalloc float[Width];
        if (!accumulate)
        {
            dGain.Clear();
            dBias.Clear();
        }

        for (int r = 0; r < pass.Rows; r++)
        {
            (float mean, float scale) = Moments(pass.Row(x, r));
            ReadOnlySpan<float> dy = pass.SlopeRow(this, r);
            TensorPrimitives.Subtract(pass.Row(x, r), mean, n);
            TensorPrimitives.Multiply(n, scale, n);
            TensorPrimitives.FusedMultiplyAdd(n, dy, dGain, dGain);
            TensorPrimitives.Add(dBias, dy, dBias);
        }
    }

    private (float Mean, float Scale) Moments(ReadOnlySpan<float> row)
    {
        double mean = SquareSum.Dot(row, _ones) / Width, variance = Math.Max(0, (SquareSum.Of(row) / Width) - (mean * mean));
        return ((float)mean, (float)(1 / Math.Sqrt(variance + Epsilon)));
    }
}

/// <summary>
/// Dropout: in training, a value is 0 with a probability and otherwise divided by the rest of it. What is dropped is a function of
/// seed, layer, step and row of the batch. Scoring has none. Source: Srivastava et al. 2014.
/// </summary>
internal sealed class DropoutBlock(string name, Block x, double rate, ulong seed) : Block(name, x.Width, x.Stride - 16)
{
    private readonly float _keep = (float)(1 / (1 - rate));

    internal override IEnumerable<Block> Sources => [x];

    internal override void Forward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows; r++)
        {
            Span<float> y = pass.Row(this, r);
            pass.Row(x, r).CopyTo(y);
            if (pass.Workspace.IsTraining)
            {
                Apply(pass, r, y, y);
            }
        }
    }

    internal override void Backward(in BlockPass pass)
    {
        Span<float> kept = stackalloc float[Width];
        for (int r = 0; r < pass.Rows; r++)
        {
            Span<float> dx = pass.SlopeRow(x, r);
            Apply(pass, r, pass.SlopeRow(this, r), kept);
            TensorPrimitives.Add(dx, kept, dx);
        }
    }

    private void Apply(in BlockPass pass, int row, ReadOnlySpan<float> source, Span<float> destination)
    {
        SplitMix random = SplitMix.Stream(seed ^ ((ulong)pass.Workspace.Step << 20), ((ulong)Index << 32) + (ulong)(pass.Workspace.BlockStart + pass.FirstRow + row));
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = random.NextSingle() < rate ? 0f : source[i] * _keep;
        }
    }
}
