using System.Globalization;
using EsmmLite.Features;

namespace EsmmLite.Formats.Checkup;

/// <summary>What the figures of a checkup mean. The limits are in docs/doctor.md.</summary>
internal static class Diagnosis
{
    public const long FewRows = 200;

    private const double Much = 0.5, Some = 0.1, Little = 0.01;
    private const double Never = 1e-6;
    private const double DriftLimit = 0.25, DriftFault = 1;
    private const double RateApart = 3, RateFarApart = 10;
    private const long FewestForRates = 200;
    private const double FewestObservations = 32, Deviations = 2; // a field that moves slowly never has as many: see BlockCounts

    public static IReadOnlyList<Finding> Of(CheckupReport report)
    {
        List<Finding> findings = [];
        foreach (CheckedField field in report.Fields)
        {
            findings.AddRange(OfField(field));
        }

        findings.AddRange(OfScores(report));
        return [.. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Rank)];
    }

    public static string Verdict(CheckupReport report)
    {
        Finding[] faults = [.. report.Findings.Where(finding => finding.Severity == Severity.Fault)];
        int warnings = report.Findings.Count - faults.Length;
        string? look = faults.FirstOrDefault(fault => fault.Field is not null)?.Field;
        return faults.Length == 0
            ? warnings == 0 ? "Nothing was found: this data looks like what the model was trained on."
                : FormattableString.Invariant($"Nothing that must be mended; {warnings} to look at.")
            : report.Scores[0].Rows == 0 ? "Something is wrong: no row could be scored." + (look is null ? "" : " Look at the field " + look + " first.")
            : look is not null ? "Something is wrong. Look at the field " + look + " first." : "Something is wrong, and no single field explains it.";
    }

    private static IEnumerable<Finding> OfField(CheckedField field)
    {
        string name = field.Field.Name;
        if (field.Refused > 0)
        {
            yield return new Finding(field.RefusedShare >= Little ? Severity.Fault : Severity.Warning, 0, name, Share(field.RefusedShare) + " of its values are refused, and a service would fail on them: " + field.Refusal + Guess(field));
        }

        if (field.Leak is { } leak)
        {
            yield return new Finding(Severity.Fault, 1, name, "it gives a label away: " + leak + "; it must have been written afterwards");
        }

        if (field.Then is not { } then)
        {
            yield break;
        }

        double more = field.Now.MissingShare - then.MissingShare - Chance(then.MissingShare, field.MissingObservations);
        if (more >= Some)
        {
            yield return new Finding(more >= Much ? Severity.Fault : Severity.Warning, 2, name, "it is missing in " + Share(field.Now.MissingShare) + " of the rows, and was in " + Share(then.MissingShare) + " when the model was trained");
        }

        // New values may be expected; that they are known once they are written otherwise is not.
        double expected = field.Guess is null ? field.ExpectedUnseen ?? 0 : 0, excess = (field.Unseen ?? 0) - expected - Chance(expected, field.Observations);
        if (excess >= Some)
        {
            Severity severity = excess >= Much || field.Guess is not null ? Severity.Fault : Severity.Warning;
            yield return new Finding(severity, field.Guess is null ? 3 : 1, name, Unseen(field, then) + Guess(field));
        }

        if (field.Concentration >= Some && field.ChanceOfConstant <= Never)
        {
            yield return new Finding(IsEnough(field) ? Severity.Fault : Severity.Warning, 3, name, "all its values are one and the same, which had " + Share(1 - field.Concentration.Value) + " of the rows in training" + (then.IsCategory && !then.IsDistinctExact ? " at most" : ""));
        }
        else if (field.Concentration >= Much)
        {
            yield return new Finding(IsEnough(field) ? Severity.Fault : Severity.Warning, 3, name, "one value has " + Share(field.Concentration.Value) + " of the rows more than in training");
        }

        if (field.Drift >= DriftLimit)
        {
            bool fault = field.Drift >= DriftFault && IsEnough(field);
            yield return new Finding(fault ? Severity.Fault : Severity.Warning, 4, name, string.Create(CultureInfo.InvariantCulture, $"its values are spread otherwise than in training (stability index {field.Drift:F2})") + (fault && !then.IsCategory ? "; is it in another unit?" : ""));
        }

        if (field.Colliding >= Much)
        {
            yield return new Finding(Severity.Warning, 6, name, string.Create(CultureInfo.InvariantCulture, $"{Share(field.Colliding.Value)} of its {then.Distinct:N0} values share one of {field.TableRows:N0} buckets with another; more buckets would tell them apart"));
        }
    }

    private static bool IsEnough(CheckedField field) => field.Rows >= FewRows && field.Observations >= FewestObservations;

    /// <summary>By chance alone a share of few observations is off by that much.</summary>
    private static double Chance(double share, double observations) => Deviations * Math.Sqrt(share * (1 - share) / Math.Max(observations, 1));

    private static string Unseen(CheckedField field, FieldProfile then)
    {
        string text = Share(field.Unseen!.Value) + (then.IsCategory ? " of its values were never seen in training" : " of its numbers lie outside the range of training")
            + (field.ExpectedUnseen >= Little ? ", where " + Share(field.ExpectedUnseen.Value) + " were to be expected" : "");
        string? formThen = then.Shapes.FirstOrDefault()?.Text, formNow = field.Now.Shapes.FirstOrDefault()?.Text;
        return text + (formThen is not null && formNow is not null && formThen != formNow ? "; most look like " + formNow + ", and like " + formThen + " in training" : "");
    }

    private static string Guess(CheckedField field) => field.Guess is { } guess
        ? "; " + guess.What + ", " + Share(guess.Share) + " of the unknown ones are known (" + guess.Example + " is " + guess.Changed + " in training): is it encoded differently?"
        : "";

    private static IEnumerable<Finding> OfScores(CheckupReport report)
    {
        (ScoreSummary ctr, ScoreSummary both) = (report.Scores[0], report.Scores[^1]);
        if (ctr.Rows == 0)
        {
            yield return new Finding(Severity.Fault, 9, null, "no row could be scored");
            yield break;
        }

        if (ctr.ZeroShare >= Much)
        {
            yield return new Finding(Severity.Fault, 8, null, "pCTR is 0 in " + Share(ctr.ZeroShare) + " of the rows");
        }

        if (ctr.SaturatedShare >= Much)
        {
            yield return new Finding(Severity.Fault, 8, null, "pCTR is 1 in " + Share(ctr.SaturatedShare) + " of the rows");
        }

        if (both.Rows >= FewestForRates && both.IsFlat)
        {
            yield return new Finding(Severity.Fault, 8, null, "the scores are flat: nine rows in ten have nearly the same pCTCVR, so they can't be ranked");
        }

        if (report.TrainedOn is { Impressions: > 0, Clicks: > 0 } trained && ctr.Rows >= FewestForRates)
        {
            // The end of the interval that is nearer to the rate.
            double rate = trained.Clicks / (double)trained.Impressions, chance = Deviations * ctr.MeanError;
            double apart = Math.Max(rate / Math.Max(ctr.Mean + chance, 1e-30), (ctr.Mean - chance) / rate);
            if (apart >= RateApart)
            {
                yield return new Finding(apart >= RateFarApart ? Severity.Fault : Severity.Warning, 8, null, "the mean pCTR is " + Rate(ctr.Mean) + ", and " + Rate(rate) + " of the impressions were clicked in training");
            }
        }

        if (report.Labels is { CtrAuc: < 0.5 } labels && labels.Clicks >= 20)
        {
            yield return new Finding(Severity.Warning, 9, null, string.Create(CultureInfo.InvariantCulture, $"the AUC of pCTR is {labels.CtrAuc:F3}: worse than chance on this data"));
        }

        if (report.Labels is { BadRows: > 0 } bad)
        {
            yield return new Finding(Severity.Warning, 9, null, string.Create(CultureInfo.InvariantCulture, $"{bad.BadRows:N0} rows have labels that can't be read"));
        }
    }

    private static string Rate(double rate) => rate.ToString(rate < 0.001 ? "0.0E+0" : "P2", CultureInfo.InvariantCulture);

    private static string Share(double share) => Drafting.Say.Share(share);
}
