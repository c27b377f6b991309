namespace EsmmLite.Features;

/// <summary>The canonical decimal text of an integer, so that "007", "+7", "7" and "7.0" are one value.</summary>
/// <remarks>
/// Tools that save a column of integers with gaps often write it as floats. The integer is not parsed, so it may be
/// wider than 64 bits.
/// </remarks>
public static class IntegerText
{
    /// <summary>The most digits an integer may have.</summary>
    public const int MaxDigits = 127;

    /// <summary>Brings an integer into canonical form: no plus sign, no leading zeros, no fraction of zeros, no spaces around.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="scratch">Room for the result where it is not a part of the text; <see cref="MaxDigits"/> + 1 bytes.</param>
    /// <param name="canonical">The canonical form: a part of the text or of the scratch.</param>
    /// <returns>Whether the text is an integer.</returns>
    public static bool TryCanonical(ReadOnlySpan<byte> utf8, Span<byte> scratch, out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        utf8 = utf8.Trim(" \t"u8);
        bool negative = utf8.Length > 0 && utf8[0] == '-';
        int start = negative || (utf8.Length > 0 && utf8[0] == '+') ? 1 : 0;
        int end = start;
        while (end < utf8.Length && char.IsAsciiDigit((char)utf8[end]))
        {
            end++;
        }

        if (end == start || !IsZeroFraction(utf8[end..]))
        {
            return false;
        }

        while (start < end - 1 && utf8[start] == '0')
        {
            start++;
        }

        ReadOnlySpan<byte> digits = utf8[start..end];
        if (digits.Length > MaxDigits)
        {
            return false;
        }

        if (!negative || digits is [(byte)'0'])
        {
            canonical = digits;
        }
        else if (utf8[start - 1] == '-')
        {
            canonical = utf8[(start - 1)..end];
        }
        else
        {
            scratch[0] = (byte)'-';
            digits.CopyTo(scratch[1..]);
            canonical = scratch[..(digits.Length + 1)];
        }

        return true;
    }

    private static bool IsZeroFraction(ReadOnlySpan<byte> tail)
    {
        return tail.IsEmpty || (tail[0] == '.' && !tail[1..].ContainsAnyExcept((byte)'0'));
    }
}
