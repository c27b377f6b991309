using EsmmLite.Features;

namespace EsmmLite.Formats.Checkup;

/// <summary>Tells how many rows of a log come from one request: neighbours that agree in every field of the request's side.</summary>
/// <remarks>A value of the request stands in all of its rows, so these are one observation and not as many as there are rows.</remarks>
internal sealed class RequestRuns(Schema schema, IReadOnlyList<int> fields)
{
    private readonly string?[] _texts = new string?[fields.Count]; // of the row before; only the request's
    private bool _isNew = true;
    private long _rows, _length;
    private double _squares; // of the lengths of runs that have ended

    /// <summary>The mean length of the run that a row is in, Σ m² / Σ m (Kish's design effect of values that are equal in a run); 1 where no field is the request's.</summary>
    public double Length => _rows == 0 ? 1 : (_squares + ((double)_length * _length)) / _rows;

    /// <summary>Sees a value of the present row.</summary>
    public void See(int column, ReadOnlySpan<char> text)
    {
        if (schema.Fields[fields[column]].Side == Side.Request && (_texts[column] is not { } before || !text.SequenceEqual(before)))
        {
            _texts[column] = text.ToString();
            _isNew = true;
        }
    }

    /// <summary>Ends the present row.</summary>
    public void EndRow()
    {
        if (_isNew || Array.TrueForAll(_texts, text => text is null))
        {
            _squares += (double)_length * _length;
            _length = 0;
        }

        _rows++;
        _length++;
        _isNew = false;
    }
}
