using EsmmLite.RealData.Comparison;

namespace EsmmLite.Formats.Tests;

/// <summary>ESMM with the sample configs against the same model without hidden layers, on real logs that are not part of the repository.</summary>
public sealed class RealDataTests
{
    private const double Tolerance = 0.01;

    public static TheoryData<string> Names => [.. RealDataSet.All.Select(set => set.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EsmmIsNotBelowTheFloor(string name)
    {
        RealDataSet set = RealDataSet.All.Single(s => s.Name == name);
        (string root, string data) = RealDataFolder.Find(set.File);

        IReadOnlyList<SeedResult> results = EsmmAndFloor.Run(set, data, Path.Combine(root, "samples"), set.Seeds);

        Assert.All(results, result => Assert.Equal(set.Counts, result.Counts));
        MetricPair[] pairs = [.. MetricPair.Aucs.Select(metric => MetricPair.Of(metric, results)).OfType<MetricPair>()];
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.True(pair.Difference.Mean >= -Tolerance,
            $"{name}: {pair.Metric} of ESMM is {pair.Subject:F4}, of the floor {pair.Baseline:F4}: {pair.Difference.Mean:F4} ± {pair.Difference.Deviation:F4}"));
    }
}
