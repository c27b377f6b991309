using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>The same with DIN's activation unit on action, product and candidate, its outputs the weights as they are. Source: Zhou et al. 2018.</summary>
internal sealed class DinNetwork() : AttentionNetwork("din", 19)
{
    /// <inheritdoc/>
    public override string Config => """{ "towers": { "ctr": [8, 6], "cvr": [7] }, "model": { "attention": { "kind": "din", "hidden": [6, 5], "activation": "prelu" } } }""";

    /// <inheritdoc/>
    protected override Tensor Shares(Tensor actions, Tensor candidate, Tensor there, FamilyWeights weights)
    {
        Tensor candidates = candidate.unsqueeze(1).expand_as(actions);
        Tensor h = cat([actions, actions * candidates, candidates], dim: 2);
        foreach ((int size, int layer) in new[] { (6, 0), (5, 1) })
        {
            Tensor z = weights.Linear($"attention.history.dense{layer}", h, size), above = weights.Relu(z);
            h = above + (weights.Get($"attention.history.dense{layer}.activation.slope", 0.25, 0.1, size) * (z - above));
        }

        return weights.Linear("attention.history.dense2", h, 1).squeeze(2) * there.to(weights.Type);
    }
}
