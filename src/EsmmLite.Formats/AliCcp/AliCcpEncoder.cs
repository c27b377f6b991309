using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Formats.AliCcp;

/// <summary>Encodes rows of the Ali-CCP log without a detour through text, with the result of the CSV that <see cref="AliCcpConverter"/> writes.</summary>
public sealed class AliCcpEncoder
{
    private readonly FeatureSpace _space;
    private readonly FunnelRule _rule;
    private readonly (FieldKey Key, int Place, bool IsList)[] _fields;
    private readonly byte[] _labels = new byte[2];
    private long[] _ids = new long[32];
    private float[] _weights = new float[32];

    /// <summary>Prepares.</summary>
    /// <param name="space">The feature space: fields of the log's columns, and two labels, click and conversion.</param>
    /// <exception cref="EsmmException">The schema has another field, or other labels.</exception>
    public AliCcpEncoder(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        (_space, _rule) = (space, new FunnelRule(space.Schema.ConversionWithoutClick, space.Schema.Labels));
        if (space.Schema.Labels.Count != 2)
        {
            throw new EsmmException(EsmmErrorKind.Config, $"there are {space.Schema.Labels.Count} labels", "labels", "two: click and conversion");
        }

        _fields = [.. space.Schema.Fields.Select(field => (space.Field(field.Name), PlaceOf(field), field.List is not null))];
    }

    /// <summary>Encodes a row at the end of a batch.</summary>
    /// <returns>False if the row is left out for its labels.</returns>
    public bool TryAdd(AliCcpRow row, ImpressionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(batch);
        (_labels[0], _labels[1]) = (row.Click ? (byte)1 : (byte)0, row.Bought ? (byte)1 : (byte)0);
        if (!_rule.Keep(_labels, out _))
        {
            return false;
        }

        int at = batch.Count++;
        (batch.Labels(0)[at], batch.Labels(1)[at]) = (_labels[0], _labels[1]);
        foreach ((FieldKey key, int place, bool isList) in _fields)
        {
            IReadOnlyList<(long Id, float Weight)> values = row.Values(place);
            if (isList)
            {
                EncodeList(key, values, batch, at);
            }
            else if (values.Count == 0)
            {
                _space.Encode(key, "", batch, at);
            }
            else
            {
                _space.Encode(key, values[0].Id, batch, at);
            }
        }

        return true;
    }

    private void EncodeList(FieldKey key, IReadOnlyList<(long Id, float Weight)> values, ImpressionBatch batch, int row)
    {
        if (values.Count > _ids.Length)
        {
            Array.Resize(ref _ids, 2 * values.Count);
            Array.Resize(ref _weights, 2 * values.Count);
        }

        for (int k = 0; k < values.Count; k++)
        {
            (_ids[k], _weights[k]) = values[k];
        }

        _space.EncodeList(key, _ids.AsSpan(0, values.Count), _weights.AsSpan(0, values.Count), batch, row);
    }

    private static int PlaceOf(Field field) => AliCcpFields.PlaceOf(field.Column) is >= 0 and int place ? place
        : throw new EsmmException(EsmmErrorKind.Config, "the log has no column " + ErrorText.Quote(field.Column), "field " + ErrorText.Quote(field.Name), "one of " + string.Join(", ", AliCcpFields.All));
}
