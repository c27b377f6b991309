using EsmmLite.PeerComparison.Speed.Report;

namespace EsmmLite.PeerComparison.Speed;

/// <summary>Which variants of a peer stay in the race: those that may turn out its best.</summary>
internal static class Selection
{
    /// <summary>Rounds in which every variant is measured.</summary>
    public const int TrialRounds = 2;

    /// <summary>A variant stays if its median is at this share of the peer's best.</summary>
    private const double Near = 0.95;

    /// <summary>
    /// Whether a contestant is measured at a task in a round. EsmmLite and the machine always are; peers stay where an aim is about
    /// them, and dense Adam where one is about it.
    /// </summary>
    public static bool Goes(Results results, string task, string id, int round)
    {
        if (Peers.FamilyOf(id) is not { } family)
        {
            return true;
        }

        if (round < TrialRounds)
        {
            return !(Peers.IsDense(id) && family == PeerFamily.TorchSecond && Aims.AreSet(task, PeerFamily.TorchSparse));
        }

        return Aims.AreSet(task) && (Stays(peer => Peers.FamilyOf(peer) == family) || (Peers.IsTorchDense(id) && Aims.AreSet(task, PeerFamily.TorchDense) && Stays(Peers.IsTorchDense)));

        // Before the trial is over, as when time left is guessed, nobody is known to leave.
        bool Stays(Func<string, bool> among) => results.Rounds < TrialRounds || results.Best(task, among) is not { } best
            || (results.Speeds(task, id) is { } own && own.Median >= Near * results.Speeds(task, best)!.Median);
    }
}
