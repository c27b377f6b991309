using EsmmLite.Diagnostics;

namespace EsmmLite.Evaluation;

/// <summary>The names of the metrics in a report, as configurations write them: <c>ctcvr.auc</c>.</summary>
internal static class MetricNames
{
    private static readonly string[] Tasks = ["ctr", "cvr", "ctcvr"];

    /// <summary>Every metric of a report.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Tasks.SelectMany(t => new[] { t + ".auc", t + ".logLoss", t + ".pcoc" })];

    /// <summary>The metrics of which more, or less, is always better. PCOC is best at 1, from either side.</summary>
    public static IReadOnlyList<string> Ordered { get; } = [.. All.Where(n => !n.EndsWith(".pcoc", StringComparison.Ordinal))];

    /// <summary>Refuses a name that is not among some others.</summary>
    public static void Require(string name, IReadOnlyList<string> valid, string reason)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!valid.Contains(name))
        {
            throw new EsmmException(EsmmErrorKind.Config, $"'{name}' {reason}", "metric", "one of " + string.Join(", ", valid), ErrorText.DidYouMean(name, valid));
        }
    }
}
