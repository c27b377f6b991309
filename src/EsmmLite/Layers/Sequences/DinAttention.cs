using System.Numerics.Tensors;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// Target attention as DIN's: an activation unit gives each action k[m] its weight w[m] from k[m] and the candidate's embeddings c, and the
/// sequence's columns are Σ w[m] k[m], without a softmax unless it is asked for. Source: Zhou et al. 2018. Derivation and order of sums: docs/features.md.
/// </summary>
internal sealed class DinAttention(FeatureSpace space, Sequence sequence, EmbeddingTable[] tables, ActivationUnit unit, Towers towers) : Attention(space, sequence, tables)
{
    /// <summary>Memory of some rows.</summary>
    internal UnitMemory CreateMemory(int rows, bool training) => new(unit, MaxActions, rows, training);

    /// <summary>Floats that an impression of <see cref="Attention.MaxActions"/> keeps for the way back.</summary>
    internal long FloatsAnImpression => (long)MaxActions * ((2 * Dim) + (2 * Enumerable.Range(0, unit.Layers).Sum(unit.StrideOf)));

    internal int PartStride => unit.StrideOf(0);

    /// <inheritdoc/>
    internal override void Keep(ImpressionBatch request, KeptActions kept)
    {
        base.Keep(request, kept);
        unit.ActionParts(towers.Parameters, kept.Actions, Dim, kept.Count, kept.Parts);
    }

    /// <summary>The columns of some rows. [rows x D], <paramref name="stride"/> floats apart.</summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="firstRow">First row of the batch.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="kept">The actions of them all; those of each row, if null.</param>
    /// <param name="memory">What the unit works in.</param>
    /// <param name="place">The first row's place there, in training.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="stride">From one row to the next.</param>
    internal void Forward(ImpressionBatch batch, int firstRow, int rows, KeptActions? kept, UnitMemory memory, int place, Span<float> destination, int stride)
    {
        int entry = place * MaxActions;
        for (int done = 0; done < rows;)
        {
            // Some impressions together, in scoring in the same memory again.
            (place, entry) = memory.IsTraining ? (place, entry) : (0, 0);
            int first = entry, taken = 0;
            do
            {
                int row = firstRow + done + taken, at = place + taken;
                GatherCandidate(batch, row, memory.Query(at));
                memory.Starts[at] = entry;
                memory.Counts[at] = kept?.Count ?? GatherActions(batch, row, memory.Inputs(entry), memory.InputStride);
                entry += memory.Counts[at];
                taken++;
            }
            while (done + taken < rows && taken < UnitMemory.Together && entry - first + MaxActions <= UnitMemory.MostEntries(MaxActions));

            Weigh(memory, kept, place, taken, first, entry - first);
            for (int r = place; r < place + taken; r++)
            {
                Pool(memory, kept, r, destination.Slice(done++ * stride, Dim));
            }

            place += taken;
        }
    }

    /// <summary>From the gradients g by the columns of some rows to those by every layer, by the actions and by the candidates. The rows' way forward is in the memory.</summary>
    internal void Backward(int rows, ReadOnlySpan<float> gradients, int stride, UnitMemory memory, int place)
    {
        for (int done = 0; done < rows;)
        {
            int first = memory.Starts[place], entry = first, taken = 0;
            do
            {
                entry = memory.Starts[place + taken] + memory.Counts[place + taken];
                WeightGradients(gradients.Slice((done + taken) * stride, Dim), memory, place + taken);
                taken++;
            }
            while (done + taken < rows && entry - first + MaxActions <= UnitMemory.MostEntries(MaxActions));

            BackwardGroup(gradients[(done * stride)..], stride, memory, place, taken, first, entry - first);
            (done, place) = (done + taken, place + taken);
        }
    }

