using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Formats.Times;

/// <summary>Reads times as a log writes them, to ticks (100 ns) of UTC since the year 1. Neither the culture nor the zone of the machine matters.</summary>
/// <remarks>
/// A time of a zone whose clocks go back may mean two instants: the earlier one is taken. A time that the clocks skip when they go
/// forward does not exist, and is refused.
/// </remarks>
internal sealed class TimeReader
{
    private const int DateLength = 10;

    // By what stands between date and time: nothing, T or a space. A fraction of a second may be left out.
    private static readonly string[] Dates = ["yyyy-MM-dd"];
    private static readonly string[] Joined = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm"];
    private static readonly string[] Spaced = ["yyyy-MM-dd' 'HH:mm:ss.FFFFFFF", "yyyy-MM-dd' 'HH:mm"];
    private static readonly string[] JoinedOffset = [.. Joined.Select(format => format + "K")];
    private static readonly string[] SpacedOffset = [.. Spaced.Select(format => format + "K")];

    private readonly TimeFormat _format;
    private readonly TimeZoneInfo? _zone;

    /// <param name="format">How times are written.</param>
    /// <param name="zone">The zone of times without an offset; null where each has one.</param>
    /// <exception cref="EsmmException">There is no such zone.</exception>
    public TimeReader(TimeFormat format, string? zone)
    {
        _format = format;
        if (zone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _zone))
        {
            throw new EsmmException(EsmmErrorKind.Config, ErrorText.Quote(zone) + " is no time zone that this machine knows", "time.zone", "a name such as \"UTC\" or \"Europe/Berlin\"");
        }
    }

    /// <summary>Reads a time; spaces around it don't count.</summary>
    /// <param name="text">The text of the log.</param>
    /// <param name="column">Its column, for the message.</param>
    /// <exception cref="EsmmException">It is no time, has no offset where no zone is stated, or was skipped by the zone's clocks.</exception>
    public long Read(ReadOnlySpan<char> text, string column)
    {
        ReadOnlySpan<char> trimmed = text.Trim(" \t");
        return _format switch
        {
            TimeFormat.Seconds => SinceEpoch(trimmed, column, TimeSpan.TicksPerSecond),
            TimeFormat.Milliseconds => SinceEpoch(trimmed, column, TimeSpan.TicksPerMillisecond),
            _ => Written(trimmed, column),
        };
    }

    private static long SinceEpoch(ReadOnlySpan<char> text, string column, long unit)
    {
        // The runtime's parser ignores NUL at the end.
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal number) || text[^1] == '\0')
        {
            throw Refuse(text, column, "is no number", unit == TimeSpan.TicksPerSecond ? "seconds since 1970" : "milliseconds since 1970");
        }

        decimal latest = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / unit, earliest = -DateTime.UnixEpoch.Ticks / unit;
        return number >= earliest && number <= latest
            ? DateTime.UnixEpoch.Ticks + (long)(number * unit)
            : throw Refuse(text, column, "is not within the years 1 to 9999", unit == TimeSpan.TicksPerSecond ? "seconds since 1970" : "milliseconds since 1970",
                unit == TimeSpan.TicksPerSecond ? "If these are milliseconds, say \"format\": \"milliseconds\" of the time." : null);
    }

    private long Written(ReadOnlySpan<char> text, string column)
    {
        bool spaced = text.Length > DateLength && text[DateLength] == ' ';
        if (text.Length > DateLength && (text[^1] == 'Z' || text[DateLength..].ContainsAny('+', '-')))
        {
            return DateTimeOffset.TryParseExact(text, spaced ? SpacedOffset : JoinedOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset instant)
                ? instant.UtcTicks
                : throw Refuse(text, column, "is no time", Expected);
        }

        if (!DateTime.TryParseExact(text, text.Length == DateLength ? Dates : spaced ? Spaced : Joined, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
        {
            throw Refuse(text, column, "is no time", Expected);
        }

        return _zone is { } zone
            ? Utc(local, zone, text, column)
            : throw Refuse(text, column, "has no offset from UTC", Expected, "Say in which zone the log is written: \"zone\": \"UTC\" of the time, or \"Europe/Berlin\".");
    }

    private static string Expected => "ISO 8601, such as 2013-06-30T12:00:00Z or 2013-06-30 12:00:00";

    private static long Utc(DateTime local, TimeZoneInfo zone, ReadOnlySpan<char> text, string column)
    {
        if (zone.IsInvalidTime(local))
        {
            throw Refuse(text, column, "does not exist in " + zone.Id + ", where the clocks skip it", "a time of that zone", "Is the zone right?");
        }

        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        long ticks = local.Ticks - offset.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? ticks : throw Refuse(text, column, "is not within the years 1 to 9999", "another time");
    }

    private static EsmmException Refuse(ReadOnlySpan<char> text, string column, string complaint, string expected, string? hint = null) =>
        new(EsmmErrorKind.Data, "time " + ErrorText.Quote(text) + " " + complaint, column.Length == 0 ? null : "column " + ErrorText.Quote(column), expected, hint);
}
