using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>What MMoE and PLE have in common: experts, and gates that mix them.</summary>
internal abstract class MixtureNetwork(string name, ulong seed) : FamilyNetwork(name, seed)
{
    /// <summary>Some experts of one input. [rows, width] each</summary>
    protected static Tensor[] Experts(FamilyWeights weights, string name, Tensor x, int count, params int[] sizes) =>
        [.. Enumerable.Range(0, count).Select(e => Hidden(weights, name + e, x, sizes))];

    /// <summary>softmax(gate) times the experts, as one batched product: [rows, 1, experts] by [rows, experts, width].</summary>
    protected static Tensor Mix(FamilyWeights weights, string name, Tensor x, params Tensor[] experts)
    {
        Tensor shares = weights.Linear(name + ".gate", x, experts.Length).softmax(dim: 1);
        return bmm(shares.unsqueeze(1), stack(experts, dim: 1)).squeeze(1);
    }
}

/// <summary>Three experts of two layers and a gate a task. Source: Ma et al. 2018.</summary>
internal sealed class MmoeNetwork() : MixtureNetwork("mmoe", 7)
{
    /// <inheritdoc/>
    public override string Config =>
        """{ "model": { "bottom": { "kind": "mmoe", "experts": 3, "hidden": [8, 6] } }, "towers": { "ctr": [5], "cvr": [6, 4] } }""";

    /// <inheritdoc/>
    protected override Tensor[] Towers(Tensor input, FamilyWeights weights)
    {
        Tensor[] experts = Experts(weights, "expert", input, 3, 8, 6);
        return
        [
            Tower(weights, "ctr", Mix(weights, "ctr", input, experts), 5),
            Tower(weights, "cvr", Mix(weights, "cvr", input, experts), 6, 4),
        ];
    }
}

/// <summary>Two levels of two experts a task and one shared by both. Source: Tang et al. 2020.</summary>
internal sealed class PleNetwork() : MixtureNetwork("ple", 8)
{
    /// <inheritdoc/>
    public override string Config =>
        """{ "model": { "bottom": { "kind": "ple", "experts": 2, "sharedExperts": 1, "hidden": [6], "levels": 2 } }, "towers": { "ctr": [5], "cvr": [4] } }""";

    /// <inheritdoc/>
    protected override Tensor[] Towers(Tensor input, FamilyWeights weights)
    {
        Tensor ctr = input, cvr = input, shared = input;
        foreach (string level in (string[])["", ".1"])
        {
            Tensor[] forCtr = Experts(weights, $"ctr{level}.expert", ctr, 2, 6), forCvr = Experts(weights, $"cvr{level}.expert", cvr, 2, 6);
            Tensor[] forBoth = Experts(weights, $"shared{level}.expert", shared, 1, 6);
            ctr = Mix(weights, "ctr" + level, ctr, [.. forCtr, .. forBoth]);
            cvr = Mix(weights, "cvr" + level, cvr, [.. forCvr, .. forBoth]);

            // The last level has no reader for a shared mixture.
            shared = level.Length == 0 ? Mix(weights, "shared", shared, [.. forCtr, .. forCvr, .. forBoth]) : shared;
        }

        return [Tower(weights, "ctr", ctr, 5), Tower(weights, "cvr", cvr, 4)];
    }
}
