using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Blocks;

/// <summary>Looks whether labels and fields of a row can be read, before anything is done with it.</summary>
internal sealed class RowCheck
{
    private readonly Schema _schema;
    private readonly LabelReader _labels;
    private readonly int[] _labelPlaces;
    private readonly FieldCheck _check;
    private readonly (int Field, int Place)[] _fields; // that refuse texts

    /// <param name="schema">The schema.</param>
    /// <param name="columns">Where its columns stand.</param>
    public RowCheck(Schema schema, LogColumns columns)
        : this(schema, [.. columns.Fields])
    {
        _labelPlaces = [.. Enumerable.Range(0, schema.Labels.Count).Select(columns.Label)];
    }

    /// <param name="schema">The schema.</param>
    /// <param name="fields">Where the column of each field stands; -1 for one that is not read. [fields]</param>
    public RowCheck(Schema schema, int[] fields)
    {
        _schema = schema;
        _labels = new LabelReader(schema);
        _labelPlaces = [];
        _check = new FieldCheck(schema);
        _fields = [.. Enumerable.Range(0, fields.Length).Where(field => fields[field] >= 0 && _check.CanRefuse(field)).Select(field => (field, fields[field]))];
    }

    /// <summary>Reads the labels of the current row.</summary>
    /// <param name="row">The reader.</param>
    /// <param name="labels">0 or 1 a stage. [stages]</param>
    /// <returns>What is wrong with the first that is no label; null if all are.</returns>
    public RowFault? Labels(DelimitedReader row, Span<byte> labels)
    {
        for (int stage = 0; stage < labels.Length; stage++)
        {
            ReadOnlySpan<char> text = row.Value(_labelPlaces[stage]);
            if (!_labels.TryRead(stage, text, out labels[stage]))
            {
                LabelStage label = _schema.Labels[stage];
                return RowFault.Label(label.Column, label.BinariseCounts, _labels.Explain(stage, text));
            }
        }

        return null;
    }

    /// <summary>Looks at the fields of the current row.</summary>
    /// <returns>What is wrong with the first that can't be encoded; null if all can.</returns>
    public RowFault? Fields(DelimitedReader row)
    {
        foreach ((int field, int place) in _fields)
        {
            ReadOnlySpan<char> text = row.Value(place);
            ValueFault fault = _check.FaultOf(field, text);
            if (fault != ValueFault.None)
            {
                return RowFault.Value(_schema.Fields[field].Column, fault, _check.Explain(field, text));
            }
        }

        return null;
    }
}
