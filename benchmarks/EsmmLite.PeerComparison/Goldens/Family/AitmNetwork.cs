using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>Three stages; each tower attends to what the one before passes on and to its own. Source: Xi et al. 2021.</summary>
internal sealed class AitmNetwork() : FamilyNetwork("aitm", 11)
{
    private const int Width = 6;

    /// <inheritdoc/>
    public override string Config =>
        """{ "model": { "kind": "aitm" }, "towers": { "ctr": [8, 6], "cvr": [6], "others": [7, 6] }, "loss": { "ctr": 1, "stages": 0.8, "ctcvr": 0.7, "order": 0.6 } }""";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Labels => ["click", "cart", "purchase"];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, double Weight)> LossWeights => [("ctr", 1), ("cart", 0.8), ("ctcvr", 0.7), ("order", 0.6)];

    /// <inheritdoc/>
    public override Tensor[] Losses(Tensor[] logits, FamilyBatch batch, FamilyWeights weights)
    {
        Tensor order = zeros(batch.Rows, dtype: weights.Type);
        for (int stage = 1; stage < logits.Length; stage++)
        {
            order += weights.Relu(sigmoid(logits[stage]) - sigmoid(logits[stage - 1]));
        }

        return
        [
            .. logits.Zip(batch.Labels, (logit, label) => nn.functional.binary_cross_entropy_with_logits(logit, tensor(label, dtype: weights.Type))),
            order.mean(),
        ];
    }

    /// <inheritdoc/>
    protected override Tensor[] Towers(Tensor input, FamilyWeights weights)
    {
        Tensor click = Hidden(weights, "ctr", input, [8, Width]);
        Tensor cart = Transfer(weights, "cvr", click, Hidden(weights, "cvr", input, [Width]));
        Tensor purchase = Transfer(weights, "stage3", cart, Hidden(weights, "stage3", input, [7, Width]));
        return [Logit(weights, "ctr", click, 2), Logit(weights, "cvr", cart, 1), Logit(weights, "stage3", purchase, 2)];
    }

    private static Tensor Transfer(FamilyWeights weights, string name, Tensor before, Tensor own)
    {
        Tensor passed = weights.Relu(weights.Linear(name + ".passed", before, Width));

        // [rows, candidates, value | key | query]
        Tensor both = weights.Linear(name + ".transfer", stack([passed, own], dim: 1), 3 * Width);
        Tensor[] parts = both.chunk(3, dim: 2);
        Tensor scores = (parts[1] * parts[2]).sum(dim: 2) / Math.Sqrt(Width);
        return (scores.softmax(dim: 1).unsqueeze(2) * parts[0]).sum(dim: 1);
    }
}
