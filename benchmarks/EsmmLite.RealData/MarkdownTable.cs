using System.Globalization;
using System.Text;
using EsmmLite.RealData.Comparison;

namespace EsmmLite.RealData;

/// <summary>The table of docs/real-data.md: a row a metric and data set.</summary>
internal static class MarkdownTable
{
    private const string Header =
        """
        | data (split by) | metric | ESMM | floor | ESMM − floor | can it be told? | floor elsewhere |
        | --- | --- | --- | --- | --- | --- | --- |
        """;

    public static string Of(IReadOnlyList<(RealDataSet Set, IReadOnlyList<SeedResult> Results)> all)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach ((RealDataSet set, IReadOnlyList<SeedResult> results) in all)
        {
            string name = "**" + set.Name + "** (" + set.Split + ")";
            foreach ((string metric, string label) in new[] { ("ctr.auc", "CTR AUC"), ("cvr.auc", "CVR AUC"), ("ctcvr.auc", "CTCVR AUC"), ("ctcvr.logLoss", "CTCVR log loss") })
            {
                Row(text, name, label, MetricPair.Of(metric, results), Elsewhere(set, metric));
                name = "";
            }
        }

        text.Append("\nEach seed has a split of its own (but for the given files): 30 % to test on, and a fifth of the rest to stop early by. The floor is trained at 1, 4 and 16 times the config's\n")
            .Append("learning rate and keeps the one with the least validation log loss, because at a network's rate it would not be near its optimum. \"Can it be\ntold?\" says no where ")
            .Append("the mean difference is within two of its standard errors; test parts of different seeds overlap, so even a yes is not proof. \"Floor\nelsewhere\" is another program's ")
            .Append("logistic regression: one seed, another split, CVR trained on clicks.\n");
        foreach ((RealDataSet set, IReadOnlyList<SeedResult> results) in all)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {set.Name}: {set.Counts.Impressions:N0} impressions, {set.Counts.Clicks:N0} clicks, {set.Counts.Conversions:N0} conversions; ")
                .Append(CultureInfo.InvariantCulture, $"tested on {results.Average(r => r.Subject.Test.Impressions):N0}, {results.Average(r => r.Subject.Test.Clicks):N0} and {results.Average(r => r.Subject.Test.Conversions):N0} of them in each of {results.Count} seeds. {Remark(results)}");
            if (set.AsLogged)
            {
                text.Append(" The test part has the place on the page of its log, which a ranker does not know: the comparison of two models that is comparable elsewhere, and no measure of ranking.");
            }

            if (set.TestFile is not null)
            {
                text.Append(" The parts are the same for every seed, so the spread is that of initial weights and order only, and says nothing of other searches.");
            }
        }

        return text.Append('\n').ToString();
    }

    private static void Row(StringBuilder text, string name, string label, MetricPair? pair, string elsewhere)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {label} | ");
        text.Append(pair is null
            ? "undefined | undefined | | "
            : string.Create(CultureInfo.InvariantCulture, $"{pair.Subject:F4} ± {pair.SubjectDeviation:F4} | {pair.Baseline:F4} ± {pair.BaselineDeviation:F4} | {Math.Round(pair.Difference.Mean, 4) + 0.0:+0.0000;−0.0000;0.0000} ± {pair.Difference.Deviation:F4} | {Verdict(pair)}"));
        text.Append(" | ").Append(elsewhere).Append(" |\n");
    }

    private static string Verdict(MetricPair pair)
    {
        if (pair.IsTooCloseToTell)
        {
            return "no";
        }

        bool better = pair.Metric.EndsWith(".auc", StringComparison.Ordinal) == pair.Difference.Mean > 0;
        return better ? "better" : "worse";
    }

    private static string Remark(IReadOnlyList<SeedResult> results)
    {
        MetricPair[] pairs = [.. MetricPair.Aucs.Select(metric => MetricPair.Of(metric, results)).OfType<MetricPair>()];
        string[] open = [.. pairs.Where(pair => pair.IsTooCloseToTell).Select(pair => pair.Metric[..^4].ToUpperInvariant())];
        return open.Length == 0 ? "Every AUC differs by more than two standard errors."
            : "Too small to tell the two apart in the AUC of " + string.Join(", ", open) + ".";
    }

    private static string Elsewhere(RealDataSet set, string metric) => set.PublishedFloor is not { } floor ? "" : metric switch
    {
        "ctr.auc" => floor.Ctr.ToString("F3", CultureInfo.InvariantCulture),
        "cvr.auc" => floor.Cvr.ToString("F3", CultureInfo.InvariantCulture),
        "ctcvr.auc" => floor.Ctcvr.ToString("F3", CultureInfo.InvariantCulture),
        _ => floor.LogLoss.ToString("F4", CultureInfo.InvariantCulture),
    };
}
