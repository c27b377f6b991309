using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Kernels;

namespace EsmmLite.Features;

/// <summary>Reads a number: missing or not, finite, clipped, logarithm taken. Learning and encoding share it.</summary>
internal sealed class NumberReader
{
    private readonly NumericField _field;
    private readonly MissingTexts _missing;
    private readonly bool _log;

    public NumberReader(NumericField field, MissingTexts missing)
    {
        _field = field;
        _missing = missing;

        // The logarithm keeps the order, so quantiles don't need it.
        _log = field.Log && field.Buckets is null;
    }

    /// <summary>Reads a text; false when it is missing.</summary>
    public bool TryRead(ReadOnlySpan<byte> utf8, out double value)
    {
        ValueFault fault = Examine(utf8, out bool present, out value);
        return fault == ValueFault.None ? present : throw Refuse(ErrorText.Quote(utf8), fault);
    }

    /// <summary>Reads a text, and says what is wrong with it.</summary>
    public ValueFault Examine(ReadOnlySpan<byte> utf8, out bool present, out double value)
    {
        value = 0;
        ReadOnlySpan<byte> text = utf8.Trim(" \t"u8);
        present = !_missing.Contains(utf8) && !_missing.Contains(text);
        if (!present)
        {
            return ValueFault.None;
        }

        // The runtime's parser ignores NUL bytes at the end.
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && text[^1] != 0 ? Transform(number, out value) : ValueFault.NotANumber;
    }

    /// <summary>Reads a number; false when one of the missing texts says it.</summary>
    public bool TryRead(double number, out double value)
    {
        bool present = !_missing.Contains(number);
        value = 0;
        ValueFault fault = present ? Transform(number, out value) : ValueFault.None;
        return fault == ValueFault.None ? present : throw Refuse(Describe(number), fault);
    }

    public EsmmException Refuse(string value, ValueFault fault) => Refuse(value, ComplaintOf(fault));

    public EsmmException Refuse(string value, string complaint)
    {
        return new EsmmException(EsmmErrorKind.Data, "value " + value + " " + complaint, "field " + ErrorText.Quote(_field.Name), "a finite number",
            "List the text under \"missing\" if it means that the number is not known.");
    }

    public static string Describe(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string ComplaintOf(ValueFault fault) => fault switch
    {
        ValueFault.NotFinite => "is not finite",
        ValueFault.TooLarge => "is too large for a float",
        _ => "is not a number",
    };

    /// <summary>Clip, then log.</summary>
    private ValueFault Transform(double number, out double value)
    {
        value = 0;
        if (!double.IsFinite(number))
        {
            return ValueFault.NotFinite;
        }

        if (number < _field.ClipLow)
        {
            number = _field.ClipLow.GetValueOrDefault();
        }

        if (number > _field.ClipHigh)
        {
            number = _field.ClipHigh.GetValueOrDefault();
        }

        if (_log)
        {
            number = number < 0 ? -ExactMath.Log1p(-number) : ExactMath.Log1p(number);
        }

        value = number;
        return float.IsFinite((float)number) ? ValueFault.None : ValueFault.TooLarge;
    }
}
