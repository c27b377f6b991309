using EsmmLite.Kernels;

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

    /// <summary>Whether a number that can be read may be too large once standardised: by a deviation far below 1.</summary>
    internal bool MayOverflow => OverflowsAt(_field.Log ? ExactMath.Log1p(float.MaxValue) : Math.Max(Math.Abs(_field.ClipLow ?? float.MaxValue), Math.Abs(_field.ClipHigh ?? float.MaxValue)));

    /// <summary>Whether some number of that size, before clip and log, would be too large.</summary>
    internal bool OverflowsAt(double size) => (size + Math.Abs(Mean)) / Deviation > float.MaxValue;

    /// <summary>Whether a text is a number that is too large once standardised, and only then.</summary>
    internal bool Overflows(ReadOnlySpan<byte> utf8) => _reader.Examine(utf8, out bool present, out double value) == ValueFault.None && present && !float.IsFinite(Standardised(value));

    internal EsmmException Refuse(string value) => _reader.Refuse(value, "is too large for a float once standardised");

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

    private float Standardised(double value) => (float)((value - Mean) / Deviation);

    private void Write(double value, ImpressionBatch batch, int slot, int row)
    {
        float number = Standardised(value);
        if (!float.IsFinite(number))
        {
            throw Refuse(NumberReader.Describe(value));
        }

        batch.Numbers(slot)[row] = number;
        if (_field.MissingIndicator)
        {
            batch.Numbers(slot + 1)[row] = 0;
        }
    }
}
