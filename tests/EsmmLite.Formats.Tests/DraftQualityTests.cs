using EsmmLite.RealData.Comparison;

namespace EsmmLite.Formats.Tests;

/// <summary>The config that <c>esmm init</c> drafts, untouched, against the sample that a person wrote, on real logs that are not part of the repository.</summary>
public sealed class DraftQualityTests
{
    // What esmm init promises. With few clicks the AUC of one split is noisy (a deviation of 0.015 between the two configs): there it takes more seeds.
    private const double Tolerance = 0.01;
    private const int Seeds = 2, SeedsOfFewClicks = 5;
    private const long FewClicks = 2_000;

    public static TheoryData<string> Names => [.. RealDataSet.WithDraft.Select(set => set.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void ADraftIsAsGoodAsTheSampleWithinAHundredth(string name)
    {
        RealDataSet set = RealDataSet.WithDraft.Single(s => s.Name == name);
        (string root, string data) = RealDataFolder.Find(set.File);

        IReadOnlyList<SeedResult> results = DraftAndSample.Run(set, data, Path.Combine(root, "samples"), set.Counts.Clicks < FewClicks ? SeedsOfFewClicks : Seeds);

        Assert.All(results, result => Assert.Equal(set.Counts, result.Counts));
        foreach (string metric in (string[])["ctr.auc", "ctcvr.auc"])
        {
            MetricPair pair = MetricPair.Of(metric, results)!;
            Assert.True(pair.Difference.Mean >= -Tolerance, $"{name}: {metric} of the draft is {pair.Subject:F4}, of the sample {pair.Baseline:F4}: {pair.Difference.Mean:F4} ± {pair.Difference.Deviation:F4}");
        }
    }
}
