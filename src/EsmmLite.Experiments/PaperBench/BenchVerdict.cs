using System.Globalization;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>What a comparison on one log comes to, in plain words.</summary>
public static class BenchVerdict
{
    private const double FewConversions = 2_000;
    private const double ManyClicksAConversion = 10;
    private const double StrongShift = 0.8;
    private const double MuchSharing = 0.5;
    private const double LittleSharing = 0.2;

    /// <summary>The verdict, a sentence or two a line.</summary>
    public static IReadOnlyList<string> Of(BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        List<string> lines = [];
        BenchMethod[] others = [.. summary.Methods.Where(m => m != BenchMethod.Base)];
        foreach (BenchMethod method in others)
        {
            if (summary.Difference(method, BenchMethod.Base, BenchMetrics.CvrAuc) is { IsSupported: true } difference)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{method.Name} ranks clicked test impressions {(difference.Mean > 0 ? "better" : "worse")} than BASE by conversion: CVR AUC {Text(difference, summary)}."));
            }
        }

        if (lines.Count == 0)
        {
            lines.Add("No difference to BASE in CVR AUC that these repeats support, for any method.");
        }

        lines.Add(Advice(summary));
        lines.Add(Regime(summary));
        lines.Add("Whether a hidden factor drives both click and conversion, no log can show: if one does, all methods are off by the same factor for impressions that would not have been clicked.");
        return lines;
    }

    /// <summary>A difference with its interval.</summary>
    public static string Text(BenchDifference difference, BenchSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        string mean = difference.Mean.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture);
        return difference.HalfInterval is not { } half
            ? mean + " (no interval)"
            : string.Create(CultureInfo.InvariantCulture, $"{mean} ± {half:F4} (95 %, paired, {difference.Repeats} repeats{(summary.Data.IsDrawnAnew ? "" : " and the noise of the test impressions")})");
    }

    private static string Advice(BenchSummary summary)
    {
        BenchDifference? esmm = summary.Difference(BenchMethod.Esmm, BenchMethod.Base, BenchMetrics.CvrAuc);
        return esmm switch
        {
            { IsSupported: true, Mean: > 0 } => "Use ESMM here.",
            { IsSupported: true, Mean: < 0 } => "For ranking by conversion, use BASE (a CVR network trained on clicks) here.",
            { HalfInterval: { } half } => string.Create(CultureInfo.InvariantCulture, $"ESMM or BASE: undecided, the difference lies between {esmm.Value.Mean - half:+0.0000;-0.0000} and {esmm.Value.Mean + half:+0.0000;-0.0000}. Choose by convenience, or repeat with more conversions."),
            _ => "ESMM or BASE: undecided, too few conversions or repeats.",
        };
    }

    private static string Regime(BenchSummary summary)
    {
        double clicks = summary.Fact(UnitRun.TrainingClicks) ?? 0, conversions = summary.Fact(UnitRun.TrainingConversions) ?? 0;
        bool few = conversions < FewConversions && clicks >= ManyClicksAConversion * conversions;
        double? shift = summary.Fact(UnitRun.CtrAuc), sharing = summary.Fact(UnitRun.LogitCorrelation);
        string name = few && !(sharing < LittleSharing) ? "few-conversions: clicks can teach the embeddings, theory expects a gain of ESMM"
            : few && sharing < LittleSharing ? "few-conversions at first sight, but what it says of click and of conversion has little in common: theory expects no gain that so few could show"
            : !few && sharing < LittleSharing ? "no-sharing: clicks have little to teach, theory expects no gain"
            : shift > StrongShift ? "observed-shift: clicked and unclicked impressions differ much, a small network gains most where nobody clicked"
            : !few && sharing > MuchSharing ? "saturated or usual: much in common but enough conversions, theory expects little difference"
            : "usual: nothing stands out";
        return string.Create(CultureInfo.InvariantCulture,
            $"The log looks like {name}. ({clicks:N0} clicks and {conversions:N0} conversions to train on; AUC of the CTR network {Short(shift)}; correlation of the predicted logits {Short(sharing)}.)");
    }

    private static string Short(double? value) => value?.ToString("F2", CultureInfo.InvariantCulture) ?? "n/a";
}
