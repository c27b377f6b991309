namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>The figures that the project has set itself.</summary>
internal static class Aims
{
    /// <summary>The share of an aim at which it counts as reached.</summary>
    public const double Enough = 0.95;

    // An id that stands for the better of the two models with separate fields.
    private const string Separate = "separate";

    private static readonly Dictionary<(string Task, string Ours, PeerFamily Peer), double> s_over = new()
    {
        [("train/256/t2", "esmm", PeerFamily.Torch)] = 3.2,
        [("train/1024/t2", "esmm", PeerFamily.Torch)] = 3.0,
        [("train/4096/t2", "esmm", PeerFamily.Torch)] = 2.9,
        [("train/256/t2", "esmm", PeerFamily.TorchSecond)] = 2.0,
        [("train/1024/t2", "esmm", PeerFamily.TorchSecond)] = 1.7,
        [("train/4096/t2", "esmm", PeerFamily.TorchSecond)] = 1.5,
        [("train/256/t2", "esmm", PeerFamily.TorchDense)] = 5,
        [("train/256/t2", Separate, PeerFamily.Torch)] = 3.4,
        [("train/1024/t2", Separate, PeerFamily.Torch)] = 3.4,
        [("train/4096/t2", Separate, PeerFamily.Torch)] = 3.6,
        [("large/1024/t2", "esmm", PeerFamily.TorchSparse)] = 3.0,
        [("large/1024/t2", "esmm", PeerFamily.TorchSecond)] = 1.5,
        [("large/1024/t2", "esmm", PeerFamily.TorchDense)] = 300,
        [("score/1/t1", "esmm", PeerFamily.Onnx)] = 1.7,
        [("score/16/t1", "esmm", PeerFamily.Onnx)] = 1.25,
        [("score/100/t1", "esmm", PeerFamily.Onnx)] = 1.08,
        [("score/1000/t1", "esmm", PeerFamily.Onnx)] = 1.1,
        [("score/5000/t1", "esmm", PeerFamily.Onnx)] = 1.5,
        [("score/1/t1", "esmm", PeerFamily.Torch)] = 2.4,
        [("score/16/t1", "esmm", PeerFamily.Torch)] = 2.4,
        [("score/100/t1", "esmm", PeerFamily.Torch)] = 2.4,
        [("score/1000/t1", "esmm", PeerFamily.Torch)] = 2.4,
        [("score/5000/t1", "esmm", PeerFamily.Torch)] = 2.4,
        [("score/1/t1", "esmm-bf16", PeerFamily.Onnx)] = 4,
        [("request/5of11", "esmm-request", PeerFamily.Onnx)] = 1.4,
        [("request/5of11", "esmm-encoded", PeerFamily.Onnx)] = 2.1,
        [("request/5of11-separate", "esmm-request", PeerFamily.Onnx)] = 1.55,
        [("request/10of11", "esmm-request", PeerFamily.Onnx)] = 2.0,
    };

    private static readonly Dictionary<(string Task, string Ours), double> s_peak = new()
    {
        [("train/1024/t2", "esmm")] = 0.85,
        [("train/4096/t2", "esmm")] = 0.85,
        [("train/4096/t2", Separate)] = 1,
    };

    /// <summary>Whether a median counts as reached.</summary>
    public static bool Reached(double median, double aim, bool atMost) => atMost ? median * Enough <= aim : median >= Enough * aim;

    /// <summary>Whether there is an aim about a peer at a task; about any, if none is named.</summary>
    public static bool AreSet(string task, PeerFamily? peer = null) => s_over.Keys.Any(aim => aim.Task == task && (peer is null || aim.Peer == peer));

    /// <summary>How many times as fast as a peer one of ours is to be; null where nothing was set.</summary>
    public static double? Over(Results results, string task, string ours, PeerFamily peer) =>
        s_over.TryGetValue((task, ours), peer, out double aim) || (IsBestSeparate(results, task, ours) && s_over.TryGetValue((task, Separate), peer, out aim)) ? aim : null;

    /// <summary>The share of the FMA peak that one of ours is to reach; null where nothing was set.</summary>
    public static double? Peak(Results results, string task, string ours) =>
        s_peak.TryGetValue((task, ours), out double aim) || (IsBestSeparate(results, task, ours) && s_peak.TryGetValue((task, Separate), out aim)) ? aim : null;

    private static bool IsBestSeparate(Results results, string task, string ours) =>
        ours == results.Best(task, id => id is "esmm-separate" or "esmm-tiny");

    private static bool TryGetValue(this Dictionary<(string Task, string Ours, PeerFamily Peer), double> aims, (string Task, string Ours) who, PeerFamily peer, out double aim) =>
        aims.TryGetValue((who.Task, who.Ours, peer), out aim);
}
