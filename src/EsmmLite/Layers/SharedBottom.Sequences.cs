using System.Numerics.Tensors;
using EsmmLite.Features;

namespace EsmmLite.Layers;

// Behaviour sequences, attended to from the candidate.
public sealed partial class SharedBottom
{
    private readonly Towers? _towers;
    private readonly ActivationUnits? _units;
    private readonly Attention[] _attentions;
    private readonly int[] _actions; // of each field the sequence whose list it is; -1 for none
    private readonly int _attentionFloats;

    internal override BottomWorkspace? CreateWorkspace(int rows, bool training)
    {
        if (_attentions.Length == 0 || (training && _units is null))
        {
            return null;
        }

        KeptActions?[] kept = [.. _attentions.Select((a, s) => !training && IsKept(s) ? new KeptActions(a.MaxActions, a.Dim, (a as DinAttention)?.PartStride ?? 0) : null)];
        return new BottomWorkspace(kept, [.. _attentions.Select(a => (a as DinAttention)?.CreateMemory(rows, training))]);
    }

    internal override long FloatsOfSequences => _attentions.OfType<DinAttention>().Sum(din => din.FloatsAnImpression);

    internal override void KeepRequest(ImpressionBatch request, BottomWorkspace? workspace)
    {
        for (int s = 0; s < _attentions.Length && workspace is not null; s++)
        {
            if (workspace.Kept[s] is { } kept)
            {
                _attentions[s].Keep(request, kept);
            }
        }
    }

    /// <summary>Whether a sequence's actions are the request's and compared with a candidate's fields.</summary>
    private bool IsKept(int sequence) => Layout.PartOfSequence(sequence) == Part.Spanning && Layout.PartOfField(_space.FieldIndex(_space.Schema.Sequences[sequence].Actions[0])) == Part.Request;

    private static bool IsCompared(Schema schema, int field) => schema.Sequences.Any(sequence => sequence.Candidate.Contains(schema.Fields[field].Name, StringComparer.Ordinal));

    private void ForwardSequences(ImpressionBatch batch, int firstRow, int rows, Part parts, BottomWorkspace? workspace, Span<float> inputs)
    {
        if (_units is not null)
        {
            workspace ??= CreateWorkspace(0, training: false);
        }

        Span<float> floats = stackalloc float[_attentionFloats];
        for (int s = 0; s < _attentions.Length; s++)
        {
            if ((parts & Layout.PartOfSequence(s)) == 0)
            {
                continue;
            }

            // Without the request's part it was kept before.
            KeptActions? kept = (parts & Part.Request) == 0 ? workspace?.Kept[s] : null;
            Span<float> columns = inputs[Layout.ColumnOfSequence(s)..];
            if (_attentions[s] is DinAttention din)
            {
                din.Forward(batch, firstRow, rows, kept, workspace!.Units[s]!, firstRow - workspace.BlockStart, columns, Layout.Stride);
            }
            else
            {
                ((DotAttention)_attentions[s]).Forward(batch, firstRow, rows, kept, columns, Layout.Stride, floats);
            }
        }
    }

    internal override void BackwardInputs(int firstRow, int rows, ReadOnlySpan<float> dInputs, BottomWorkspace? workspace)
    {
        for (int s = 0; s < _attentions.Length && workspace is not null; s++)
        {
            ((DinAttention)_attentions[s]).Backward(rows, dInputs[Layout.ColumnOfSequence(s)..], Layout.Stride, workspace.Units[s]!, firstRow - workspace.BlockStart);
        }
    }

    internal override void BackwardWeights(int tile, int rows, BottomWorkspace? workspace, Span<float> gradients, bool accumulate)
    {
        (int unit, int own) = _units!.Of(tile);
        _units[unit].BackwardWeights(own, workspace!.Units[unit]!, rows, gradients, accumulate);
    }

    /// <summary>What <see cref="BackwardInputs"/> leaves, for a way back by itself; it allocates.</summary>
    private BottomWorkspace? Recomputed(ImpressionBatch batch, int firstRow, int rows, ReadOnlySpan<float> dInputs)
    {
        BottomWorkspace? workspace = CreateWorkspace(rows, training: true);
        if (workspace is not null)
        {
            workspace.BlockStart = firstRow;
            _units!.PrepareTraining();
            for (int tile = 0; tile < _units.Tiles; tile++)
            {
                _units.PrepareBackward(tile, _towers!.Parameters);
            }

            Forward(batch, firstRow, rows, Part.All, null, workspace, new float[rows * Layout.Stride]);
            BackwardInputs(firstRow, rows, dInputs, workspace);
        }

        return workspace;
    }

    /// <summary>The way back through a sequence of dot products for one impression, unless it was the last one to be gone.</summary>
    private void Attend(int sequence, ImpressionBatch batch, int batchRow, ReadOnlySpan<float> row, Span<float> floats, ref int attended)
    {
        if (attended != sequence)
        {
            DotAttention attention = (DotAttention)_attentions[sequence];
            attention.Backward(batch, batchRow, row.Slice(Layout.ColumnOfSequence(sequence), attention.Dim), new DotAttention.Memory(attention, floats));
            attended = sequence;
        }
    }

    /// <summary>Adds the gradients of a list's values that are a sequence's actions.</summary>
    private void AddActions(int field, int sequence, ImpressionBatch batch, int batchRow, ReadOnlySpan<float> row, BottomWorkspace? workspace, Span<float> floats, ref int attended, RowGradients destination)
    {
        Attention attention = _attentions[sequence];
        if (attention is DotAttention dot)
        {
            Attend(sequence, batch, batchRow, row, floats, ref attended);
            attention.AddActions(attention.ActionOf(field), batch, batchRow, new DotAttention.Memory(dot, floats).ActionGradients, attention.Dim, destination);
            return;
        }

        UnitMemory memory = workspace!.Units[sequence]!;
        attention.AddActions(attention.ActionOf(field), batch, batchRow, memory.Back!.Inputs(memory.Starts[batchRow - workspace.BlockStart]), memory.Back.Stride, destination);
    }

    /// <summary>Adds what the sequences that a field is compared with say of its embedding, in the schema's order.</summary>
    private void AddSequences(int field, ImpressionBatch batch, int batchRow, ReadOnlySpan<float> row, BottomWorkspace? workspace, Span<float> floats, ref int attended, Span<float> gradient)
    {
        for (int s = 0; s < _attentions.Length; s++)
        {
            int place = _attentions[s].CandidateOf(field);
            if (place < 0)
            {
                continue;
            }

            ReadOnlySpan<float> query;
            if (_attentions[s] is DotAttention dot)
            {
                Attend(s, batch, batchRow, row, floats, ref attended);
                query = new DotAttention.Memory(dot, floats).QueryGradient;
            }
            else
            {
                query = workspace!.Units[s]!.Back!.Query(batchRow - workspace.BlockStart);
            }

            TensorPrimitives.Add(gradient, _attentions[s].ShareOf(place, query), gradient);
        }
    }
}
