using System.Numerics.Tensors;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>
/// ESMM's bottom: one embedding table a categorical field, or for several that share it; embeddings, numbers and crosses
/// (element-wise products of two embeddings) side by side.
/// </summary>
public sealed partial class SharedBottom : Bottom
{
    /// <summary>Floats of gradients that are formed together.</summary>
    private const int MostTogether = 1024;

    private readonly FeatureSpace _space;
    private readonly EmbeddingTable[] _tables;
    private readonly int[][] _fieldsOfTable;
    private readonly bool[] _crossed;
    private readonly bool[] _rowByRow;
    private readonly PooledList?[] _lists;
    private readonly int _longestList;
    private readonly int _widestCross;

    /// <summary>Creates the bottom with tables of zeros.</summary>
    public SharedBottom(FeatureSpace space)
        : this(space, null, null)
    {
    }

    /// <param name="space">The feature space.</param>
    /// <param name="towers">The towers, behind whose parameters those of the sequences' activation units lie.</param>
    /// <param name="tables">Tables of zeros, if null.</param>
    internal SharedBottom(FeatureSpace space, Towers? towers, EmbeddingTable[]? tables = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        _space = space;
        Layout = new InputLayout(space);
        _fieldsOfTable = [.. space.TableFields.Select((_, table) => Enumerable.Range(0, space.Encoders.Count).Where(f => space.TableOf(f) == table).ToArray())];
        _crossed = [.. _fieldsOfTable.Select(fields => Layout.Crosses.Any(c => fields.Contains(c.First) || fields.Contains(c.Second)))];
        _lists = [.. space.Schema.Fields.Select((field, f) => field.List is null ? null : new PooledList(space, f))];
        _longestList = _lists.Max(list => list?.MaxValues) ?? 0;
        _widestCross = Layout.Crosses.Select(c => space.Encoders[c.First].Dim).DefaultIfEmpty(0).Max();
        _rowByRow = [.. _fieldsOfTable.Select(fields => fields.Length > 1 || fields.Any(f => _lists[f] is not null || IsCompared(space.Schema, f)))];
        _tables = tables ?? [.. space.TableFields.Select(f => new EmbeddingTable(space.Schema.Fields[f].Name, space.Encoders[f].Rows, space.Encoders[f].Dim))];
        (_towers, _units) = (towers, towers?.Units);
        _attentions = [.. space.Schema.Sequences.Select((sequence, s) => _units is null ? (Attention)new DotAttention(space, sequence, _tables) : new DinAttention(space, sequence, _tables, _units[s], towers!))];
        _actions = [.. space.Schema.Fields.Select(field => Array.FindIndex(_attentions, a => a.ActionOf(space.FieldIndex(field.Name)) >= 0))];
        _attentionFloats = _attentions.OfType<DotAttention>().Select(a => a.MemoryLength).DefaultIfEmpty(0).Max();
    }

    /// <inheritdoc/>
    public override InputLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<EmbeddingTable> Tables => _tables;

    /// <inheritdoc/>
    public override void Forward(ImpressionBatch batch, int firstRow, int rows, Part parts, Span<float> inputs) => Forward(batch, firstRow, rows, parts, null, null, inputs);

    internal override void Forward(ImpressionBatch batch, int firstRow, int rows, Part parts, DistinctInputs? distinct, BottomWorkspace? workspace, Span<float> inputs)
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
            if (_actions[f] >= 0)
            {
                continue;
            }

            if (_lists[f] is { } list)
            {
                list.Forward(_tables[_space.TableOf(f)], batch, firstRow, rows, inputs[column..], Layout.Stride);
                continue;
            }

            if (_space.Encoders[f].Dim > 0)
            {
                _tables[_space.TableOf(f)].Gather(batch.Ids(slot).Slice(firstRow, rows), inputs[column..], Layout.Stride);
                continue;
            }

