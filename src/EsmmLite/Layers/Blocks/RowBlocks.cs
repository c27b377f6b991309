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
    private bool _begins;

    internal int End => offset + (2 * _padded);

    internal override IEnumerable<Block> Sources => [x];

    internal override IEnumerable<TowerTensor> Tensors => [new(Name + ".gain", [Width], i => offset + i), new(Name + ".bias", [Width], i => offset + _padded + i)];

    internal override int Tiles => 1;

    internal override (int Start, int Length) TileRange(int tile) => (offset, 2 * _padded);

    internal override void Initialise(Span<float> parameters) => parameters.Slice(offset, Width).Fill(1f);

    internal override bool Begin(Block source) => _begins = true;

    internal override void Forward(in BlockPass pass)
    {
        ReadOnlySpan<float> gain = pass.Parameters.Slice(offset, Width), bias = pass.Parameters.Slice(offset + _padded, Width);
        for (int r = 0; r < pass.Rows; r++)
        {
            ReadOnlySpan<float> row = pass.Row(x, r);
            (float mean, float scale) = Moments(row);
            LayerNormalisation.Forward(row, mean, scale, gain, bias, pass.Row(this, r));
        }
    }

    /// <summary>With n = (x − mean) scale and d = γ dy: dx = scale (d − mean of d − n · mean of d n).</summary>
    internal override void Backward(in BlockPass pass)
    {
        ReadOnlySpan<float> gain = pass.Parameters.Slice(offset, Width);
        Span<float> n = stackalloc float[Width], d = stackalloc float[Width];
        for (int r = 0; r < pass.Rows; r++)
        {
            ReadOnlySpan<float> row = pass.Row(x, r);
            (float mean, float scale) = Moments(row);
            LayerNormalisation.Slopes(row, mean, scale, gain, pass.SlopeRow(this, r), n, d);
            (double sumD, double sumDn) = RowMoments.Of(d, n);
            LayerNormalisation.Backward(n, d, (float)(sumD / Width), (float)(sumDn / Width), scale, pass.SlopeRow(x, r), accumulate: !_begins);
        }
    }

    internal override void BackwardWeights(int tile, in BlockPass pass, Span<float> gradients, bool accumulate)
    {
        Span<float> dGain = gradients.Slice(offset, Width), dBias = gradients.Slice(offset + _padded, Width);
        if (!accumulate)
        {
            dGain.Clear();
            dBias.Clear();
        }

        for (int r = 0; r < pass.Rows; r++)
        {
            ReadOnlySpan<float> row = pass.Row(x, r);
            (float mean, float scale) = Moments(row);
            LayerNormalisation.BackwardWeights(row, mean, scale, pass.SlopeRow(this, r), dGain, dBias);
        }
    }

    private (float Mean, float Scale) Moments(ReadOnlySpan<float> row)
    {
        (double sum, double squares) = RowMoments.Of(row);
        double mean = sum / Width, variance = Math.Max(0, (squares / Width) - (mean * mean));
        return ((float)mean, (float)(1 / Math.Sqrt(variance + Epsilon)));
    }
}

/// <summary>
/// Dropout: in training, a value is 0 with a probability and otherwise divided by the rest of it. What is dropped is a function of
/// seed, layer, step and row of the batch. Scoring has none. Nothing else may read x. Source: Srivastava et al. 2014.
/// </summary>
internal sealed class DropoutBlock(string name, Block x, double rate, ulong seed) : Block(name, x.Width, x.Stride - 16)
{
    private readonly float _keep = (float)(1 / (1 - rate));

    internal override Block Place => x.Place;

    internal override IEnumerable<Block> Sources => [x];

    internal override void Forward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows && pass.Workspace.IsTraining; r++)
        {
            Dropping.Apply(Draws(pass, r), rate, _keep, pass.Row(this, r));
        }
    }

    /// <summary>What forward did to the values. A rectifier before it passes nothing on where a value is 0, dropped or not: no need to draw again.</summary>
    internal override void Backward(in BlockPass pass)
    {
        bool gated = x.Place != x;
        for (int r = 0; r < pass.Rows; r++)
        {
            Span<float> dy = pass.SlopeRow(this, r);
            if (gated)
            {
                TensorPrimitives.Multiply(dy, _keep, dy);
            }
            else
            {
                Dropping.Apply(Draws(pass, r), rate, _keep, dy);
            }
        }
    }

    private SplitMix Draws(in BlockPass pass, int row) =>
        SplitMix.Stream(seed ^ ((ulong)pass.Workspace.Step << 20), ((ulong)Index << 32) + (ulong)(pass.Workspace.BlockStart + pass.FirstRow + row));
}
