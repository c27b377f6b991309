using System.Globalization;
using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>What a comparison comes to, in plain words.</summary>
public static class FamilyVerdict
{
    private const double Chance = 0.05;

    // A difference below it may be real and is still nothing to change a model for.
    private const double Smallest = 0.001;

    /// <summary>A share of what plain ESMM loses to a network of its own.</summary>
    /// <param name="Variant">Which variant.</param>
    /// <param name="Share">Of the loss of CTR AUC, how much it buys back: 1 for all, below 0 if it loses more.</param>
    /// <param name="Difference">Its CTR AUC minus the plain model's.</param>
    public sealed record BoughtBack(FamilyVariant Variant, double Share, BenchDifference Difference);

    /// <summary>What plain ESMM loses in CTR AUC to a CTR network of its own; null where no loss is supported.</summary>
    public static BenchDifference? LossOfCtr(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return summary.Methods.Contains(FamilyVariants.Two) && summary.Difference(FamilyVariants.Two, FamilyVariants.Plain, FamilyMetrics.CtrAuc) is { IsSupported: true, Mean: > 0 } loss ? loss : null;
    }

    /// <summary>What each remedy buys back of that loss, the most first; nothing where there is none.</summary>
    public static IReadOnlyList<BoughtBack> Remedies(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return LossOfCtr(summary) is not { } loss ? [] : [.. Others(summary).Where(v => v != FamilyVariants.Two)
            .Select(v => summary.Difference(v, FamilyVariants.Plain, FamilyMetrics.CtrAuc) is { } d ? new BoughtBack(v, d.Mean / loss.Mean, d) : null)
            .OfType<BoughtBack>().OrderByDescending(b => b.Share)];
    }

    /// <summary>The verdict on one log, a sentence or two a line.</summary>
    public static IReadOnlyList<string> Of(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        List<string> lines = [];
        List<string> undecided = [];
        int compared = 0;
        foreach (FamilyVariant variant in Others(summary))
        {
            (List<string> better, List<string> worse) = Sides(summary, variant, ref compared);
            string sides = string.Join("; ", new[] { better.Count > 0 ? "better in " + string.Join(", ", better) : "", worse.Count > 0 ? "worse in " + string.Join(", ", worse) : "" }.Where(side => side.Length > 0));
            if (sides.Length == 0)
            {
                undecided.Add(variant.Name);
            }
            else
            {
                lines.Add(variant.Name + ": " + sides + Cost(summary, variant) + ".");
            }
        }

        if (undecided.Count > 0)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"No difference to plain ESMM of {Smallest} or more that these repeats support: {string.Join(", ", undecided)}."));
        }

        if (compared > 0)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"Of {compared} differences about {Math.Max(1, compared * Chance):F0} would be supported by chance alone: believe large ones, and those that show in several logs."));
        }

        if (LossOfCtr(summary) is { } loss)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"A seesaw: plain ESMM loses {loss.Mean:F4} of CTR AUC to a CTR network of its own. Bought back: {string.Join(", ", Remedies(summary).Select(Text))}."));
        }

        return lines;
    }

    /// <summary>The verdict over all logs: which variants are worth a try, which are a trade, and which only cost.</summary>
    public static IReadOnlyList<string> Overall(IReadOnlyList<BenchSummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        Dictionary<string, List<string>> kinds = new() { ["Worth a try"] = [], ["A trade of one task for another"] = [], ["Not worth it here"] = [], ["Harmful here"] = [] };
        foreach (FamilyVariant variant in summaries.SelectMany(Others).Distinct())
        {
            int better = 0, worse = 0, compared = 0;
            foreach (BenchSummary summary in summaries.Where(s => s.Methods.Contains(variant)))
            {
                (List<string> up, List<string> down) = Sides(summary, variant, ref compared);
                (better, worse) = (better + up.Count, worse + down.Count);
            }

            string kind = (better, worse) switch { (0, 0) => "Not worth it here", ( > 0, 0) => "Worth a try", (0, _) => "Harmful here", _ => "A trade of one task for another" };
            kinds[kind].Add(string.Create(CultureInfo.InvariantCulture, $"{variant.Name} (+{better} −{worse}{Times(summaries, variant)})"));
        }

        return [.. kinds.Where(k => k.Value.Count > 0).Select(k => k.Key + ": " + string.Join(", ", k.Value) + ".")];
    }

    /// <summary>A share that is bought back, with brackets where the repeats don't support the difference that it comes from.</summary>
    public static string Text(BoughtBack remedy)
    {
        ArgumentNullException.ThrowIfNull(remedy);
        string share = remedy.Share.ToString("+0 %;-0 %;0 %", CultureInfo.InvariantCulture);
        return remedy.Variant.Name + " " + (remedy.Difference.IsSupported ? share : "(" + share + ")");
    }

    /// <summary>All variants of a summary but the plain one.</summary>
    public static IEnumerable<FamilyVariant> Others(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return summary.Methods.OfType<FamilyVariant>().Where(v => v != FamilyVariants.Plain);
    }

    private static (List<string> Better, List<string> Worse) Sides(BenchSummary summary, FamilyVariant variant, ref int compared)
    {
        List<string> better = [], worse = [];
        foreach (BenchMetric metric in FamilyMetrics.Aucs)
        {
            if (summary.Difference(variant, FamilyVariants.Plain, metric.Key) is { HalfInterval: not null } difference)
            {
                compared++;
                if (difference.IsSupported && Math.Abs(difference.Mean) >= Smallest)
                {
                    (difference.Mean > 0 ? better : worse).Add(string.Create(CultureInfo.InvariantCulture, $"{metric.Title} ({difference.Mean:+0.0000;-0.0000} ± {difference.HalfInterval:F4})"));
                }
            }
        }

        return (better, worse);
    }

    private static string Cost(BenchSummary summary, FamilyVariant variant) => summary.Figure(variant, FamilySpeed.TrainingTime) is { } training && summary.Figure(variant, FamilySpeed.ScoringTime) is { } scoring
        ? string.Create(CultureInfo.InvariantCulture, $"; training takes {training.Mean:F1} times as long, scoring {scoring.Mean:F1}") : "";

    private static string Times(IReadOnlyList<BenchSummary> summaries, FamilyVariant variant)
    {
        double[] times = [.. summaries.Select(s => s.Figure(variant, FamilySpeed.TrainingTime)?.Mean).OfType<double>()];
        return times.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", training x{times.Average():F1}");
    }
}