            for (int k = 0; k < _space.Encoders[f].NumberWidth && column >= 0; k++)
            {
                ReadOnlySpan<float> numbers = batch.Numbers(slot + k).Slice(firstRow, rows);
                for (int r = 0; r < rows; r++)
                {
                    inputs[(r * Layout.Stride) + column + k] = numbers[r];
                }
            }
        }

        ForwardCrosses(batch, firstRow, rows, parts, inputs);
        ForwardSequences(batch, firstRow, rows, parts, workspace, inputs);
    }

    private bool IsGathered(int field, Part parts, DistinctInputs? distinct) =>
        (parts & Layout.PartOfField(field)) != 0 && distinct?.PayingField(field) is null;

    private void Ask(ImpressionBatch batch, int field, int firstRow, int rows, Part parts, DistinctInputs? distinct)
    {
        if (rows == 1)
        {
            return; // the processor sees the few copies that follow by itself
        }

        while (field < _space.Encoders.Count && !(_space.Encoders[field].Dim > 0 && IsGathered(field, parts, distinct)))
        {
            field++;
        }

        if (field < _space.Encoders.Count)
        {
            _tables[_space.TableOf(field)].Ask(batch.Ids(_space.SlotOf(field)).Slice(firstRow, rows));
        }
    }

    /// <inheritdoc/>
    public override void Backward(int table, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, RowGradients destination) =>
        Backward(table, batch, firstRow, rows, dInputs, Recomputed(batch, firstRow, rows, dInputs), destination);

    internal override void Backward(int table, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, BottomWorkspace? workspace, RowGradients destination)
    {
        if (_rowByRow[table])
        {
            BackwardByRow(table, true, batch, firstRow, rows, dInputs, workspace, destination);
            return;
        }

        if (_crossed[table])
        {
            BackwardCrossed(table, true, batch, firstRow, rows, dInputs, destination);
            return;
        }

        int field = _fieldsOfTable[table][0];
        destination.Add(batch.Ids(_space.SlotOf(field)).Slice(firstRow, rows), dInputs[Layout.ColumnOfField(field)..], Layout.Stride);
    }

    internal override int OccurrencesOf(int table) => _fieldsOfTable[table].Sum(field => _space.Encoders[field].IdWidth);

    internal override Bottom Narrow(Towers towers) => new SharedBottom(_space, towers, [.. _tables.Select(t => t.Narrow())]);

    internal override bool FindsDistinct => true;

    internal override void FindDistinct(DistinctRows field, ImpressionBatch batch, int firstRow, int rows, int limit, bool all)
    {
        int slot = _space.SlotOf(field.Group.Field);
        field.Find(batch.Ids(slot).Slice(firstRow, rows), _tables[_space.TableOf(field.Group.Field)], limit, all);
    }

    internal override void BackwardCrosses(int table, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, RowGradients destination)
    {
        if (_crossed[table])
        {
            BackwardCrossed(table, false, batch, firstRow, rows, dInputs, destination);
        }
    }

    /// <summary>The gradient at the field's own columns, if it is wanted, and at its crosses, some impressions at a time.</summary>
    private void BackwardCrossed(int table, bool own, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, RowGradients destination)
    {
        int dim = _tables[table].Dim;
        int together = MostTogether / dim;
        if (together == 0)
        {
            BackwardByRow(table, own, batch, firstRow, rows, dInputs, null, destination);
            return;
        }

        int field = _fieldsOfTable[table][0];
        Span<float> gradients = stackalloc float[together * dim];
        for (int first = 0; first < rows; first += together)
        {
            int count = Math.Min(together, rows - first);
            ReadOnlySpan<float> rowsOf = dInputs[(first * Layout.Stride)..];
            gradients.Clear();
            for (int r = 0; r < count && own; r++)
            {
                rowsOf.Slice((r * Layout.Stride) + Layout.ColumnOfField(field), dim).CopyTo(gradients.Slice(r * dim, dim));
            }

            for (int c = 0; c < Layout.Crosses.Count; c++)
            {
                (int one, int two) = Layout.Crosses[c];
                if (one == field || two == field)
                {
                    int other = one == field ? two : one;
                    RowGather.MultiplyAdd(rowsOf[Layout.ColumnOfCross(c)..], Layout.Stride, _tables[_space.TableOf(other)].Values, batch.Ids(_space.SlotOf(other)).Slice(firstRow + first, count), dim, gradients);
                }
            }

            destination.Add(batch.Ids(_space.SlotOf(field)).Slice(firstRow + first, count), gradients, dim);
        }
    }

    /// <summary>Impression by impression, field by field: the gradient at the field's own columns, if it is wanted, and at its crosses.</summary>
    private void BackwardByRow(int table, bool own, ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs, BottomWorkspace? workspace, RowGradients destination)
    {
        int dim = _tables[table].Dim;
        Span<float> gradient = stackalloc float[dim], coefficients = stackalloc float[_longestList];
        Span<int> ids = stackalloc int[_longestList];
        Span<float> floats = stackalloc float[_attentionFloats];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = dInputs.Slice(r * Layout.Stride, Layout.Width);
            int attended = -1;
            foreach (int field in _fieldsOfTable[table])
            {
                if (_actions[field] is >= 0 and var sequence)
                {
                    AddActions(field, sequence, batch, firstRow + r, row, workspace, floats, ref attended, destination);
                    continue;
                }

                if (_lists[field] is { } list)
                {
                    list.Backward(batch, firstRow + r, row.Slice(Layout.ColumnOfField(field), dim), ids, coefficients, gradient, destination);
                    continue;
                }

                int id = batch.Ids(_space.SlotOf(field))[firstRow + r];
                if (id == ImpressionBatch.MissingId)
                {
                    continue;
                }

                if (own)
                {
                    row.Slice(Layout.ColumnOfField(field), dim).CopyTo(gradient);
                }
                else
                {
                    gradient.Clear();
                }

                AddCrosses(field, batch, firstRow + r, row, gradient);
                AddSequences(field, batch, firstRow + r, row, workspace, floats, ref attended, gradient);
                destination.Add(id, gradient);
            }
        }
    }

    private void AddCrosses(int field, ImpressionBatch batch, int batchRow, ReadOnlySpan<float> row, Span<float> gradient)
    {
        for (int c = 0; c < Layout.Crosses.Count; c++)
        {
            (int first, int second) = Layout.Crosses[c];
            if (first != field && second != field)
            {
                continue;
            }

            int other = first == field ? second : first, otherId = batch.Ids(_space.SlotOf(other))[batchRow];
            if (otherId != ImpressionBatch.MissingId)
            {
                TensorPrimitives.FusedMultiplyAdd(row.Slice(Layout.ColumnOfCross(c), gradient.Length), _tables[_space.TableOf(other)].Row(otherId), gradient, gradient);
            }
        }
    }

    // Read from the tables, not from the inputs: in the request path a spanning cross's request side is not among the inputs.
    private void ForwardCrosses(ImpressionBatch batch, int firstRow, int rows, Part parts, Span<float> inputs)
    {
        Span<float> scratch = stackalloc float[2 * _widestCross];
        for (int c = 0; c < Layout.Crosses.Count; c++)
        {
            if ((parts & Layout.PartOfCross(c)) == 0)
            {
                continue;
            }

            (int first, int second) = Layout.Crosses[c];
            EmbeddingTable u = _tables[_space.TableOf(first)], v = _tables[_space.TableOf(second)];
            ReadOnlySpan<int> a = batch.Ids(_space.SlotOf(first)).Slice(firstRow, rows), b = batch.Ids(_space.SlotOf(second)).Slice(firstRow, rows);
            if (u.IsFloat)
            {
                RowGather.Multiply(u.Values, a, v.Values, b, u.Dim, inputs[Layout.ColumnOfCross(c)..], Layout.Stride);
                continue;
            }

            for (int r = 0; r < rows; r++)
            {
                Span<float> destination = inputs.Slice((r * Layout.Stride) + Layout.ColumnOfCross(c), u.Dim);
                if (a[r] == ImpressionBatch.MissingId || b[r] == ImpressionBatch.MissingId)
                {
                    destination.Clear();
                }
                else
                {
                    TensorPrimitives.Multiply(u.Row(a[r], scratch), v.Row(b[r], scratch[_widestCross..]), destination);
                }
            }
        }
    }
}
