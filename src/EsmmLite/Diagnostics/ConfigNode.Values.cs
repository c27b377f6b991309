using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Diagnostics;

// Values of one key: each getter notes its fault and gives the fallback.
public sealed partial class ConfigNode
{
    /// <summary>A text, or the fallback when absent.</summary>
    public string Text(string key, string fallback) => OptionalText(key) ?? fallback;

    /// <summary>A text that must be there and must not be empty.</summary>
    public string RequiredText(string key)
    {
        if (!TryGet(key, out JsonElement value))
        {
            FaultMissing(key, "a text");
            return "";
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        FaultType(key, value, "a text that is not empty");
        return "";
    }

    /// <summary>A text, or null when absent.</summary>
    public string? OptionalText(string key)
    {
        if (!TryGet(key, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        FaultType(key, value, "a text");
        return null;
    }

    /// <summary>The text of a value that may be written as a text or as a number; it must be there.</summary>
    internal string? RequiredValue(string key)
    {
        if (!TryGet(key, out JsonElement value))
        {
            FaultMissing(key, "a text or a number");
            return null;
        }

        if (value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        }

        FaultType(key, value, "a text or a number");
        return null;
    }

    /// <summary>A whole number in a range, or the fallback when absent.</summary>
    public int Integer(string key, int fallback, int low, int high) => OptionalInteger(key, low, high) ?? fallback;

    /// <summary>A whole number that must be there; the low end of its range after a fault.</summary>
    public int RequiredInteger(string key, int low, int high)
    {
        if (!Has(key))
        {
            FaultMissing(key, "a whole number " + Range(low, high));
        }

        return OptionalInteger(key, low, high) ?? low;
    }

    /// <summary>A whole number in a range, or null when absent.</summary>
    public int? OptionalInteger(string key, int low, int high) => (int?)OptionalLong(key, low, high);

    /// <summary>A whole number of up to 64 bits in a range, or the fallback when absent.</summary>
    public long Long(string key, long fallback, long low, long high) => OptionalLong(key, low, high) ?? fallback;

    /// <summary>A whole number of up to 64 bits without a sign, or the fallback when absent.</summary>
    public ulong Unsigned(string key, ulong fallback)
    {
        if (TryGet(key, out JsonElement value))
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number))
            {
                return number;
            }

            FaultType(key, value, "a whole number " + Range(ulong.MinValue, ulong.MaxValue));
        }

        return fallback;
    }

    /// <summary>A number in a range, or the fallback when absent.</summary>
    public double Number(string key, double fallback, double low, double high) => OptionalNumber(key, low, high) ?? fallback;

    /// <summary>A number in a range, or null when absent.</summary>
    public double? OptionalNumber(string key, double low, double high)
    {
        if (TryGet(key, out JsonElement value))
        {
            // 1e400 reads as infinity, which is no number that anyone meant.
            if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) && number >= low && number <= high)
            {
                return number;
            }

            FaultType(key, value, "a number " + Range(low, high));
        }

        return null;
    }

    /// <summary>true or false, or the fallback when absent.</summary>
    public bool Flag(string key, bool fallback)
    {
        if (TryGet(key, out JsonElement value))
        {
            if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return value.GetBoolean();
            }

            FaultType(key, value, "true or false");
        }

        return fallback;
    }

    /// <summary>One of several words, or the fallback when absent.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fallback">The value when absent or wrong.</param>
    /// <param name="choices">The words and what they stand for.</param>
    public T Choice<T>(string key, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (!TryGet(key, out JsonElement element))
        {
            return fallback;
        }

        string? text = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        var words = new List<string>();
        foreach ((string word, T value) in choices)
        {
            if (word == text)
            {
                return value;
            }

            words.Add(word);
        }

        string? near = text is null ? null : ErrorText.Nearest(text, words);
        FaultType(key, element, "one of " + ErrorText.List(words) + (near is null ? "" : " (did you mean \"" + near + "\"?)"));
        return fallback;
    }

    internal static string Range<T>(T low, T high)
        where T : IComparable<T>, IFormattable
    {
        return string.Create(CultureInfo.InvariantCulture, $"from {low} to {high}");
    }

    private long? OptionalLong(string key, long low, long high)
    {
        if (TryGet(key, out JsonElement value))
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= low && number <= high)
            {
                return number;
            }

            FaultType(key, value, "a whole number " + Range(low, high));
        }

        return null;
    }
}