    /// <summary>What each action counts: the unit's outputs, or their softmax.</summary>
    private void Weigh(UnitMemory memory, KeptActions? kept, int place, int rows, int first, int entries)
    {
        ReadOnlySpan<float> parameters = towers.Parameters;
        unit.CandidateParts(parameters, memory, place, rows);
        if (kept is null)
        {
            unit.ActionParts(parameters, memory.Inputs(first), memory.InputStride, entries, memory.Sums(0, first));
        }

        // z begins from the action's part + the candidate's.
        int width = unit.StrideOf(0);
        for (int r = place; r < place + rows; r++)
        {
            ReadOnlySpan<float> candidate = memory.CandidateParts(r)[..width], query = memory.Query(r);
            for (int m = 0; m < memory.Counts[r]; m++)
            {
                int entry = memory.Starts[r] + m;
                Span<float> z = memory.Sums(0, entry)[..width];
                TensorPrimitives.Add(kept is null ? z : kept.Parts.Slice(m * width, width), candidate, z);
                TensorPrimitives.Multiply(Action(memory, kept, r, m), query, memory.Product(entry));
            }
        }

        unit.Forward(parameters, memory, first, entries);
        for (int r = place; r < place + rows && unit.Options.Normalise; r++)
        {
            Span<float> weights = memory.Weights(memory.Starts[r])[..memory.Counts[r]];
            Softmax.Of(weights, weights);
        }
    }

    private void Pool(UnitMemory memory, KeptActions? kept, int row, Span<float> result)
    {
        result.Clear();
        for (int m = 0; m < memory.Counts[row]; m++)
        {
            TensorPrimitives.FusedMultiplyAdd(Action(memory, kept, row, m), memory.Weights(memory.Starts[row])[m], result, result);
        }
    }

    private ReadOnlySpan<float> Action(UnitMemory memory, KeptActions? kept, int row, int m) => kept is null ? memory.Action(memory.Starts[row] + m) : kept.Actions.Slice(m * Dim, Dim);

    /// <summary>dL/dw[m] = g · k[m], and through the softmax if there is one.</summary>
    private void WeightGradients(ReadOnlySpan<float> gradient, UnitMemory memory, int row)
    {
        int first = memory.Starts[row], count = memory.Counts[row];
        Span<float> slopes = memory.Back!.Weights(first)[..count], through = stackalloc float[unit.Options.Normalise ? count : 0];
        for (int m = 0; m < count; m++)
        {
            slopes[m] = FixedDot.Dot(gradient, memory.Action(first + m));
        }

        if (unit.Options.Normalise)
        {
            through.Clear();
            Softmax.Backward(memory.Weights(first)[..count], slopes, through);
            through.CopyTo(slopes);
        }
    }

    private void BackwardGroup(ReadOnlySpan<float> gradients, int stride, UnitMemory memory, int place, int rows, int first, int entries)
    {
        UnitGradients back = memory.Back!;
        unit.Backward(towers.Parameters, memory, first, entries);
        int width = unit.StrideOf(0);
        for (int r = place; r < place + rows; r++)
        {
            Span<float> sum = back.RowSums(r)[..width];
            sum.Clear();
            for (int entry = memory.Starts[r]; entry < memory.Starts[r] + memory.Counts[r]; entry++)
            {
                TensorPrimitives.Add(sum, back.Sums(0, entry)[..width], sum);
            }
        }

        unit.BackwardCandidates(back, place, rows);
        for (int r = place; r < place + rows; r++)
        {
            ReadOnlySpan<float> gradient = gradients.Slice((r - place) * stride, Dim);
            Span<float> dQuery = back.Query(r);
            for (int entry = memory.Starts[r]; entry < memory.Starts[r] + memory.Counts[r]; entry++)
            {
                // By k as it is summed, and in the product; by c in the product.
                Span<float> dAction = back.Inputs(entry)[..Dim];
                ReadOnlySpan<float> dProduct = back.Inputs(entry).Slice(Dim, Dim);
                TensorPrimitives.FusedMultiplyAdd(gradient, memory.Weights(entry)[0], dAction, dAction);
                TensorPrimitives.FusedMultiplyAdd(dProduct, memory.Query(r), dAction, dAction);
                TensorPrimitives.FusedMultiplyAdd(dProduct, memory.Action(entry), dQuery, dQuery);
            }
        }
    }
}
