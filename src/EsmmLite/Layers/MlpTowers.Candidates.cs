using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

// Candidates whose part of the first layers was computed before: z = (Zr + Zc) + X leaves one addition of it.
public sealed partial class MlpTowers
{
    internal override bool KeepsCandidateParts => true;

    internal override void CandidatePart(InputLayout layout, ReadOnlySpan<float> input, Span<float> destination)
    {
        for (int t = 0; t < _towers.Length; t++)
        {
            DenseLayer first = _towers[t].Dense[0];
            Span<float> part = destination[..first.PaddedOutputs];
            part.Clear();
            new FirstLayer(first, layout, Parameters, input, 1, null, t).SumOfPart(layout.GroupsOf(Part.Candidate, t), 0, first.Panels, part, first.PaddedOutputs, default);
            destination = destination[first.PaddedOutputs..];
        }
    }

    internal override void ForwardCandidateParts(InputLayout layout, ReadOnlySpan<float> inputs, ReadOnlySpan<float[]?> parts, TowerWorkspace workspace)
    {
        MlpWorkspace memory = (MlpWorkspace)workspace;
        int needed = FirstLayer.ScratchLength(parts.Length);
        Span<float> scratch = needed <= FirstLayer.MostOnStack ? stackalloc float[needed] : new float[needed];
        int offset = 0;
        for (int t = 0; t < _towers.Length; t++)
        {
            DenseLayer first = _towers[t].Dense[0];
            bool candidate = !layout.GroupsOf(Part.Candidate, t).IsEmpty, spanning = !layout.GroupsOf(Part.Spanning, t).IsEmpty;
            ReadOnlySpan<float> request = memory.RequestPart(t)[..first.PaddedOutputs];
            Span<float> z = memory.Outputs(t, 0, 0);
            for (int r = 0; r < parts.Length; r++)
            {
                // Parts come from memory: the next one is asked for while this one is added.
                if (candidate && r + 1 < parts.Length)
                {
                    Prefetch.Row(ref parts[r + 1]![offset], first.PaddedOutputs);
                }

                // A model without candidate fields has no Zc: nothing is added, not even a zero.
                Span<float> row = z.Slice(r * first.Stride, first.PaddedOutputs);
                if (candidate)
                {
                    TensorPrimitives.Add(request, parts[r].AsSpan(offset, first.PaddedOutputs), row);
                }
                else
                {
                    request.CopyTo(row);
                }
            }

            if (spanning)
            {
                new FirstLayer(first, layout, Parameters, inputs, parts.Length, null, t).Forward(Part.Spanning, Rectifies(t), new Start(z, first.Stride, PanelWidth), z, scratch);
            }
            else if (Rectifies(t))
            {
                Rectifier.Rows(z, first.Stride, parts.Length, first.PaddedOutputs);
            }

            offset += first.PaddedOutputs;
            ForwardRest(t, 0, parts.Length, memory);
        }
    }
}
