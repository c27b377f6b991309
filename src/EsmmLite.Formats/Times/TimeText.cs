using System.Globalization;

namespace EsmmLite.Formats.Times;

/// <summary>Times in messages and keys: ISO 8601 in UTC, with as many digits as needed.</summary>
internal static class TimeText
{
    public static string Of(long utcTicks) => new DateTime(utcTicks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
