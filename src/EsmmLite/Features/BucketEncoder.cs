namespace EsmmLite.Features;

/// <summary>A number cut at quantiles of the training data: row 0 for missing, then a bucket a row.</summary>
/// <remarks>Row = 1 + number of bounds at or below the value, so bound k is the smallest value of bucket k + 1.</remarks>
public sealed class BucketEncoder : FieldEncoder
{
    private readonly NumericField _field;
    private readonly NumberReader _reader;
    private readonly double[] _bounds;

    internal BucketEncoder(NumericField field, MissingTexts missing, double[] bounds)
        : base(field)
    {
        _field = field;
        _reader = new NumberReader(field, missing);
        _bounds = bounds;
    }

    /// <summary>Rows: one for missing, and one more bucket than bounds. Fewer than the field asks for where quantiles coincide.</summary>
    public override int Rows => _bounds.Length + 2;

    /// <inheritdoc/>
    public override int Dim => _field.Dim;

    /// <inheritdoc/>
    public override int NumberWidth => 0;

    /// <summary>The inner bounds of the buckets, ascending.</summary>
    public ReadOnlySpan<double> Bounds => _bounds;

    internal override void Encode(ReadOnlySpan<byte> utf8, ImpressionBatch batch, int slot, int row)
    {
        batch.Ids(slot)[row] = _reader.TryRead(utf8, out double value) ? RowOf(value) : 0;
    }

    internal override void Encode(TextColumn values, ImpressionBatch batch, int slot, int firstRow)
    {
        for (int i = 0; i < values.Count; i++)
        {
            Encode(values[i], batch, slot, firstRow + i);
        }
    }

    internal override void Encode(long value, ImpressionBatch batch, int slot, int row) => Encode((double)value, batch, slot, row);

    internal override void Encode(double value, ImpressionBatch batch, int slot, int row)
    {
        batch.Ids(slot)[row] = _reader.TryRead(value, out double number) ? RowOf(number) : 0;
    }

    internal override void EncodeMissing(ImpressionBatch batch, int slot, int row) => batch.Ids(slot)[row] = 0;

    internal int RowOf(double value)
    {
        int low = 0;
        int high = _bounds.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_bounds[middle] <= value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low + 1;
    }
}
