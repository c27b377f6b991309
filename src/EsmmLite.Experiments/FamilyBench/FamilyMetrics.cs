using EsmmLite.Experiments.PaperBench;
using EsmmLite.Experiments.Ranking;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>The test impressions' probabilities, as one variant predicts them.</summary>
/// <param name="PCtr">Of a click.</param>
/// <param name="PCvr">Of a conversion, if clicked.</param>
/// <param name="PCtcvr">Of both.</param>
internal sealed record FamilyPredictions(float[] PCtr, float[] PCvr, float[] PCtcvr);

/// <summary>The figures that variants are compared by.</summary>
public static class FamilyMetrics
{
    /// <summary>AUC of pCVR: expected, over the entire space, where the truth is known; otherwise on clicked test impressions.</summary>
    public const string CvrAuc = "cvrAuc";

    /// <summary>AUC of pCTCVR over all test impressions: expected where the truth is known.</summary>
    public const string CtcvrAuc = "ctcvrAuc";

    /// <summary>AUC of pCTR over all test impressions: expected where the truth is known.</summary>
    public const string CtrAuc = "ctrAuc";

    /// <summary>Log loss of pCVR, on the impressions of its AUC.</summary>
    public const string CvrLogLoss = "cvrLogLoss";

    /// <summary>Log loss of pCTCVR.</summary>
    public const string CtcvrLogLoss = "ctcvrLogLoss";

    /// <summary>Log loss of pCTR.</summary>
    public const string CtrLogLoss = "ctrLogLoss";

    /// <summary>Σ pCVR / Σ of what it should be.</summary>
    public const string CvrPcoc = "cvrPcoc";

    /// <summary>Σ pCTCVR / Σ of what it should be.</summary>
    public const string CtcvrPcoc = "ctcvrPcoc";

    /// <summary>Σ pCTR / Σ of what it should be.</summary>
    public const string CtrPcoc = "ctrPcoc";

    private const string Cvr = "entire space (expected, from the truth) where the truth is known, otherwise clicked test impressions";
    private const string All_ = "all test impressions; expected, from the truth, where it is known";

    /// <summary>All figures, with their titles.</summary>
    public static IReadOnlyList<BenchMetric> All { get; } =
    [
        new(CvrAuc, "CVR AUC", Cvr), new(CtcvrAuc, "CTCVR AUC", All_), new(CtrAuc, "CTR AUC", All_),
        new(CvrPcoc, "CVR PCOC", Cvr), new(CtcvrPcoc, "CTCVR PCOC", All_), new(CtrPcoc, "CTR PCOC", All_),
        new(CvrLogLoss, "CVR log loss", Cvr), new(CtcvrLogLoss, "CTCVR log loss", All_), new(CtrLogLoss, "CTR log loss", All_),
    ];

    /// <summary>The AUCs: what differences and verdicts are of.</summary>
    public static IReadOnlyList<BenchMetric> Aucs { get; } = [.. All.Take(3)];

    /// <summary>Computes the figures; on a log without a truth also the standard errors of the AUCs' differences to the plain model's.</summary>
    internal static IReadOnlyDictionary<string, double> Of(BenchLog log, FamilyPredictions predicted, FamilyPredictions? plain)
    {
        int[] all = [.. Enumerable.Range(0, log.Test.Count)], clicked = [.. all.Where(r => log.Test.Labels(0)[r] != 0)];
        byte[] clicks = log.Test.Labels(0)[..all.Length].ToArray(), conversions = log.Test.Labels(1)[..all.Length].ToArray();
        Dictionary<string, double> figures = [];
        Add(figures, (CtrAuc, CtrLogLoss, CtrPcoc), all, predicted.PCtr, plain?.PCtr, log.TruePCtr, clicks);
        Add(figures, (CvrAuc, CvrLogLoss, CvrPcoc), log.TruePCvr is null ? clicked : all, predicted.PCvr, plain?.PCvr, log.TruePCvr, conversions);
        double[]? both = log.TruePCtr is { } p && log.TruePCvr is { } q ? [.. p.Zip(q, (a, b) => a * b)] : null;
        Add(figures, (CtcvrAuc, CtcvrLogLoss, CtcvrPcoc), all, predicted.PCtcvr, plain?.PCtcvr, both, conversions);
        return figures;
    }

    private static void Add(Dictionary<string, double> figures, (string Auc, string LogLoss, string Pcoc) keys, int[] rows, float[] predicted, float[]? plain, double[]? truth, byte[] labels)
    {
        // A label is a truth of which nothing is left to chance: the same formulas hold.
        double[] of = truth ?? [.. labels.Select(y => (double)y)];
        float[] scores = [.. rows.Select(r => predicted[r])];
        double[] aims = [.. rows.Select(r => of[r])];
        UnitRun.Add(figures, keys.Auc, ExpectedAuc.Compute(scores, aims));
        UnitRun.Add(figures, keys.LogLoss, scores.Zip(aims, (s, t) => OwnLossTraining.CrossEntropy(s, t)).Sum() / rows.Length);
        UnitRun.Add(figures, keys.Pcoc, scores.Sum(s => (double)s) / aims.Sum());
        if (truth is null && plain is not null)
        {
            UnitRun.Add(figures, keys.Auc + UnitRun.ErrorToBase, PairedAuc.StandardError(scores, [.. rows.Select(r => plain[r])], [.. rows.Select(r => labels[r])]));
        }
    }
}
