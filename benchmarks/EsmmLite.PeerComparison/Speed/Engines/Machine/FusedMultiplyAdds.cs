using EsmmLite.Experiments.Machine;
using EsmmLite.PeerComparison.Speed.Measuring;

namespace EsmmLite.PeerComparison.Speed.Engines.Machine;

/// <summary>The most fused multiply-adds a core can do: twelve chains that don't wait for each other, nothing but registers.</summary>
internal sealed class FusedMultiplyAdds : Caller
{
    private const int Loops = 20_000;
    private float _sink;

    /// <summary>Operations of a call, two a lane.</summary>
    public const double FlopsPerCall = FmaChains.FlopsPerLoop * Loops;

    /// <inheritdoc/>
    public override void Call(int index) => _sink += FmaChains.Run(Loops);
}
