using System.Globalization;
using System.Text;
using EsmmLite.RealData.Comparison;

namespace EsmmLite.RealData;

/// <summary>The table of <c>--init</c>: the config that <c>esmm init</c> drafts beside the one that a person wrote.</summary>
internal static class DraftTable
{
    private const string Header =
        """
        | data | metric | esmm init | sample | difference |
        | --- | --- | --- | --- | --- |
        """;

    public static string Of(IReadOnlyList<(RealDataSet Set, IReadOnlyList<SeedResult> Results)> all)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach ((RealDataSet set, IReadOnlyList<SeedResult> results) in all)
        {
            string name = "**" + set.Name + "**";
            foreach (string metric in MetricPair.Aucs)
            {
                MetricPair? pair = MetricPair.Of(metric, results);
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {metric[..^4].ToUpperInvariant()} AUC | ");
                text.Append(pair is null ? "undefined | undefined | |\n"
                    : string.Create(CultureInfo.InvariantCulture, $"{pair.Subject:F4} ± {pair.SubjectDeviation:F4} | {pair.Baseline:F4} ± {pair.BaselineDeviation:F4} | {pair.Difference.Mean:+0.0000;−0.0000;0.0000} ± {pair.Difference.Deviation:F4} |\n"));
                name = "";
            }
        }

        return text.ToString();
    }
}
