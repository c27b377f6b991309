using System.Globalization;
using System.Text;

namespace EsmmLite.Features;

/// <summary>The texts that a schema counts as a missing value.</summary>
internal sealed class MissingTexts
{
    private readonly byte[][] _texts;
    private readonly int _longest;
    private readonly double[] _numbers;

    public MissingTexts(Schema schema)
    {
        _texts = [.. schema.MissingValues.Select(Encoding.UTF8.GetBytes)];
        _longest = _texts.Select(text => text.Length).DefaultIfEmpty(-1).Max();
        _numbers = [.. schema.MissingValues.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : (double?)null).OfType<double>()];
    }

    // Most values are longer than any text that means missing, and need no look at their bytes.
    public bool Contains(ReadOnlySpan<byte> utf8) => !AreShorterThan(utf8) && IsListed(utf8);

    /// <summary>Whether a value is longer than any of the texts.</summary>
    public bool AreShorterThan(ReadOnlySpan<byte> utf8) => utf8.Length > _longest;

    private bool IsListed(ReadOnlySpan<byte> utf8)
    {
        foreach (byte[] text in _texts)
        {
            if (utf8.SequenceEqual(text))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether one of the texts reads as this number: where "-1" means missing, so does −1.</summary>
    public bool Contains(double number)
    {
        foreach (double missing in _numbers)
        {
            if (missing.Equals(number))
            {
                return true;
            }
        }

        return false;
    }
}
