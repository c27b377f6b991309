using EsmmLite.Features;
using EsmmLite.Formats.Blocks;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats;

/// <summary>Streams a log through a feature space once, without labels: for prediction. Further columns can be taken along as text.</summary>
public sealed class EncodedRows : IDisposable
{
    private readonly FeatureSpace _space;
    private readonly int[] _fields; // that are read, column by column
    private readonly int[] _fixed;
    private readonly RowCheck _check;
    private readonly OverflowRows _overflows;
    private readonly DelimitedReader _reader;

    /// <summary>Opens a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="space">The feature space: a scorer's, or <see cref="FeatureSpace.Serving"/>, for which the columns of fixed fields need not be there.</param>
    /// <param name="extraColumns">Columns to take along.</param>
    public EncodedRows(DelimitedLog log, FeatureSpace space, params IEnumerable<string> extraColumns)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(space);
        _space = space;
        _fields = [.. Enumerable.Range(0, space.Encoders.Count).Where(field => !space.IsFixed(field) && !space.IsDerived(field))];
        _fixed = [.. Enumerable.Range(0, space.Encoders.Count).Where(space.IsFixed)];
        int[] places = new int[space.Encoders.Count];
        Array.Fill(places, -1);
        for (int column = 0; column < _fields.Length; column++)
        {
            places[_fields[column]] = column;
        }

        IdForms = new IdForms(space.Schema);
        _check = new RowCheck(space.Schema, places);
        _overflows = new OverflowRows(space, places);
        _reader = log.Open([.. _fields.Select(field => space.Schema.Fields[field].Column), .. extraColumns]);
    }

    /// <summary>The feature space that encodes.</summary>
    public FeatureSpace Space => _space;

    /// <summary>The reader, for the place of the current row and the fingerprint at the end.</summary>
    public DelimitedReader Reader => _reader;

    /// <summary>How ids are written, in all rows encoded.</summary>
    public IdForms IdForms { get; }

    /// <summary>Goes to the next row whose fields can be encoded; others are counted as bad and passed over.</summary>
    /// <exception cref="EsmmException">Too many bad rows, or a damaged file.</exception>
    public bool Read()
    {
        while (_reader.Read())
        {
            if ((_check.Fields(_reader) ?? _overflows.FaultOf(_reader)) is not { } fault)
            {
                return true;
            }

            _reader.Reject(fault.Reason, fault.Error);
        }

        return false;
    }

    /// <summary>Encodes the current row into a row of a batch, whose labels and count are left as they are.</summary>
    public void Encode(ImpressionBatch batch, int row)
    {
        try
        {
            for (int column = 0; column < _fields.Length; column++)
            {
                IdForms.Observe(_fields[column], _reader.Value(column));
                _space.Encode(_fields[column], _reader.Value(column), batch, row);
            }

            foreach (int field in _fixed)
            {
                _space.EncodeMissing(field, batch, row);
            }
        }
        catch (EsmmException e)
        {
            throw _reader.Locate(e);
        }
    }

    /// <summary>The text of a field in the current row.</summary>
    /// <param name="field">The field's place in the schema.</param>
    /// <returns>Empty for a field that is not read from the log: one that is fixed, or made of others.</returns>
    public string Text(int field) => Array.IndexOf(_fields, field) is >= 0 and var column ? _reader.Value(column).ToString() : "";

    /// <summary>The text of an extra column in the current row.</summary>
    /// <param name="column">Its place among the extra columns.</param>
    public ReadOnlySpan<char> Extra(int column) => _reader.Value(_fields.Length + column);

    /// <summary>Closes the log.</summary>
    public void Dispose() => _reader.Dispose();
}
