using System.Globalization;

namespace EsmmLite.Formats.BadInput;

/// <summary>How many bad rows are too many. Judged at 1,000 rows, each time their number has doubled since, and at the end.</summary>
public static class BadRowLimit
{
    /// <summary>The share of rows that may be bad unless told otherwise: one in a thousand.</summary>
    public const double Usual = 0.001;

    internal const long JudgedFrom = 1000;

    private const double Rounding = 1 + 1e-12; // a tenth of ten rows is one row

    /// <summary>Refuses counts with too many bad rows.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="most">The share of rows that may be bad.</param>
    /// <param name="log">The log, for the message.</param>
    /// <exception cref="EsmmException">There are more.</exception>
    public static void Require(BadRowCounts counts, double most, string log)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (IsBeyond(counts, most))
        {
            throw new EsmmException(EsmmErrorKind.Data, counts + Allowed(most) + "; the first: " + counts.First, log, hint: Hint);
        }
    }

    internal static bool IsBeyond(BadRowCounts counts, double most) => counts.Bad > most * counts.Rows * Rounding;

    /// <summary>The first bad row's fault, with the counts behind it.</summary>
    internal static EsmmException Fault(BadRowCounts counts, double most, EsmmException first) => new(
        EsmmErrorKind.Data, first.What + "; " + counts + Allowed(most), first.Where, first.Expected, (first.Hint is null ? "" : first.Hint + " ") + Hint, first);

    private static string Allowed(double most) => ", where " + (most * 100).ToString("0.######", CultureInfo.InvariantCulture) + " % may be";

    private static string Hint => "--quarantine FILE keeps bad rows aside, --max-bad-rows SHARE allows more of them.";
}
