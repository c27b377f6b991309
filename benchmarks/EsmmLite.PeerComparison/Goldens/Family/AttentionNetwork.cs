using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>ESMM with the last actions attended to from the candidate. Source: Zhou et al. 2018 (DIN), with the scaled dot product as its weights.</summary>
internal class AttentionNetwork(string name = "attention", ulong seed = 13) : FamilyNetwork(name, seed)
{
    /// <summary>Length of an embedding of a kind.</summary>
    protected const int KindDim = 3;

    /// <inheritdoc/>
    public override string Config => """{ "towers": { "ctr": [8, 6], "cvr": [7] } }""";

    /// <inheritdoc/>
    public override bool Sequences => true;

    /// <inheritdoc/>
    protected override Tensor Input(FamilyBatch batch, FamilyWeights weights)
    {
        int[][] ids = batch.Ids;
        Tensor user = weights.Embed("user", FamilyBatch.Users, Dim, ids[0]), item = Item(ids[1]), kind = Kind(ids[2]);
        int[][] items = ids[3..(3 + FamilyBatch.Actions)], kinds = ids[(3 + FamilyBatch.Actions)..];
        Tensor candidate = cat([item, kind], dim: 1);

        // [rows, actions, D]; an action is there if one of its values is.
        Tensor actions = stack([.. items.Zip(kinds, (ofItem, ofKind) => cat([Item(ofItem), Kind(ofKind)], dim: 1))], dim: 1);
        Tensor there = stack([.. items.Zip(kinds, (ofItem, ofKind) => tensor([.. ofItem.Zip(ofKind, (x, y) => x >= 0 || y >= 0)]))], dim: 1);
        Tensor history = bmm(Shares(actions, candidate, there, weights).unsqueeze(1), actions).squeeze(1);
        return cat([user, item, kind, tensor(batch.Numbers, dtype: weights.Type).unsqueeze(1), history], dim: 1);

        Tensor Item(int[] column) => weights.Embed("item", FamilyBatch.Items, Dim, column);
        Tensor Kind(int[] column) => weights.Embed("kind", FamilyBatch.Kinds, KindDim, column);
    }

    /// <summary>What each action counts. [rows, actions]</summary>
    protected virtual Tensor Shares(Tensor actions, Tensor candidate, Tensor there, FamilyWeights weights)
    {
        Tensor scores = bmm(actions, candidate.unsqueeze(2)).squeeze(2) / Math.Sqrt(Dim + KindDim);

        // Where there is no action, the shares are equal, and of zeros.
        return scores.masked_fill(there.logical_not(), -1e30).softmax(dim: 1);
    }

    /// <inheritdoc/>
    protected override Tensor[] Towers(Tensor input, FamilyWeights weights) =>
        [Tower(weights, "ctr", input, 8, 6), Tower(weights, "cvr", input, 7)];
}
