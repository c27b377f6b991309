using EsmmLite.Evaluation;
using EsmmLite.Experiments.Ranking;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>A figure that methods are compared by.</summary>
/// <param name="Key">Its name in files.</param>
/// <param name="Title">Its name in tables.</param>
/// <param name="Meaning">What it is of.</param>
public sealed record BenchMetric(string Key, string Title, string Meaning);

/// <summary>The figures of one method on one log.</summary>
public static class BenchMetrics
{
    /// <summary>AUC of pCVR on clicked test impressions: the paper's CVR task.</summary>
    public const string CvrAuc = "cvrAuc";

    /// <summary>AUC of pCVR · pCTR on all test impressions, with one CTR network for all methods: the paper's CTCVR task.</summary>
    public const string CtcvrAuc = "ctcvrAuc";

    /// <summary>Log loss of pCVR on clicked test impressions.</summary>
    public const string CvrLogLoss = "cvrLogLoss";

    /// <summary>Σ pCVR / conversions on clicked test impressions.</summary>
    public const string CvrPcoc = "cvrPcoc";

    /// <summary>Expected AUC over all test impressions, from the truth.</summary>
    public const string EntireAuc = "entireAuc";

    /// <summary>Expected log loss over all test impressions.</summary>
    public const string EntireLogLoss = "entireLogLoss";

    /// <summary>Σ pCVR / Σ P(z = 1 | y = 1, x) over all test impressions.</summary>
    public const string EntirePcoc = "entirePcoc";

    /// <summary>Expected AUC over clicked test impressions.</summary>
    public const string ClickedExpectedAuc = "clickedExpectedAuc";

    /// <summary>Expected AUC over unclicked test impressions.</summary>
    public const string UnclickedAuc = "unclickedAuc";

    /// <summary>Expected log loss over unclicked test impressions.</summary>
    public const string UnclickedLogLoss = "unclickedLogLoss";

    /// <summary>Σ pCVR / Σ P(z = 1 | y = 1, x) over unclicked test impressions.</summary>
    public const string UnclickedPcoc = "unclickedPcoc";

    /// <summary>Σ pCVR / Σ P(z = 1 | do(click), x) over all test impressions.</summary>
    public const string CausalPcoc = "causalPcoc";

    /// <summary>Share of test impressions whose "probability" is above 1.</summary>
    public const string AboveOne = "aboveOne";

    /// <summary>All figures, with their titles.</summary>
    public static IReadOnlyList<BenchMetric> All { get; } =
    [
        new(CvrAuc, "CVR AUC", "clicked test impressions: the paper's CVR task"),
        new(CtcvrAuc, "CTCVR AUC", "pCVR times the common pCTR, all test impressions: the paper's CTCVR task"),
        new(CvrLogLoss, "CVR log loss", "clicked test impressions"),
        new(CvrPcoc, "CVR PCOC", "sum predicted / sum observed, clicked test impressions"),
        new(EntireAuc, "AUC, all", "expected AUC from the true P(z|y=1,x), all test impressions"),
        new(EntireLogLoss, "log loss, all", "expected log loss, all test impressions"),
        new(EntirePcoc, "PCOC, all", "sum predicted / sum of the true P(z|y=1,x), all test impressions"),
        new(ClickedExpectedAuc, "AUC, clicked", "expected AUC, clicked test impressions"),
        new(UnclickedAuc, "AUC, unclicked", "expected AUC, unclicked test impressions"),
        new(UnclickedLogLoss, "log loss, unclicked", "expected log loss, unclicked test impressions"),
        new(UnclickedPcoc, "PCOC, unclicked", "sum predicted / sum of the true P(z|y=1,x), unclicked test impressions"),
        new(CausalPcoc, "PCOC, do(click)", "sum predicted / sum of the true P(z|do(click),x), all test impressions"),
        new(AboveOne, "above 1", "share of test impressions whose pCVR is above 1"),
    ];

    /// <summary>Computes the figures; those that are undefined or need an unknown truth are left out.</summary>
    /// <param name="log">The log.</param>
    /// <param name="pCtr">The common pCTR of the test impressions.</param>
    /// <param name="pCvr">The method's pCVR of them.</param>
    public static IReadOnlyDictionary<string, double> Of(BenchLog log, ReadOnlySpan<float> pCtr, ReadOnlySpan<float> pCvr)
    {
        ArgumentNullException.ThrowIfNull(log);
        BenchRows test = log.Test;
        ArgumentOutOfRangeException.ThrowIfNotEqual(pCtr.Length, test.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pCvr.Length, test.Count);
        Dictionary<string, double> figures = [];
        void Set(string key, double? value)
        {
            if (value is { } v && double.IsFinite(v))
            {
                figures[key] = v;
            }
        }

        AucAccumulator ctcvr = new();
        double loss = 0, predicted = 0, converted = 0, above = 0;
        long clicks = 0;
        for (int r = 0; r < test.Count; r++)
        {
            bool click = test.Labels(0)[r] != 0, conversion = test.Labels(1)[r] != 0;
            ctcvr.Add((float)((double)pCtr[r] * pCvr[r]), conversion);
            above += pCvr[r] > 1 ? 1 : 0;
            if (click)
            {
                clicks++;
                loss += OwnLossTraining.CrossEntropy(pCvr[r], conversion ? 1 : 0);
                predicted += pCvr[r];
                converted += conversion ? 1 : 0;
            }
        }

        Set(CvrAuc, ClickedAuc(test, pCvr));
        Set(CtcvrAuc, ctcvr.Compute());
        Set(CvrLogLoss, loss / clicks);
        Set(CvrPcoc, predicted / converted);
        Set(AboveOne, above / test.Count);
        if (log.TruePCvr is { } truth)
        {
            (float[] q, double[] t) = ([.. pCvr], truth);
            Set(EntireAuc, ExpectedAuc.Compute(q, t));
            Set(EntireLogLoss, ExpectedLoss(q, t));
            Set(EntirePcoc, q.Sum(x => (double)x) / t.Sum());
            int[] clicked = [.. Enumerable.Range(0, test.Count).Where(r => test.Labels(0)[r] != 0)], unclicked = [.. Enumerable.Range(0, test.Count).Where(r => test.Labels(0)[r] == 0)];
            Set(ClickedExpectedAuc, ExpectedAuc.Compute([.. clicked.Select(r => q[r])], [.. clicked.Select(r => t[r])]));
            (q, t) = ([.. unclicked.Select(r => q[r])], [.. unclicked.Select(r => t[r])]);
            Set(UnclickedAuc, ExpectedAuc.Compute(q, t));
            Set(UnclickedLogLoss, ExpectedLoss(q, t));
            Set(UnclickedPcoc, q.Sum(x => (double)x) / t.Sum());
        }

        if (log.TruePCvrIfClicked is { } causal)
        {
            Set(CausalPcoc, pCvr.ToArray().Sum(x => (double)x) / causal.Sum());
        }

        return figures;
    }

    /// <summary>AUC on clicked impressions; null where it is undefined.</summary>
    public static double? ClickedAuc(BenchRows rows, ReadOnlySpan<float> pCvr)
    {
        ArgumentNullException.ThrowIfNull(rows);
        AucAccumulator auc = new();
        for (int r = 0; r < rows.Count; r++)
        {
            if (rows.Labels(0)[r] != 0)
            {
                auc.Add(pCvr[r], rows.Labels(1)[r] != 0);
            }
        }

        return auc.Compute();
    }

    private static double ExpectedLoss(float[] predicted, double[] truth) => predicted.Zip(truth, (q, t) => OwnLossTraining.CrossEntropy(q, t)).Sum() / truth.Length;
}
