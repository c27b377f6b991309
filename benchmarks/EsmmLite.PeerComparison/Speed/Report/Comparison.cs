using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>One of ours beside something else at a task.</summary>
/// <param name="Against">What it is compared with.</param>
/// <param name="Figure">That one's own figure; empty where the ratio says all.</param>
/// <param name="Ratio">The ratio, round by round.</param>
/// <param name="Aim">What it is to be; null where nothing was set.</param>
/// <param name="AtMost">Whether less is better.</param>
internal sealed record Comparison(string Against, string Figure, Spread Ratio, double? Aim, bool AtMost = false)
{
    private static readonly PeerFamily[] s_families = [PeerFamily.Torch, PeerFamily.TorchSecond, PeerFamily.Onnx];

    /// <summary>Whether the aim is reached.</summary>
    public bool Reached => Aim is not { } aim || Aims.Reached(Ratio.Median, aim, AtMost);

    /// <summary>Everything that one of ours is compared with: the best peer, every peer there is an aim for, and limits.</summary>
    public static IReadOnlyList<Comparison> Of(Results results, TaskCase task, string ours) =>
        [.. OverPeers(results, task, ours), .. OfItself(results, task, ours).OfType<Comparison>()];

    private static IEnumerable<Comparison> OverPeers(Results results, TaskCase task, string ours)
    {
        string? best = results.Best(task.Id, id => s_families.Any(family => Peers.Is(id, family)));
        HashSet<string> done = [];
        foreach (PeerFamily family in Enum.GetValues<PeerFamily>())
        {
            double? aim = Aims.Over(results, task.Id, ours, family);
            if (results.Best(task.Id, id => Peers.Is(id, family)) is { } peer && (aim is not null || (peer == best && done.Add(peer)))
                && results.Ratio((task.Id, ours), (task.Id, peer)) is { } ratio)
            {
                done.Add(peer);
                yield return new(Name(peer), Figures.Speed(task, results.Speeds(task.Id, peer)!), ratio, aim);
            }
        }

        string Name(string peer) => results.Label(peer) + (results.Of(task.Id, peer).Count() is var rounds && rounds < results.Rounds ? $" ({rounds} rounds)" : "");
    }

    private static IEnumerable<Comparison?> OfItself(Results results, TaskCase task, string ours)
    {
        if (Aims.Peak(results, task.Id, ours) is { } share)
        {
            yield return Line("the FMA peak", results.ShareOfPeak(task.Id, ours), share);
        }

        if (task.Id is "train/1024/t2" or "train/4096/t2" && ours == "esmm")
        {
            yield return Line("itself on 1 thread", results.Ratio((task.Id, ours), (task.Id[..^1] + "1", ours)), 1.9);
        }

        if (task.Id == "serve/400/t2")
        {
            yield return Line("its throughput on 1 thread", results.Ratio((task.Id, ours), ("serve/400/t1", ours)), 1.9);
        }

        if (task.Id is "serve/400/t2" or "serve/100/busy")
        {
            yield return Line("its own median: p99 over p50", Spread.Of(results.Of(task.Id, ours).Select(one => one.P99 / one.Median)), task.BusyNeighbour ? 1.3 : 1.5, atMost: true);
        }

        if (task.Id == "grow/30M")
        {
            yield return Line("1 M rows: step time", results.Ratio(("grow/1M", ours), (task.Id, ours)), 1.25, atMost: true);
            yield return Line("1 M rows: rows touched", Counts("rowsTouched"), 1, atMost: true);
            yield return Line("1 M rows: bytes touched", Counts("rowBytes"), 1, atMost: true);
        }

        Spread? Counts(string counter) => Spread.Of(results.Of(task.Id, ours).Zip(results.Of("grow/1M", ours), (large, small) => large.Counters[counter] / small.Counters[counter]));

        static Comparison? Line(string against, Spread? ratio, double aim, bool atMost = false) => ratio is null ? null : new(against, "", ratio, aim, atMost);
    }
}
