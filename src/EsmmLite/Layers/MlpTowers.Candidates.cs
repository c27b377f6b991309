using System.Numerics.Tensors;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

// Candidates whose part of the first layers was computed before: z = (Zr + Zc) + X leaves one addition of it.
public sealed partial class MlpTowers
{
    internal override bool KeepsCandidateParts => true;

    internal override void CandidatePart(InputLayout layout, ReadOnlySpan<float> input, Span<float> destination)
    {
        for (int t = 0; t < _scored; t++)
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
        AddParts(layout, parts, memory);
        for (int t = 0; t < _scored; t++)
        {
            DenseLayer first = _towers[t].Dense[0];
            Span<float> z = memory.Outputs(t, 0, 0);
            if (!layout.GroupsOf(Part.Spanning, t).IsEmpty)
            {
                new FirstLayer(first, layout, Parameters, inputs, parts.Length, null, t).Forward(Part.Spanning, Rectifies(t), new Start(z, first.Stride, PanelWidth), z, scratch);
            }
            else if (Rectifies(t))
            {
                Rectifier.Rows(z, first.Stride, parts.Length, first.PaddedOutputs);
            }

            ForwardRest(t, 0, parts.Length, memory);
        }
    }

    /// <summary>Zr + Zc of all towers, candidate by candidate: parts come from memory, and a whole one arrives faster than its pieces.</summary>
    private void AddParts(InputLayout layout, ReadOnlySpan<float[]?> parts, MlpWorkspace memory)
    {
        for (int r = 0; r < parts.Length; r++)
        {
            ReadOnlySpan<float> part = parts[r];
            if (r + 1 < parts.Length && parts[r + 1] is { Length: > 0 } next)
            {
                Prefetch.Row(ref next[0], next.Length);
            }

            for (int t = 0; t < _scored; t++)
            {
                // A tower without candidate fields has no Zc: nothing is added, not even a zero.
                DenseLayer first = _towers[t].Dense[0];
                ReadOnlySpan<float> request = memory.RequestPart(t)[..first.PaddedOutputs];
                Span<float> row = memory.Outputs(t, 0, r)[..first.PaddedOutputs];
                if (layout.GroupsOf(Part.Candidate, t).IsEmpty)
                {
                    request.CopyTo(row);
                }
                else
                {
                    TensorPrimitives.Add(request, part[..first.PaddedOutputs], row);
                }

                part = part[first.PaddedOutputs..];
            }
        }
    }
}
