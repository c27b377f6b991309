using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting.Rules;

/// <summary>A point in time never comes again, so its value can't be learned from.</summary>
internal sealed class TimeRule : IColumnRule
{
    /// <summary>2000 and 2040 in seconds since 1970: numbers between them may be times.</summary>
    public const double Earliest = 946_684_800, Latest = 2_208_988_800;

    private const double NearlyAll = 0.99;

    // Seconds, milliseconds and microseconds of Unix time; days written as one number.
    private static readonly (double Low, double High)[] Ranges =
        [(Earliest, Latest), (Earliest * 1e3, Latest * 1e3), (Earliest * 1e6, Latest * 1e6), (20_000_101, 20_391_231), (20_000_101_000_000, 20_391_231_235_959)];

    public ColumnChoice? Choose(ColumnProfile column, LogProfile log)
        => column.Times >= NearlyAll * column.Present || IsNumberOfTime(column)
            ? ColumnChoice.LeaveOut(column, "time", "a point in time never comes again; an hour or a weekday as a column of its own may help"
                + (log.Options.Time is null ? ". If it is the time of the impression, name it with --time" : ""))
            : null;

    private static bool IsNumberOfTime(ColumnProfile column)
        => column.IsNumeric && ColumnNames.SoundsLikeTime(column.Name) && Ranges.Any(range => column.Low >= range.Low && column.High <= range.High);
}
