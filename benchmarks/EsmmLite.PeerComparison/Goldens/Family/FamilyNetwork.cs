using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>One member of the family in torch operators.</summary>
/// <param name="name">The name of its file.</param>
/// <param name="seed">Seed of all draws.</param>
internal abstract class FamilyNetwork(string name, ulong seed)
{
    /// <summary>Length of an embedding of a user or an item.</summary>
    protected const int Dim = 4;

    /// <summary>The name of its file.</summary>
    public string Name => name;

    /// <summary>Seed of all draws.</summary>
    public ulong Seed => seed;

    /// <summary>Names of the labels.</summary>
    public virtual IReadOnlyList<string> Labels => ["click", "conversion"];

    /// <summary>Whether there are behaviour sequences.</summary>
    public virtual bool Sequences => false;

    /// <summary>The model as a config of the engine describes it: <c>towers</c>, and <c>model</c> if there is one.</summary>
    public abstract string Config { get; }

    /// <summary>Names and weights of the losses.</summary>
    public virtual IReadOnlyList<(string Name, double Weight)> LossWeights => [("ctr", 1), ("ctcvr", 0.7)];

    /// <summary>The logits of a batch, a tensor a tower.</summary>
    public Tensor[] Logits(FamilyBatch batch, FamilyWeights weights) => Towers(Input(batch, weights), weights);

    /// <summary>The losses from the logits; ESMM's unless it is another model's.</summary>
    public virtual Tensor[] Losses(Tensor[] logits, FamilyBatch batch, FamilyWeights weights)
    {
        Tensor click = tensor(batch.Labels[0], dtype: weights.Type), both = tensor(batch.Labels[1], dtype: weights.Type);
        Tensor logProduct = nn.functional.logsigmoid(logits[0]) + nn.functional.logsigmoid(logits[1]);
        return
        [
            nn.functional.binary_cross_entropy_with_logits(logits[0], click),
            -(both * logProduct + (1 - both) * (-logProduct.exp()).log1p()).mean(),
        ];
    }

    /// <summary>The weighted sum of the losses.</summary>
    public Tensor Total(IReadOnlyList<Tensor> losses) => losses.Zip(LossWeights, (loss, weight) => loss * weight.Weight).Aggregate((x, y) => x + y);

    /// <summary>The network's input: user, item, number.</summary>
    protected virtual Tensor Input(FamilyBatch batch, FamilyWeights weights) => cat(
    [
        weights.Embed("user", FamilyBatch.Users, Dim, batch.Ids[0]),
        weights.Embed("item", FamilyBatch.Items, Dim, batch.Ids[1]),
        tensor(batch.Numbers, dtype: weights.Type).unsqueeze(1),
    ], dim: 1);

    /// <summary>The logits of an input.</summary>
    protected abstract Tensor[] Towers(Tensor input, FamilyWeights weights);

    /// <summary>Hidden layers.</summary>
    protected static Tensor Hidden(FamilyWeights weights, string name, Tensor x, IReadOnlyList<int> sizes)
    {
        for (int layer = 0; layer < sizes.Count; layer++)
        {
            x = weights.Relu(weights.Linear($"{name}.dense{layer}", x, sizes[layer]));
        }

        return x;
    }

    /// <summary>A tower: hidden layers and a logit.</summary>
    protected static Tensor Tower(FamilyWeights weights, string name, Tensor x, params int[] sizes) =>
        Logit(weights, name, Hidden(weights, name, x, sizes), sizes.Length);

    /// <summary>The last layer of a tower.</summary>
    protected static Tensor Logit(FamilyWeights weights, string name, Tensor x, int layers) => weights.Linear($"{name}.dense{layers}", x, 1).squeeze(1);
}
