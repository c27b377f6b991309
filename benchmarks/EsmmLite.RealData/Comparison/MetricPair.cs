using EsmmLite.Experiments.Ranking;

namespace EsmmLite.RealData.Comparison;

/// <summary>One metric of ESMM and the floor over seeds: means, standard deviations and the paired difference.</summary>
internal sealed record MetricPair(string Metric, double Esmm, double EsmmDeviation, double Floor, double FloorDeviation, PairedDifference Difference)
{
    /// <summary>The AUCs, in the order of the funnel.</summary>
    public static IReadOnlyList<string> Aucs { get; } = ["ctr.auc", "cvr.auc", "ctcvr.auc"];

    /// <summary>Whether the mean difference lies within two of its standard errors: too little to tell the two apart.</summary>
    public bool IsTooCloseToTell => Math.Abs(Difference.Mean) <= 2 * Difference.Deviation / Math.Sqrt(Difference.Seeds);

    /// <summary>Summarises a metric; null where a seed leaves it undefined.</summary>
    public static MetricPair? Of(string metric, IReadOnlyList<SeedResult> results)
    {
        double?[] esmm = [.. results.Select(r => r.Esmm.Test.Metric(metric))], floor = [.. results.Select(r => r.Floor.Test.Metric(metric))];
        if (esmm.Concat(floor).Any(value => value is null))
        {
            return null;
        }

        double[] a = [.. esmm.Select(v => v!.Value)], b = [.. floor.Select(v => v!.Value)];
        ((double meanA, double deviationA), (double meanB, double deviationB)) = (PairedDifference.MeanAndDeviation(a), PairedDifference.MeanAndDeviation(b));
        return new MetricPair(metric, meanA, deviationA, meanB, deviationB, PairedDifference.Of([.. a.Zip(b, (x, y) => x - y)]));
    }
}
