using System.Collections.Concurrent;
using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>What the variants of one repeat have in common: the log, and what the plain model predicts of its test impressions. Each is made once.</summary>
internal sealed class FamilyLogs(FamilyTask task)
{
    private readonly ConcurrentDictionary<int, Lazy<BenchLog>> _logs = new();
    private readonly ConcurrentDictionary<int, Lazy<FamilyPredictions>> _plain = new();

    public FamilyTask Task { get; } = task;

    public BenchLog Log(int repeat) => _logs.GetOrAdd(repeat, r => new Lazy<BenchLog>(() => Task.Data.Open(r))).Value;

    /// <summary>A variant's predictions of the test impressions.</summary>
    public FamilyPredictions Predict(FamilyVariant variant, int repeat, CancellationToken token) => variant == FamilyVariants.Plain
        ? _plain.GetOrAdd(repeat, r => new Lazy<FamilyPredictions>(() => Train(variant, r, token))).Value
        : Train(variant, repeat, token);

    /// <summary>The networks of a variant with their initial weights.</summary>
    public FamilyNetwork[] Networks(FamilyVariant variant, int repeat) => [.. Task.Config.Of(variant).Select(config => new FamilyNetwork(config, Log(repeat), variant.Tables, (ulong)repeat))];

    private FamilyPredictions Train(FamilyVariant variant, int repeat, CancellationToken token)
    {
        var scores = Networks(variant, repeat).Select(n => n.Run(Task.Limits, token)).ToArray();
        float[] pCtr = [.. scores[0].Select(s => s.PCtr)], pCvr = [.. scores[^1].Select(s => s.PCvr)];
        return new FamilyPredictions(pCtr, pCvr, scores.Length > 1 ? [.. pCtr.Zip(pCvr, (p, q) => p * q)] : [.. scores[0].Select(s => s.PCtcvr)]);
    }
}
