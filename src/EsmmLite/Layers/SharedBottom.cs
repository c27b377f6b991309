using System.Numerics.Tensors;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// ESMM's bottom: one embedding table a categorical field, shared by both towers; embeddings, numbers and crosses
/// (element-wise products of two embeddings) side by side.
/// </summary>
public sealed class SharedBottom : Bottom
{
    private readonly FeatureSpace _space;
    private readonly EmbeddingTable[] _tables;
    private readonly int[] _fieldOfTable;
    private readonly bool[] _crossed;
    private readonly int _widestCross;

    /// <summary>Creates the bottom with tables of zeros.</summary>
    public SharedBottom(FeatureSpace space)
        : this(space, null)
    {
    }

    private SharedBottom(FeatureSpace space, EmbeddingTable[]? tables)
    {
        ArgumentNullException.ThrowIfNull(space);
        _space = space;
        Layout = new InputLayout(space);
        _fieldOfTable = [.. Enumerable.Range(0, space.Encoders.Count).Where(f => space.Encoders[f].Dim > 0)];
        _crossed = [.. _fieldOfTable.Select(f => Layout.Crosses.Any(c => c.First == f || c.Second == f))];
        _widestCross = Layout.Crosses.Select(c => space.Encoders[c.First].Dim).DefaultIfEmpty(0).Max();
        _tables = tables ?? [.. _fieldOfTable.Select(f => new EmbeddingTable(space.Schema.Fields[f].Name, space.Encoders[f].Rows, space.Encoders[f].Dim))];
    }

    /// <inheritdoc/>
    public override InputLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<EmbeddingTable> Tables => _tables;

    /// <inheritdoc/>
    public override void Forward(ImpressionBatch batch, int firstRow, int rows, Part parts, Span<float> inputs) => Forward(batch, firstRow, rows, parts, null, inputs);

    internal override void Forward(ImpressionBatch batch, int firstRow, int rows, Part parts, DistinctInputs? distinct, Span<float> inputs)
    {
        Check.AtLeast(inputs.Length, (long)rows * Layout.Stride, nameof(inputs));
        Ask(batch, 0, firstRow, rows, parts, distinct);
        for (int f = 0; f < _space.Encoders.Count; f++)
        {
            if (!IsGathered(f, parts, distinct))
            {
                continue;
            }

            // While one field's rows are copied, the next one's are on their way.
            Ask(batch, f + 1, firstRow, rows, parts, distinct);

            int slot = _space.SlotOf(f), column = Layout.ColumnOfField(f);
            if (_space.Encoders[f].Dim > 0)
            {
                _tables[slot].Gather(batch.Ids(slot).Slice(firstRow, rows), inputs[column..], Layout.Stride);
                continue;
            }

            for (int k = 0; k < _space.Encoders[f].NumberWidth; k++)
            {
                ReadOnlySpan<float> numbers = batch.Numbers(slot + k).Slice(firstRow, rows);
                for (int r = 0; r < rows; r++)
                {
                    inputs[(r * Layout.Stride) + column + k] = numbers[r];
                }
            }
        }

        ForwardCrosses(batch, firstRow, rows, parts, inputs);
    }

    private bool IsGathered(int field, Part parts, DistinctInputs? distinct) =>
        (parts & InputLayout.PartOf(_space.Schema.Fields[field].Side)) != 0 && distinct?.PayingField(field) is null;

    private void Ask(ImpressionBatch batch, int field, int firstRow, int rows, Part parts, DistinctInputs? distinct)
    {
        while (field < _space.Encoders.Count && !(_space.Encoders[field].Dim > 0 && IsGathered(field, parts, distinct)))
        {
            field++;
        }

        if (field < _space.Encoders.Count)
        {
            int slot = _space.SlotOf(field);
            _tables[slot].Ask(batch.Ids(slot).Slice(firstRow, rows));
        }
    }

