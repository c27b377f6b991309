using System.Globalization;

namespace EsmmLite.Features;

/// <summary>A length of time as a config writes it: a whole number and s, m, h or d.</summary>
internal static class WindowText
{
    public const string Expected = "a whole number above 0 and a unit: s, m, h or d, such as \"30m\" or \"7d\"";

    private const long Longest = 36_500 * TimeSpan.TicksPerDay;

    private static readonly (char Unit, long Ticks)[] Units = [('d', TimeSpan.TicksPerDay), ('h', TimeSpan.TicksPerHour), ('m', TimeSpan.TicksPerMinute), ('s', TimeSpan.TicksPerSecond)];

    /// <summary>Reads a length of up to a hundred years; null where the text is none.</summary>
    public static TimeSpan? Read(string text)
    {
        long ticks = text.Length == 0 ? 0 : Array.Find(Units, unit => unit.Unit == text[^1]).Ticks;
        return ticks > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 && count <= Longest / ticks
            ? TimeSpan.FromTicks(count * ticks)
            : null;
    }

    /// <summary>Writes a length in the largest unit that leaves no rest; parts of a second are not kept.</summary>
    public static string Write(TimeSpan window)
    {
        (char unit, long ticks) = Array.Find(Units, unit => window.Ticks % unit.Ticks == 0);
        return (window.Ticks / ticks).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
