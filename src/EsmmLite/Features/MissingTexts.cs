using System.Globalization;
using System.Text;

namespace EsmmLite.Features;

/// <summary>The texts that a schema counts as a missing value.</summary>
internal sealed class MissingTexts
{
    private readonly byte[][] _texts;

    private readonly double[] _numbers;

    public MissingTexts(Schema schema)
    {
        _texts = [.. schema.MissingValues.Select(Encoding.UTF8.GetBytes)];
        _numbers = [.. schema.MissingValues.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : (double?)null).OfType<double>()];
    }

    public bool Contains(ReadOnlySpan<byte> utf8)
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
