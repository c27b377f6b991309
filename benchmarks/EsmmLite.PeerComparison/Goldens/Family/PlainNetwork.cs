using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>ESMM by itself, for what is the same in every model: the optimizers.</summary>
internal sealed class PlainNetwork() : FamilyNetwork("optimizers", 3)
{
    /// <inheritdoc/>
    public override string Config => """{ "towers": { "ctr": [8, 6], "cvr": [7] } }""";

    /// <inheritdoc/>
    protected override Tensor[] Towers(Tensor input, FamilyWeights weights) =>
        [Tower(weights, "ctr", input, 8, 6), Tower(weights, "cvr", input, 7)];
}