    /// <inheritdoc/>
    public override void Backward(int table, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, RowGradients destination)
    {
        int column = Layout.ColumnOfField(_fieldOfTable[table]);
        if (!_crossed[table])
        {
            destination.Add(batch.Ids(table).Slice(firstRow, rows), dInputs[column..], Layout.Stride);
            return;
        }

        BackwardCrossed(table, column, batch, firstRow, rows, dInputs, destination);
    }

    internal override Bottom Narrow() => new SharedBottom(_space, [.. _tables.Select(t => t.Narrow())]);

    internal override bool FindsDistinct => true;

    internal override void FindDistinct(DistinctRows field, ImpressionBatch batch, int firstRow, int rows, int limit, bool all)
    {
        int slot = _space.SlotOf(field.Group.Field);
        field.Find(batch.Ids(slot).Slice(firstRow, rows), _tables[slot], limit, all);
    }

    internal override void BackwardCrosses(int table, ImpressionBatch batch, ReadOnlySpan<float> dInputs, RowGradients destination)
    {
        if (_crossed[table])
        {
            BackwardCrossed(table, null, batch, 0, batch.Count, dInputs, destination);
        }
    }

    /// <summary>For each impression the gradient at the field's own column, if there is one, and at its crosses.</summary>
    private void BackwardCrossed(int table, int? column, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, RowGradients destination)
    {
        int field = _fieldOfTable[table], dim = _tables[table].Dim;
        ReadOnlySpan<int> ids = batch.Ids(table).Slice(firstRow, rows);
        Span<float> gradient = stackalloc float[dim];
        for (int r = 0; r < rows; r++)
        {
            if (ids[r] == ImpressionBatch.MissingId)
            {
                continue;
            }

            ReadOnlySpan<float> row = dInputs.Slice(r * Layout.Stride, Layout.Width);
            if (column is { } own)
            {
                row.Slice(own, dim).CopyTo(gradient);
            }
            else
            {
                gradient.Clear();
            }

            for (int c = 0; c < Layout.Crosses.Count; c++)
            {
                (int first, int second) = Layout.Crosses[c];
                if (first != field && second != field)
                {
                    continue;
                }

                int other = _space.SlotOf(first == field ? second : first);
                int otherId = batch.Ids(other)[firstRow + r];
                if (otherId != ImpressionBatch.MissingId)
                {
                    TensorPrimitives.FusedMultiplyAdd(row.Slice(Layout.ColumnOfCross(c), dim), _tables[other].Row(otherId), gradient, gradient);
                }
            }

            destination.Add(ids[r], gradient);
        }
    }

    // Read from the tables, not from the inputs: in the request path a spanning cross's request side is not among the inputs.
    private void ForwardCrosses(ImpressionBatch batch, int firstRow, int rows, Part parts, Span<float> inputs)
    {
        Span<float> scratch = stackalloc float[2 * _widestCross];
        for (int c = 0; c < Layout.Crosses.Count; c++)
        {
            if ((parts & Layout.PartOfCross(c, _space)) == 0)
            {
                continue;
            }

            int first = _space.SlotOf(Layout.Crosses[c].First), second = _space.SlotOf(Layout.Crosses[c].Second);
            ReadOnlySpan<int> a = batch.Ids(first).Slice(firstRow, rows), b = batch.Ids(second).Slice(firstRow, rows);
            if (_tables[first].IsFloat)
            {
                RowGather.Multiply(_tables[first].Values, a, _tables[second].Values, b, _tables[first].Dim, inputs[Layout.ColumnOfCross(c)..], Layout.Stride);
                continue;
            }

            for (int r = 0; r < rows; r++)
            {
                Span<float> destination = inputs.Slice((r * Layout.Stride) + Layout.ColumnOfCross(c), _tables[first].Dim);
                if (a[r] == ImpressionBatch.MissingId || b[r] == ImpressionBatch.MissingId)
                {
                    destination.Clear();
                }
                else
                {
                    TensorPrimitives.Multiply(_tables[first].Row(a[r], scratch), _tables[second].Row(b[r], scratch[_widestCross..]), destination);
                }
            }
        }
    }
}
