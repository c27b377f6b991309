using EsmmLite.Features;
using EsmmLite.Formats.Drafting.Rules;
using EsmmLite.Formats.Profiling;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Drafting;

/// <summary>How the times of the impressions are written. A column that can't be read as times is not declared: training would refuse its rows.</summary>
internal static class TimeChoice
{
    private const string AssumedZone = "UTC";

    /// <summary>The time as the config declares it; null where no column was named, or the one named can't be read.</summary>
    public static Explained<ImpressionTime>? Of(LogProfile log)
    {
        if (log.Options.Time is not { } name || log.Columns.First(column => column.Name == name) is not { Missing: 0 } column)
        {
            return null;
        }

        (TimeFormat Format, string? Zone, string Why)[] forms =
        [
            (TimeFormat.Iso, null, "each with its offset"),
            (TimeFormat.Iso, AssumedZone, "without an offset: taken for UTC, which only somebody who knows the log can tell"),
            (TimeFormat.Seconds, null, "seconds since 1970"),
            (TimeFormat.Milliseconds, null, "milliseconds since 1970"),
        ];
        return forms.Where(form => Fits(column, form.Format, form.Zone))
            .Select(form => new Explained<ImpressionTime>(new ImpressionTime { Column = name, Format = form.Format, Zone = form.Zone }, form.Why)).FirstOrDefault();
    }

    // Every number reads as seconds: only those of our time are taken for them.
    private static bool Fits(ColumnProfile column, TimeFormat format, string? zone)
    {
        if (format != TimeFormat.Iso)
        {
            double unit = format == TimeFormat.Seconds ? 1 : 1000;
            return column.IsNumeric && column.Low >= TimeRule.Earliest * unit && column.High <= TimeRule.Latest * unit;
        }

        var reader = new TimeReader(format, zone);
        return column.Values.All(value => CanRead(reader, value.Text, column.Name));
    }

    private static bool CanRead(TimeReader reader, string text, string column)
    {
        try
        {
            reader.Read(text, column);
            return true;
        }
        catch (EsmmException)
        {
            return false;
        }
    }
}
