using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Tests.Times;

public class TimeReaderTests
{
    [Theory]
    [InlineData("2013-06-30T12:00:00Z", "2013-06-30T12:00:00Z")]
    [InlineData("2013-06-30T12:00:00+02:00", "2013-06-30T10:00:00Z")]
    [InlineData("2013-06-30T12:00:00-0330", "2013-06-30T15:30:00Z")]
    [InlineData("2013-06-30 12:00:00.123456Z", "2013-06-30T12:00:00.123456Z")]
    [InlineData("2013-06-30T12:00Z", "2013-06-30T12:00:00Z")]
    [InlineData(" 2013-06-30T23:59:59.9999999+05:45\t", "2013-06-30T18:14:59.9999999Z")]
    public void AnOffsetNeedsNoZone(string text, string utc)
    {
        Assert.Equal(utc, Read(TimeFormat.Iso, null, text));
        Assert.Equal(utc, Read(TimeFormat.Iso, "Asia/Kathmandu", text)); // a stated zone is for the others
    }

    [Theory]
    [InlineData("UTC", "2013-06-30 12:00:00", "2013-06-30T12:00:00Z")]
    [InlineData("UTC", "2013-06-30", "2013-06-30T00:00:00Z")]
    [InlineData("Europe/Berlin", "2013-06-30 12:00:00", "2013-06-30T10:00:00Z")]
    [InlineData("Europe/Berlin", "2013-12-30T12:00:00.5", "2013-12-30T11:00:00.5Z")]
    [InlineData("Asia/Kathmandu", "2013-06-30 12:00", "2013-06-30T06:15:00Z")]
    [InlineData("Europe/Berlin", "2013-10-27 02:30:00", "2013-10-27T00:30:00Z")] // twice: the earlier one
    [InlineData("Europe/Berlin", "2013-10-27 03:00:00", "2013-10-27T02:00:00Z")]
    [InlineData("America/New_York", "2013-11-03 01:30:00", "2013-11-03T05:30:00Z")] // twice
    public void WithoutAnOffsetTheStatedZoneCounts(string zone, string text, string utc) => Assert.Equal(utc, Read(TimeFormat.Iso, zone, text));

    [Theory]
    [InlineData(TimeFormat.Seconds, "0", "1970-01-01T00:00:00Z")]
    [InlineData(TimeFormat.Seconds, "1372593600", "2013-06-30T12:00:00Z")]
    [InlineData(TimeFormat.Seconds, "1372593600.25", "2013-06-30T12:00:00.25Z")]
    [InlineData(TimeFormat.Seconds, "1.3725936e9", "2013-06-30T12:00:00Z")]
    [InlineData(TimeFormat.Seconds, "-1", "1969-12-31T23:59:59Z")]
    [InlineData(TimeFormat.Milliseconds, "1372593600123", "2013-06-30T12:00:00.123Z")]
    [InlineData(TimeFormat.Milliseconds, "1372593600123.0", "2013-06-30T12:00:00.123Z")]
    public void SecondsSince1970AreUtc(TimeFormat format, string text, string utc) => Assert.Equal(utc, Read(format, null, text));

    [Theory]
    [InlineData(TimeFormat.Iso, "UTC", "", "is no time")]
    [InlineData(TimeFormat.Iso, "UTC", "30.06.2013", "is no time")]
    [InlineData(TimeFormat.Iso, "UTC", "2013-6-30", "is no time")]
    [InlineData(TimeFormat.Iso, "UTC", "2013-02-29", "is no time")]
    [InlineData(TimeFormat.Iso, "UTC", "2013-06-30 24:00:00", "is no time")]
    [InlineData(TimeFormat.Iso, "UTC", "2013-06-30T12:00:00+99:00", "is no time")]
    [InlineData(TimeFormat.Iso, "UTC", "2013-06-30T12:00:00\0", "is no time")]
    [InlineData(TimeFormat.Iso, "UTC", "1372593600", "is no time")]
    [InlineData(TimeFormat.Iso, null, "2013-06-30 12:00:00", "has no offset from UTC")]
    [InlineData(TimeFormat.Iso, "Europe/Berlin", "2013-03-31 02:30:00", "does not exist in Europe/Berlin")]
    [InlineData(TimeFormat.Seconds, null, "2013-06-30", "is no number")]
    [InlineData(TimeFormat.Seconds, null, "1\0", "is no number")]
    [InlineData(TimeFormat.Seconds, null, "", "is no number")]
    [InlineData(TimeFormat.Seconds, null, "1,5", "is no number")]
    [InlineData(TimeFormat.Seconds, null, "1372593600123", "are milliseconds")]
    [InlineData(TimeFormat.Milliseconds, null, "99999999999999999", "within the years 1 to 9999")]
    public void WhatIsNoTimeIsRefused(TimeFormat format, string? zone, string text, string complaint)
    {
        EsmmException e = Assert.Throws<EsmmException>(() => Read(format, zone, text));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.Contains("column \"at\": time ", e.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AZoneThatIsNotKnownIsAFaultOfTheConfig() => Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => Read(TimeFormat.Iso, "Mars/Olympus", "2013-06-30")).Kind);

    [Fact]
    public void TheCultureDoesNotMatter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            // As in Germany, Finland or Iran; the program itself runs with the invariant culture.
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (odd.DateTimeFormat.DateSeparator, odd.DateTimeFormat.TimeSeparator) = ("/", ".");
            (odd.NumberFormat.NumberDecimalSeparator, odd.NumberFormat.NumberGroupSeparator, odd.NumberFormat.NegativeSign) = (",", ".", "\u2212");
            CultureInfo.CurrentCulture = odd;
            Assert.Equal("2013-06-30T10:00:00.5Z", Read(TimeFormat.Iso, "Europe/Berlin", "2013-06-30 12:00:00.5"));
            Assert.Equal("1969-12-31T23:59:58.5Z", Read(TimeFormat.Seconds, null, "-1.5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Read(TimeFormat format, string? zone, string text) => TimeText.Of(new TimeReader(format, zone).Read(text, "at"));
}
