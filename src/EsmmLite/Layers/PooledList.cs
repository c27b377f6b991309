using System.Numerics.Tensors;
using EsmmLite.Features;

namespace EsmmLite.Layers;

/// <summary>
/// A field of several values: its vector is Σ c[k] E[id[k]], one chain of fused multiply-adds from zero in the order of the list. The
/// coefficients are 1 or the weights, divided by what the pooling says, in double and rounded once (docs/features.md).
/// </summary>
internal sealed class PooledList
{
    private readonly ListOptions _options;
    private readonly int _slot;
    private readonly int _weightSlot;

    internal PooledList(FeatureSpace space, int field)
    {
        _options = space.Schema.Fields[field].List!;
        _slot = space.SlotOf(field);
        _weightSlot = space.WeightSlotOf(field);
    }

    /// <summary>The most values of an impression.</summary>
    internal int MaxValues => _options.MaxValues;

    /// <summary>The values of one impression that are there, in order, and their coefficients.</summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="row">Row of the batch.</param>
    /// <param name="ids">Destination. [max values]</param>
    /// <param name="coefficients">Destination. [max values]</param>
    /// <returns>Number of values.</returns>
    internal int Read(ImpressionBatch batch, int row, Span<int> ids, Span<float> coefficients)
    {
        int count = 0;
        double sum = 0;
        for (int k = 0; k < _options.MaxValues; k++)
        {
            int id = batch.IdAt(_slot + k, row);
            float weight = _weightSlot < 0 ? 1 : batch.NumberAt(_weightSlot + k, row);
            if (id < 0 || weight == 0)
            {
                continue;
            }

            sum += _options.Pooling == Pooling.SquareRoot ? (double)weight * weight : weight;
            (ids[count], coefficients[count]) = (id, weight);
            count++;
        }

        if (_options.Pooling != Pooling.Sum)
        {
            double divisor = _options.Pooling == Pooling.SquareRoot ? Math.Sqrt(sum) : sum;
            for (int k = 0; k < count; k++)
            {
                coefficients[k] = (float)(coefficients[k] / divisor);
            }
        }

        return count;
    }

    /// <summary>The vectors of some rows. [rows x dim], <paramref name="stride"/> floats apart.</summary>
    internal void Forward(EmbeddingTable table, ImpressionBatch batch, int firstRow, int rows, Span<float> destination, int stride)
    {
        Span<int> ids = stackalloc int[_options.MaxValues];
        Span<float> coefficients = stackalloc float[_options.MaxValues], scratch = stackalloc float[table.Dim];
        for (int r = 0; r < rows; r++)
        {
            Span<float> vector = destination.Slice(r * stride, table.Dim);
            vector.Clear();
            int count = Read(batch, firstRow + r, ids, coefficients);
            for (int k = 0; k < count; k++)
            {
                TensorPrimitives.FusedMultiplyAdd(table.Row(ids[k], scratch), coefficients[k], vector, vector);
            }
        }
    }

    /// <summary>Adds dE[id[k]] += c[k] g for every value of one impression, in order.</summary>
    /// <param name="batch">Encoded impressions.</param>
    /// <param name="row">Row of the batch.</param>
    /// <param name="gradient">g. [dim]</param>
    /// <param name="ids">Scratch. [max values]</param>
    /// <param name="coefficients">Scratch. [max values]</param>
    /// <param name="scratch">[dim]</param>
    /// <param name="destination">The table's row gradients.</param>
    internal void Backward(ImpressionBatch batch, int row, ReadOnlySpan<float> gradient, Span<int> ids, Span<float> coefficients, Span<float> scratch, RowGradients destination)
    {
        int count = Read(batch, row, ids, coefficients);
        for (int k = 0; k < count; k++)
        {
            TensorPrimitives.Multiply(gradient, coefficients[k], scratch);
            destination.Add(ids[k], scratch);
        }
    }
}
