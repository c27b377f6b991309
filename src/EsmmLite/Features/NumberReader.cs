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
        value = 0;
        ReadOnlySpan<byte> text = utf8.Trim(" \t"u8);
        if (_missing.Contains(utf8) || _missing.Contains(text))
        {
            return false;
        }

        // The runtime's parser ignores NUL bytes at the end.
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || text[^1] == 0)
        {
            throw Refuse(ErrorText.Quote(utf8), "is not a number");
        }

        value = Transform(number, utf8);
        return true;
    }

    /// <summary>Reads a number; false when one of the missing texts says it.</summary>
    public bool TryRead(double number, out double value)
    {
        bool present = !_missing.Contains(number);
        value = present ? Transform(number, default) : 0;
        return present;
    }

    public EsmmException Refuse(string value, string complaint)
    {
        return new EsmmException(EsmmErrorKind.Data, "value " + value + " " + complaint, "field " + ErrorText.Quote(_field.Name), "a finite number",
            "List the text under \"missing\" if it means that the number is not known.");
    }

    public static string Describe(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Clip, then log.</summary>
    private double Transform(double number, ReadOnlySpan<byte> text)
    {
        if (!double.IsFinite(number))
        {
            throw Refuse(text.IsEmpty ? Describe(number) : ErrorText.Quote(text), "is not finite");
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

        return float.IsFinite((float)number) ? number : throw Refuse(text.IsEmpty ? Describe(number) : ErrorText.Quote(text), "is too large for a float");
    }
}
