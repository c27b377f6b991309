using EsmmLite.Evaluation;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>Does one unit: trains every method on one log and computes its figures.</summary>
internal static class UnitRun
{
    public const string TrainingRows = "trainingImpressions", TrainingClicks = "trainingClicks", TrainingConversions = "trainingConversions";
    public const string TestRows = "testImpressions", TestClicks = "testClicks", TestConversions = "testConversions";
    public const string CtrAuc = "ctrAuc", LogitCorrelation = "logitCorrelation";

    /// <summary>After a figure's key: standard error of its difference to the first method's, from the test impressions alone.</summary>
    public const string ErrorToBase = "ErrorToBase";

    /// <summary>The method's free number.</summary>
    public const string Variant = "variant";

    public static BenchOutcome Run(BenchUnit unit, BenchLog whole, BenchSettings settings, IReadOnlyList<BenchMethod> methods, Func<BenchMethod, double> variantOf, Action methodDone, CancellationToken token)
    {
        ulong seed = (ulong)unit.Repeat;
        BenchLog log = whole.Sample(unit.Rate, seed);
        BenchTraining training = new(log, settings, seed, token);
        Dictionary<string, IReadOnlyDictionary<string, double>> results = [];
        Dictionary<string, double> facts = Facts(log);
        AucAccumulator ctr = new();
        for (int r = 0; r < log.Test.Count; r++)
        {
            ctr.Add(training.TestPCtr[r], log.Test.Labels(0)[r] != 0);
        }

        Add(facts, CtrAuc, ctr.Compute());
        float[]? reference = null;
        foreach (BenchMethod method in methods)
        {
            double variant = variantOf(method);
            float[] pCvr = training.TestPCvr(method, variant);
            Dictionary<string, double> figures = new(BenchMetrics.Of(log, training.TestPCtr, pCvr));
            if (method.Variants.Count > 0)
            {
                figures[Variant] = variant;
            }

            reference = method == BenchMethod.Base ? pCvr : reference;
            if (reference is not null && method != BenchMethod.Base)
            {
                int[] clicked = [.. Enumerable.Range(0, log.Test.Count).Where(r => log.Test.Labels(0)[r] != 0)];
                Add(figures, BenchMetrics.CvrAuc + ErrorToBase, PairedAuc.StandardError(Pick(pCvr, clicked), Pick(reference, clicked), [.. clicked.Select(r => log.Test.Labels(1)[r])]));
            }

            if (method == BenchMethod.Esmm)
            {
                Add(facts, LogitCorrelation, Correlation(training.TestPCtr, pCvr));
            }

            results[method.Name] = figures;
            methodDone();
        }

        return new BenchOutcome(unit, facts, results);
    }

    public static Dictionary<string, double> Facts(BenchLog log) => new()
    {
        [TrainingRows] = log.Training.Count,
        [TrainingClicks] = Count(log.Training, 0),
        [TrainingConversions] = Count(log.Training, 1),
        [TestRows] = log.Test.Count,
        [TestClicks] = Count(log.Test, 0),
        [TestConversions] = Count(log.Test, 1),
    };

    private static double Count(BenchRows rows, int stage) => rows.Labels(stage)[..rows.Count].Count((byte)1);

    private static float[] Pick(float[] values, int[] rows) => [.. rows.Select(r => values[r])];

    public static void Add(Dictionary<string, double> figures, string key, double? value)
    {
        if (value is { } v && double.IsFinite(v))
        {
            figures[key] = v;
        }
    }

    private static double? Correlation(ReadOnlySpan<float> pCtr, float[] pCvr)
    {
        double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
        for (int r = 0; r < pCvr.Length; r++)
        {
            double x = Logit(pCtr[r]), y = Logit(pCvr[r]);
            (a, b, aa, bb, ab) = (a + x, b + y, aa + (x * x), bb + (y * y), ab + (x * y));
        }

        double n = pCvr.Length, spread = ((n * aa) - (a * a)) * ((n * bb) - (b * b));
        return spread > 0 ? ((n * ab) - (a * b)) / Math.Sqrt(spread) : null;
    }

    private static double Logit(float p)
    {
        double within = Math.Clamp(p, 1e-12, 1 - 1e-7);
        return ExactMath.Log(within / (1 - within));
    }
}
