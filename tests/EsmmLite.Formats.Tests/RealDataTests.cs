using EsmmLite.RealData.Comparison;

namespace EsmmLite.Formats.Tests;

/// <summary>ESMM with the sample configs against the same model without hidden layers, on real logs that are not part of the repository.</summary>
public sealed class RealDataTests
{
    private const int Seeds = 5;
    private const double Tolerance = 0.01;

    public static TheoryData<string> Names => [.. RealDataSet.All.Select(set => set.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EsmmIsNotBelowTheFloor(string name)
    {
        RealDataSet set = RealDataSet.All.Single(s => s.Name == name);
        string root = RepositoryRoot();
        string? data = DataFolder(root, set.File);
        Assert.SkipWhen(data is null, "there is no " + set.File + " in shared/data beside the repository; the environment variable ESMMLITE_DATA can name the folder");

        IReadOnlyList<SeedResult> results = EsmmAndFloor.Run(set, data!, Path.Combine(root, "samples"), Seeds);

        Assert.All(results, result => Assert.Equal(set.Counts, result.Counts));
        MetricPair[] pairs = [.. MetricPair.Aucs.Select(metric => MetricPair.Of(metric, results)).OfType<MetricPair>()];
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.True(pair.Difference.Mean >= -Tolerance,
            $"{name}: {pair.Metric} of ESMM is {pair.Subject:F4}, of the floor {pair.Baseline:F4}: {pair.Difference.Mean:F4} ± {pair.Difference.Deviation:F4}"));
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "EsmmLite.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }

    private static string? DataFolder(string root, string file)
    {
        List<string> places = [];
        if (Environment.GetEnvironmentVariable("ESMMLITE_DATA") is { Length: > 0 } named)
        {
            places.Add(named);
        }

        for (string? above = Path.GetDirectoryName(root); above is not null; above = Path.GetDirectoryName(above))
        {
            places.Add(Path.Combine(above, "shared", "data"));
        }

        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, file)));
    }
}
