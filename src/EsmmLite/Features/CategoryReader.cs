using System.Runtime.CompilerServices;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>Reads a categorical value: missing or not, and canonical where values are integers. Learning and encoding share it.</summary>
internal sealed class CategoryReader(string name, bool integer, MissingRule rule, MissingTexts missing)
{
    public const int ScratchBytes = IntegerText.MaxDigits + 1;

    public bool Integer => integer;

    public bool MissingIsValue => rule == MissingRule.Value;

    /// <summary>Reads a value.</summary>
    /// <param name="utf8">The text of the log or the request.</param>
    /// <param name="scratch">Room for a canonical integer.</param>
    /// <param name="value">The bytes to hash or to look up; empty for a missing value.</param>
    /// <param name="absent">Whether the value is missing.</param>
    /// <returns>Whether there is a value: false for one that is missing under <see cref="MissingRule.Zero"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(ReadOnlySpan<byte> utf8, Span<byte> scratch, out ReadOnlySpan<byte> value, out bool absent)
    {
        // Most values of a log are these.
        if (!integer && missing.AreShorterThan(utf8))
        {
            value = utf8;
            absent = false;
            return true;
        }

        return TryReadAny(utf8, scratch, out value, out absent);
    }

    private bool TryReadAny(ReadOnlySpan<byte> utf8, Span<byte> scratch, out ReadOnlySpan<byte> value, out bool absent)
    {
        absent = missing.Contains(utf8);
        value = utf8;
        if (!absent && integer)
        {
            // "-1.0" is missing where "-1" is; a field of spaces is missing where an empty one is.
            absent = missing.Contains(utf8.Trim(" \t"u8));
            if (!absent)
            {
                if (!IntegerText.TryCanonical(utf8, scratch, out value))
                {
                    throw NotInteger(ErrorText.Quote(utf8));
                }

                absent = missing.Contains(value);
            }
        }

        if (absent)
        {
            // All texts that mean missing are one value, the empty one.
            value = default;
        }

        return !absent || MissingIsValue;
    }

    /// <summary>Whether <see cref="TryRead"/> would refuse a text.</summary>
    public bool Refuses(ReadOnlySpan<byte> utf8)
    {
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        return integer && !missing.Contains(utf8) && !missing.Contains(utf8.Trim(" \t"u8)) && !IntegerText.TryCanonical(utf8, scratch, out _);
    }

    public EsmmException NotInteger(string value)
    {
        return new EsmmException(EsmmErrorKind.Data, "value " + value + " is not an integer", "field " + ErrorText.Quote(name), "an integer such as 7, -7 or 7.0",
            "Set \"integer\": false to take the values as they are, or list the text under \"missing\".");
    }
}
