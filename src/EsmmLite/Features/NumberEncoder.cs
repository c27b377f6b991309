namespace EsmmLite.Features;

/// <summary>A plain numeric input: clip, log, standardise, in double, rounded to float once; 0 where missing.</summary>
public sealed class NumberEncoder : FieldEncoder
{
    private readonly NumericField _field;
    private readonly NumberReader _reader;

    internal NumberEncoder(NumericField field, MissingTexts missing, double mean, double deviation)
        : base(field)
    {
        _field = field;
        _reader = new NumberReader(field, missing);
        Mean = mean;
        Deviation = deviation;
    }

    /// <inheritdoc/>
    public override int Rows => 0;

    /// <inheritdoc/>
    public override int Dim => 0;

    /// <inheritdoc/>
    public override int NumberWidth => _field.MissingIndicator ? 2 : 1;

    /// <summary>What is subtracted: the mean of the training data after clip and log, or 0.</summary>
    public double Mean { get; }

    /// <summary>What is divided by: the standard deviation of the training data after clip and log; 1 where it is 0, or not wanted.</summary>
    public double Deviation { get; }

    internal override void Encode(ReadOnlySpan<byte> utf8, ImpressionBatch batch, int slot, int row)
    {
        if (_reader.TryRead(utf8, out double value))
        {
            Write(value, batch, slot, row);
        }
        else
        {
            EncodeMissing(batch, slot, row);
        }
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
        if (_reader.TryRead(value, out double number))
        {
            Write(number, batch, slot, row);
        }
        else
        {
            EncodeMissing(batch, slot, row);
        }
    }

    internal override void EncodeMissing(ImpressionBatch batch, int slot, int row)
    {
        batch.Numbers(slot)[row] = 0;
        if (_field.MissingIndicator)
        {
            batch.Numbers(slot + 1)[row] = 1;
        }
    }

    private void Write(double value, ImpressionBatch batch, int slot, int row)
    {
        float number = (float)((value - Mean) / Deviation);
        if (!float.IsFinite(number))
        {
            throw _reader.Refuse(NumberReader.Describe(value), "is too large for a float once standardised");
        }

        batch.Numbers(slot)[row] = number;
        if (_field.MissingIndicator)
        {
            batch.Numbers(slot + 1)[row] = 0;
        }
    }
}
