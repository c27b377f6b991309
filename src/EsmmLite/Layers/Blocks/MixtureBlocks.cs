using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>A gate: softmax of a block's values, in double, rounded once.</summary>
internal sealed class SoftmaxBlock(string name, Block x) : Block(name, x.Width, x.Stride - 16)
{
    internal override IEnumerable<Block> Sources => [x];

    internal override void Forward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows; r++)
        {
            Softmax.Of(pass.Row(x, r), pass.Row(this, r));
        }
    }

    internal override void Backward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows; r++)
        {
            Softmax.Backward(pass.Row(this, r), pass.SlopeRow(this, r), pass.SlopeRow(x, r));
        }
    }
}

/// <summary>y = Σ gate[e] · expert e: MMoE's and PLE's mixtures.</summary>
internal sealed class MixtureBlock(string name, Block gate, Block[] experts) : Block(name, experts[0].Width, experts[0].Stride - 16)
{
    internal override IEnumerable<Block> Sources => [gate, .. experts];

    internal override void Forward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows; r++)
        {
            ReadOnlySpan<float> shares = pass.Row(gate, r);
            Span<float> y = pass.Row(this, r);
            TensorPrimitives.Multiply(pass.Row(experts[0], r), shares[0], y);
            for (int e = 1; e < experts.Length; e++)
            {
                TensorPrimitives.FusedMultiplyAdd(pass.Row(experts[e], r), shares[e], y, y);
            }
        }
    }

    /// <summary>d expert e = gate[e] dy; d gate[e] = dy · expert e.</summary>
    internal override void Backward(in BlockPass pass)
    {
        for (int r = 0; r < pass.Rows; r++)
        {
            ReadOnlySpan<float> shares = pass.Row(gate, r), dy = pass.SlopeRow(this, r);
            Span<float> dGate = pass.SlopeRow(gate, r);
            for (int e = 0; e < experts.Length; e++)
            {
                Span<float> dExpert = pass.SlopeRow(experts[e], r);
                TensorPrimitives.FusedMultiplyAdd(dy, shares[e], dExpert, dExpert);
                dGate[e] += FixedDot.Dot(dy, pass.Row(experts[e], r));
            }
        }
    }
}

/// <summary>
/// AITM's transfer: of two candidates, what the task before passes on and the task's own, each with value, key and query side by side,
/// z = w_p value(p) + w_q value(q), w = softmax(key · query / √k). Source: Xi et al. 2021.
/// </summary>
internal sealed class TransferBlock(string name, Block p, Block q) : Block(name, p.Width / 3, ((p.Width / 3) + 31) / 32 * 32)
{
    internal override IEnumerable<Block> Sources => [p, q];

    internal override void Forward(in BlockPass pass)
    {
        Span<float> w = stackalloc float[2];
        for (int r = 0; r < pass.Rows; r++)
        {
            Weights(pass, r, w);
            Span<float> z = pass.Row(this, r);
            TensorPrimitives.Multiply(pass.Row(p, r)[..Width], w[0], z);
            TensorPrimitives.FusedMultiplyAdd(pass.Row(q, r)[..Width], w[1], z, z);
        }
    }

    /// <summary>d value(u) = w_u dz; d w_u = dz · value(u); through the softmax to the score; d key = query d score / √k and the other way round.</summary>
    internal override void Backward(in BlockPass pass)
    {
        Span<float> w = stackalloc float[2], dw = stackalloc float[2], dScore = stackalloc float[2];
        float scale = (float)(1 / Math.Sqrt(Width));
        for (int r = 0; r < pass.Rows; r++)
        {
            Weights(pass, r, w);
            ReadOnlySpan<float> dz = pass.SlopeRow(this, r);
            dw[0] = FixedDot.Dot(dz, pass.Row(p, r)[..Width]);
            dw[1] = FixedDot.Dot(dz, pass.Row(q, r)[..Width]);
            dScore.Clear();
            Softmax.Backward(w, dw, dScore);
            for (int u = 0; u < 2; u++)
            {
                Block block = u == 0 ? p : q;
                ReadOnlySpan<float> key = pass.Row(block, r).Slice(Width, Width), query = pass.Row(block, r).Slice(2 * Width, Width);
                Span<float> dRow = pass.SlopeRow(block, r), dValue = dRow[..Width], dKey = dRow.Slice(Width, Width), dQuery = dRow.Slice(2 * Width, Width);
                TensorPrimitives.FusedMultiplyAdd(dz, w[u], dValue, dValue);
                TensorPrimitives.FusedMultiplyAdd(query, dScore[u] * scale, dKey, dKey);
                TensorPrimitives.FusedMultiplyAdd(key, dScore[u] * scale, dQuery, dQuery);
            }
        }
    }

    private void Weights(in BlockPass pass, int row, Span<float> w)
    {
        float scale = (float)(1 / Math.Sqrt(Width));
        Span<float> scores = [Score(pass.Row(p, row)) * scale, Score(pass.Row(q, row)) * scale];
        Softmax.Of(scores, w);
    }

    private float Score(ReadOnlySpan<float> candidate) => FixedDot.Dot(candidate.Slice(Width, Width), candidate.Slice(2 * Width, Width));
}

/// <summary>Softmax over a few values.</summary>
internal static class Softmax
{
    internal static void Of(ReadOnlySpan<float> x, Span<float> shares)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (float v in x)
        {
            most = Math.Max(most, v);
        }

        Span<double> powers = stackalloc double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            powers[i] = ExactMath.Exp(x[i] - most);
            sum += powers[i];
        }

        for (int i = 0; i < x.Length; i++)
        {
            shares[i] = (float)(powers[i] / sum);
        }
    }

    /// <summary>dx[i] += s[i] (ds[i] − Σ s ds).</summary>
    internal static void Backward(ReadOnlySpan<float> shares, ReadOnlySpan<float> dShares, Span<float> dx)
    {
        double mean = SquareSum.Dot(shares, dShares);
        for (int i = 0; i < dx.Length; i++)
        {
            dx[i] += (float)(shares[i] * (dShares[i] - mean));
        }
    }
}
