using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// Where pCVR joins the head F(x, pCVR) of the exposure-to-conversion path: y = z + σ(b) u, with z = x W + bias, b a task's logit and u
/// a weight for each unit (docs/family/path.md).
/// </summary>
internal sealed class PathBlock(string name, Block z, int task, bool stopGradient, int offset) : Block(name, z.Width, z.Stride - 16)
{
    internal int End => offset + ((Width + 15) / 16 * 16);

    internal override IEnumerable<Block> Sources => [z];

    internal override IEnumerable<TowerTensor> Tensors => [new(Name + ".kernel", [1, Width], i => offset + i)];

    internal override int Tiles => 1;

    internal override (int Start, int Length) TileRange(int tile) => (offset, End - offset);

    internal override void Forward(in BlockPass pass)
    {
        ReadOnlySpan<float> u = pass.Parameters.Slice(offset, Width), logits = pass.Workspace.Logits(task).Slice(pass.FirstRow, pass.Rows);
        for (int r = 0; r < pass.Rows; r++)
        {
            TensorPrimitives.FusedMultiplyAdd(u, (float)ExactMath.Sigmoid(logits[r]), pass.Row(z, r), pass.Row(this, r));
        }
    }

    /// <summary>dz = dy; db = (dy · u) σ(b) σ(−b), added to the task's slope unless the gradient stops here.</summary>
    internal override void Backward(in BlockPass pass)
    {
        ReadOnlySpan<float> u = pass.Parameters.Slice(offset, Width);
        Span<float> logits = pass.Workspace.Logits(task).Slice(pass.FirstRow, pass.Rows), dLogits = pass.Workspace.DLogits(task).Slice(pass.FirstRow, pass.Rows);
        for (int r = 0; r < pass.Rows; r++)
        {
            ReadOnlySpan<float> dy = pass.SlopeRow(this, r);
            Span<float> dz = pass.SlopeRow(z, r);
            TensorPrimitives.Add(dz, dy, dz);
            if (!stopGradient)
            {
                dLogits[r] += (float)(FixedDot.Dot(dy, u) * ExactMath.Sigmoid(logits[r]) * ExactMath.Sigmoid(-logits[r]));
            }
        }
    }

    /// <summary>du = sum over rows of dy σ(b).</summary>
    internal override void BackwardWeights(int tile, in BlockPass pass, Span<float> gradients, bool accumulate)
    {
        Span<float> du = gradients.Slice(offset, Width);
        if (!accumulate)
        {
            du.Clear();
        }

        ReadOnlySpan<float> logits = pass.Workspace.Logits(task);
        for (int r = 0; r < pass.Rows; r++)
        {
            TensorPrimitives.FusedMultiplyAdd(pass.SlopeRow(this, r), (float)ExactMath.Sigmoid(logits[r]), du, du);
        }
    }
}
