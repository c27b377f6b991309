using EsmmLite.Evaluation;

namespace EsmmLite.Cli.Comparing;

/// <summary>Whether a model is better for one task at the price of the other.</summary>
internal static class Seesaw
{
    /// <summary>1 where the interval of a difference is above 0, -1 where below, 0 where it can't be told.</summary>
    public static int Sign(IntervalEstimate difference) => difference.Interval is not { } interval ? 0 : interval.Low > 0 ? 1 : interval.High < 0 ? -1 : 0;

    /// <summary>Whether more of a metric is better; null for PCOC, which is best at 1.</summary>
    public static bool? MoreIsBetter(string metric) => metric.EndsWith("pcoc", StringComparison.Ordinal) ? null : !(metric.EndsWith("logLoss", StringComparison.Ordinal) || metric.EndsWith("normalisedEntropy", StringComparison.Ordinal));

    /// <summary>A difference in a word.</summary>
    public static string Verdict(IntervalEstimate difference) => (Sign(difference), MoreIsBetter(difference.Name)) switch
    {
        _ when difference.Interval is null => "n/a",
        (0, _) => "can't be told",
        (_, null) => "differs",
        (1, true) or (-1, false) => "better",
        _ => "worse",
    };

    public static string Arrow(int sign) => sign switch { 1 => "up", -1 => "down", _ => "can't be told" };

    /// <summary>What the two directions together mean.</summary>
    public static string Meaning(int ctr, int cvr) => (ctr, cvr) switch
    {
        (1, 1) => "better for both tasks",
        (-1, -1) => "worse for both tasks",
        (1, -1) => "a seesaw: clicks are ranked better at the price of conversions",
        (-1, 1) => "a seesaw: conversions are ranked better at the price of clicks",
        (0, 0) => "no difference that these rows support",
        (1, 0) or (0, 1) => "better for one task; for the other it can't be told",
        _ => "worse for one task; for the other it can't be told",
    };
}
