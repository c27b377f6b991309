using System.Globalization;

namespace EsmmLite.Formats.Drafting;

/// <summary>How numbers are written in reasons.</summary>
internal static class Say
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Count(long count) => count.ToString("N0", Invariant);

    /// <summary>A number of distinct values, with a mark where it is an estimate.</summary>
    public static string Distinct(Profiling.ColumnProfile column) => (column.IsDistinctExact ? "" : "about ") + Count(column.Distinct);

    public static string Share(double share) => share switch
    {
        0 or 1 => share.ToString("P0", Invariant),
        < 0.001 => "under 0.1 %",
        > 0.999 => "over 99.9 %",
        < 0.1 or > 0.9 => share.ToString("P1", Invariant),
        _ => share.ToString("P0", Invariant),
    };

    public static string Number(double number) => number.ToString(Math.Abs(number) is >= 1e4 and < 1e15 ? "N0" : "G4", Invariant);

    /// <summary>A number of one or two digits and zeros that is at least as large.</summary>
    public static double RoundUp(double number)
    {
        if (number <= 0)
        {
            return number == 0 ? 0 : -RoundDown(-number);
        }

        double unit = Math.Pow(10, Math.Floor(Math.Log10(number)) - 1);
        return Math.Round(Math.Ceiling(number / unit * (1 - 1e-12)) * unit, 12);
    }

    private static double RoundDown(double number)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(number)) - 1);
        return Math.Round(Math.Floor(number / unit * (1 + 1e-12)) * unit, 12);
    }
}
