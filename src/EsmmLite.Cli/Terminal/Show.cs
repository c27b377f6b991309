using System.Globalization;

namespace EsmmLite.Cli.Terminal;

/// <summary>How numbers are written for people: invariant culture, undefined values as n/a.</summary>
internal static class Show
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Count(long count) => count.ToString("N0", Invariant);

    public static string Metric(double? value) => value?.ToString("F4", Invariant) ?? "n/a";

    public static string Brief(double value) => value.ToString("G3", Invariant);

    public static string Signed(double value) => value.ToString("+0.0000;-0.0000;0.0000", Invariant);

    public static string Probability(float value) => value.ToString(value < 0.001f ? "0.00E+0" : "F5", Invariant);

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 30 => (bytes / (double)(1 << 30)).ToString("F2", Invariant) + " GiB",
        >= 1 << 20 => (bytes / (double)(1 << 20)).ToString("F1", Invariant) + " MiB",
        >= 1 << 10 => (bytes / (double)(1 << 10)).ToString("F1", Invariant) + " KiB",
        _ => bytes.ToString(Invariant) + " bytes",
    };

    public static string Duration(TimeSpan time)
    {
        double seconds = Math.Max(0, time.TotalSeconds);
        return seconds < 100
            ? seconds.ToString(seconds < 10 ? "F1" : "F0", Invariant) + " s"
            : string.Create(Invariant, $"{(long)seconds / 3600:0}:{(long)seconds / 60 % 60:00}:{(long)seconds % 60:00}");
    }
}
