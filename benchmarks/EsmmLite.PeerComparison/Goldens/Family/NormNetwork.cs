using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>ESMM whose hidden layers are normalised before ReLU, by torch's own layer norm.</summary>
internal sealed class NormNetwork() : FamilyNetwork("layer-norm", 5)
{
    /// <inheritdoc/>
    public override string Config => """{ "towers": { "ctr": [8, 6], "cvr": [7], "layerNorm": true } }""";

    /// <inheritdoc/>
    protected override Tensor[] Towers(Tensor input, FamilyWeights weights) =>
        [NormTower(weights, "ctr", input, 8, 6), NormTower(weights, "cvr", input, 7)];

    private static Tensor NormTower(FamilyWeights weights, string name, Tensor x, params int[] sizes)
    {
        for (int layer = 0; layer < sizes.Length; layer++)
        {
            string norm = $"{name}.dense{layer}.norm";
            Tensor z = weights.Linear($"{name}.dense{layer}", x, sizes[layer]);
            Tensor gain = weights.Get(norm + ".gain", 1, 0.3, sizes[layer]), bias = weights.Get(norm + ".bias", 0, 0.3, sizes[layer]);
            x = weights.Relu(nn.functional.layer_norm(z, [sizes[layer]], gain, bias, 1e-5));
        }

        return Logit(weights, name, x, sizes.Length);
    }
}
