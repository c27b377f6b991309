using System.Globalization;

namespace EsmmLite.Formats.Profiling;

/// <summary>Tells what a text looks like. Spaces and tabs around it don't count.</summary>
internal static class ValueText
{
    private const int LongestTime = 40;

    private static readonly string[] Missing = ["null", "nan", "n/a", "\\n", "?", "#n/a", "<null>", "(null)", "nil"];
    private static readonly string[] PerhapsMissing = ["na", "none", "-", "--", ".", "unknown", "missing"];

    private static readonly string[] Dates =
    [
        .. from date in (string[])["yyyy-M-d", "yyyy/M/d", "d.M.yyyy", "M/d/yyyy", "d/M/yyyy", "d-M-yyyy"]
           from time in (string[])["", " H:mm", " H:mm:ss", " H:mm:ss.FFFFFFF"]
           select date + time,
        .. from time in (string[])["THH:mm", "THH:mm:ss", "THH:mm:ss.FFFFFFF"]
           from zone in (string[])["", "K", "zzz"]
           select "yyyy-MM-dd" + time + zone,
        "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss 'UTC'", "yyyyMMdd'T'HHmmssK", "H:mm:ss", "H:mm",
    ];

    public static ValueKind KindOf(ReadOnlySpan<char> value, out double number)
    {
        ReadOnlySpan<char> text = value.Trim(" \t");
        number = double.NaN;
        if (text.IsEmpty || IsOneOf(text, Missing))
        {
            return ValueKind.Missing;
        }

        // The runtime's parser ignores NUL characters at the end.
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double read) && double.IsFinite(read) && text[^1] != '\0')
        {
            number = read;
            return IsPadded(text) ? ValueKind.Padded : IsWhole(text) ? ValueKind.Integer : ValueKind.Number;
        }

        return IsOneOf(text, PerhapsMissing) ? ValueKind.PerhapsMissing : IsTime(text) ? ValueKind.Time : ValueKind.Text;
    }

    private static bool IsOneOf(ReadOnlySpan<char> text, string[] words)
    {
        foreach (string word in words)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPadded(ReadOnlySpan<char> text) => text.Length > 1 && text[0] == '0' && !text.ContainsAnyExceptInRange('0', '9');

    // Digits, then perhaps a point and zeros: the form that an integer field accepts.
    private static bool IsWhole(ReadOnlySpan<char> text)
    {
        text = text[0] is '+' or '-' ? text[1..] : text;
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 || (end > 0 && text[end] == '.' && !text[(end + 1)..].ContainsAnyExcept('0'));
    }

    private static bool IsTime(ReadOnlySpan<char> text)
        => text.Length <= LongestTime && char.IsAsciiDigit(text[0]) && text.ContainsAny("-/.:")
            && DateTimeOffset.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
