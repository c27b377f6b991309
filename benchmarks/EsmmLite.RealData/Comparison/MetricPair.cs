using EsmmLite.Experiments.Ranking;

namespace EsmmLite.RealData.Comparison;

/// <summary>One metric of two models over seeds: means, standard deviations and the paired difference.</summary>
internal sealed record MetricPair(string Metric, double Subject, double SubjectDeviation, double Baseline, double BaselineDeviation, PairedDifference Difference)
{
    /// <summary>The AUCs, in the order of the funnel.</summary>
    public static IReadOnlyList<string> Aucs { get; } = ["ctr.auc", "cvr.auc", "ctcvr.auc"];

    /// <summary>Whether the mean difference lies within two of its standard errors: too little to tell the two apart.</summary>
    public bool IsTooCloseToTell => Math.Abs(Difference.Mean) <= 2 * Difference.Deviation / Math.Sqrt(Difference.Seeds);

    /// <summary>Summarises a metric; null where a seed leaves it undefined.</summary>
    public static MetricPair? Of(string metric, IReadOnlyList<SeedResult> results)
    {
        double?[] subject = [.. results.Select(r => r.Subject.Test.Metric(metric))], baseline = [.. results.Select(r => r.Baseline.Test.Metric(metric))];
        if (subject.Concat(baseline).Any(value => value is null))
        {
            return null;
        }

        double[] a = [.. subject.Select(v => v!.Value)], b = [.. baseline.Select(v => v!.Value)];
        ((double meanA, double deviationA), (double meanB, double deviationB)) = (PairedDifference.MeanAndDeviation(a), PairedDifference.MeanAndDeviation(b));
        return new MetricPair(metric, meanA, deviationA, meanB, deviationB, PairedDifference.Of([.. a.Zip(b, (x, y) => x - y)]));
    }
}
