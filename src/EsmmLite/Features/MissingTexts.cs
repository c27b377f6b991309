using System.Text;

namespace EsmmLite.Features;

/// <summary>The texts that a schema counts as a missing value.</summary>
internal sealed class MissingTexts
{
    private readonly byte[][] _texts;

    public MissingTexts(Schema schema) => _texts = [.. schema.MissingValues.Select(Encoding.UTF8.GetBytes)];

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
}
