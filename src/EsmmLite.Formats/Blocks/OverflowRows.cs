using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Blocks;

/// <summary>Looks for numbers of a row that are too large once standardised, once the feature space is known.</summary>
internal sealed class OverflowRows
{
    private readonly FeatureSpace _space;
    private readonly OverflowCheck _check;
    private readonly (int Field, int Place)[] _fields; // that have such numbers

    /// <param name="space">The feature space.</param>
    /// <param name="places">Where the column of each field stands; -1 for one that is not read. [fields]</param>
    public OverflowRows(FeatureSpace space, ReadOnlySpan<int> places)
    {
        _space = space;
        _check = new OverflowCheck(space);
        List<(int, int)> fields = [];
        for (int field = 0; field < places.Length; field++)
        {
            if (places[field] >= 0 && !space.IsFixed(field) && _check.CanRefuse(field))
            {
                fields.Add((field, places[field]));
            }
        }

        _fields = [.. fields];
    }

    /// <summary>What is wrong with the first such number of the current row; null if there is none.</summary>
    public RowFault? FaultOf(DelimitedReader row)
    {
        foreach ((int field, int place) in _fields)
        {
            ReadOnlySpan<char> text = row.Value(place);
            if (_check.Refuses(field, text))
            {
                return RowFault.Overflow(_space.Schema.Fields[field].Column, _check.Explain(field, text));
            }
        }

        return null;
    }
}
