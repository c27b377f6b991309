namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>A figure that the project has set itself.</summary>
/// <param name="What">What is compared.</param>
/// <param name="Target">The figure.</param>
/// <param name="Value">What the rounds say; null when it was not measured.</param>
/// <param name="AtMost">Whether less is better.</param>
internal sealed record Aim(string What, double Target, Func<Results, Spread?> Value, bool AtMost = false)
{
    /// <summary>The share of an aim at which it counts as reached.</summary>
    public const double Enough = 0.95;

    /// <summary>Whether a median counts as reached.</summary>
    public bool Reached(double median) => AtMost ? median * Enough <= Target : median >= Enough * Target;

    /// <summary>All aims, in the order of the report.</summary>
    public static IReadOnlyList<Aim> All { get; } =
    [
        .. Training(256, 3.2, 2.0), .. Training(1024, 3.0, 1.7), .. Training(4096, 2.9, 1.5),
        Share("esmm", 1024, 0.85), Share("esmm", 4096, 0.85),
        Separate(256, 3.4), Separate(1024, 3.4), Separate(4096, 3.6), Share("esmm-separate", 4096, 1),
        Versus("train/256/t2", "esmm", Peers.IsTorchDense, 5, "TorchSharp's dense Adam"),
        Versus("large/1024/t2", "esmm", id => Peers.IsTorch(id) && !Peers.IsTorchDense(id), 3, "TorchSharp's sparse variants"),
        Versus("large/1024/t2", "esmm", Peers.IsTorchSecond, 1.5, "TorchSharp's second set"),
        Versus("large/1024/t2", "esmm", Peers.IsTorchDense, 300, "TorchSharp's dense Adam"),
        new("grow: step time with 30 M rows over that with 1 M", 1.25, r => r.Ratio(("grow/1M", "esmm"), ("grow/30M", "esmm")), AtMost: true),
        Grown("rowsTouched", "rows touched"), Grown("rowBytes", "bytes touched"),
        Threads(1024), Threads(4096),
        Score(1, 1.7), Score(16, 1.25), Score(100, 1.08), Score(1000, 1.1), Score(5000, 1.5),
        .. ((int[])[1, 16, 100, 500, 1000, 5000]).Select(rows => Versus($"score/{rows}/t1", "esmm", Peers.IsTorch, 2.4, "TorchSharp")),
        Versus("request/5of11", "esmm-request", Peers.IsOnnx, 1.4, "ONNX Runtime on the full batch"),
        Versus("request/5of11-separate", "esmm-request", Peers.IsOnnx, 1.55, "ONNX Runtime on the full batch"),
        Versus("request/10of11", "esmm-request", Peers.IsOnnx, 2, "ONNX Runtime on the full batch"),
        new("serve/400: throughput of 2 threads over that of 1", 1.9, r => r.Ratio(("serve/400/t2", "esmm-request"), ("serve/400/t1", "esmm-request"))),
        Tail("serve/400/t2", 1.5), Tail("serve/100/busy", 1.3),
        new("bytes allocated a call, all tasks of EsmmLite", 0, r => Spread.Of(r.Tasks.SelectMany(task => r.Ids(task.Id).Where(Peers.IsOurs).Select(id => r.Of(task.Id, id).Min(one => Math.Round(one.BytesPerCall))))), AtMost: true),
    ];

    private static IEnumerable<Aim> Training(int batch, double shipped, double second) =>
    [
        Versus($"train/{batch}/t2", "esmm", Peers.IsTorch, shipped, "the best TorchSharp"),
        Versus($"train/{batch}/t2", "esmm", Peers.IsTorchSecond, second, "the best of TorchSharp's second set"),
    ];

    private static Aim Separate(int batch, double target) => Versus($"train/{batch}/t2", "esmm-separate", Peers.IsTorch, target, "the best TorchSharp");

    private static Aim Score(int rows, double target) => Versus($"score/{rows}/t1", "esmm", Peers.IsOnnx, target, "ONNX Runtime");

    private static Aim Share(string id, int batch, double target) =>
        new($"train/{batch}/t2: {id}, share of the FMA peak", target, r => r.ShareOfPeak($"train/{batch}/t2", id));

    private static Aim Threads(int batch) =>
        new($"train/{batch}: 2 threads over 1", 1.9, r => r.Ratio(($"train/{batch}/t2", "esmm"), ($"train/{batch}/t1", "esmm")));

    private static Aim Versus(string task, string ours, Func<string, bool> peers, double target, string name) =>
        new($"{task}: {ours} over {name}", target, r => r.Best(task, peers) is { } best ? r.Ratio((task, ours), (task, best)) : null);

    private static Aim Grown(string counter, string name) =>
        new($"grow: {name} with 30 M rows over those with 1 M", 1, r => Spread.Of(r.Of("grow/30M", "esmm").Zip(r.Of("grow/1M", "esmm"), (large, small) => large.Counters[counter] / small.Counters[counter])), AtMost: true);

    private static Aim Tail(string task, double target) =>
        new($"{task}: p99 over p50", target, r => Spread.Of(r.Of(task, "esmm-request").Select(one => one.P99 / one.Median)), AtMost: true);
}
