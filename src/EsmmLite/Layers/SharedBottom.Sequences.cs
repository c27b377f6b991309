using System.Numerics.Tensors;
using EsmmLite.Features;

namespace EsmmLite.Layers;

// Behaviour sequences, attended to from the candidate.
public sealed partial class SharedBottom
{
    private readonly Attention[] _attentions;
    private readonly int[] _actions; // of each field the sequence whose list it is; -1 for none
    private readonly int _attentionFloats;

    private static bool IsCompared(Schema schema, int field) => schema.Sequences.Any(sequence => sequence.Candidate.Contains(schema.Fields[field].Name, StringComparer.Ordinal));

    private void ForwardSequences(ImpressionBatch batch, int firstRow, int rows, Part parts, Span<float> inputs)
    {
        Span<float> floats = stackalloc float[_attentionFloats];
        for (int s = 0; s < _attentions.Length; s++)
        {
            if ((parts & Layout.PartOfSequence(s)) != 0)
            {
                _attentions[s].Forward(batch, firstRow, rows, inputs[Layout.ColumnOfSequence(s)..], Layout.Stride, floats);
            }
        }
    }

    /// <summary>The way back through a sequence for one impression, unless it was the last one to be gone.</summary>
    private void Attend(int sequence, ImpressionBatch batch, int batchRow, ReadOnlySpan<float> row, Span<float> floats, ref int attended)
    {
        if (attended != sequence)
        {
            Attention attention = _attentions[sequence];
            attention.Backward(batch, batchRow, row.Slice(Layout.ColumnOfSequence(sequence), attention.Dim), new Attention.Memory(attention, floats));
            attended = sequence;
        }
    }

    /// <summary>Adds what the sequences that a field is compared with say of its embedding, in the schema's order.</summary>
    private void AddSequences(int field, ImpressionBatch batch, int batchRow, ReadOnlySpan<float> row, Span<float> floats, ref int attended, Span<float> gradient)
    {
        for (int s = 0; s < _attentions.Length; s++)
        {
            int place = _attentions[s].CandidateOf(field);
            if (place >= 0)
            {
                Attend(s, batch, batchRow, row, floats, ref attended);
                TensorPrimitives.Add(gradient, _attentions[s].CandidateGradient(place, new Attention.Memory(_attentions[s], floats)), gradient);
            }
        }
    }
}
