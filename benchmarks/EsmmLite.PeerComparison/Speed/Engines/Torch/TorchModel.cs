using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>The same model as the engine's: tables, crosses and two towers.</summary>
internal sealed class TorchModel : IDisposable
{
    private readonly (int First, int Second)[] _crosses;
    private readonly FeatureSpace _space;

    /// <summary>Creates a model with weights at random.</summary>
    public TorchModel(FeatureSpace space, EsmmConfig config, TorchVariant variant)
    {
        _space = space;
        _crosses = [.. config.Schema.Crosses.Select(cross => (space.FieldIndex(cross.First), space.FieldIndex(cross.Second)))];
        Tables = TorchTables.Create(variant.Update, space, variant.OneTable);
        Towers = TorchTowers.Create(variant.Towers, [16 * (space.IdSlots + _crosses.Length), .. config.Model.CtrTower, 1]);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        for (int tower = 0; tower < 2; tower++)
        {
            for (int layer = 0; layer < Towers.Layers; layer++)
            {
                double limit = Math.Sqrt(6.0 / (Towers.Sizes[layer] + Towers.Sizes[layer + 1]));
                Towers.Kernel(tower, layer).uniform_(-limit, limit);
            }
        }
    }

    /// <summary>The tables.</summary>
    public TorchTables Tables { get; }

    /// <summary>The towers.</summary>
    public TorchTowers Towers { get; }

    /// <summary>Logits of a batch. [rows] each</summary>
    public (Tensor A, Tensor B) Forward(TorchIds ids)
    {
        Tensor vectors = Tables.Gather(ids);
        return Towers.Logits(_crosses.Length == 0 ? vectors : cat([vectors, .. _crosses.Select(cross => Part(cross.First) * Part(cross.Second))], dim: 1));

        Tensor Part(int field) => vectors.narrow(1, 16 * field, 16);
    }

    /// <summary>Takes over the engine's weights.</summary>
    public void CopyFrom(EsmmModel model) => Exchange(model, (own, theirs) => own.copy_(tensor(theirs).view(own.shape)));

    /// <summary>The greatest difference of any weight from the engine's.</summary>
    public double DistanceFrom(EsmmModel model)
    {
        double worst = 0;
        Exchange(model, (own, theirs) => worst = Math.Max(worst, (own - tensor(theirs).view(own.shape)).abs().max().ToDouble()));
        return worst;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tables.Dispose();
        Towers.Dispose();
    }

    /// <summary>Pairs each tensor with the engine's values in the order that torch keeps them in.</summary>
    private void Exchange(EsmmModel model, Action<Tensor, float[]> pair)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        for (int field = 0; field < _space.IdSlots; field++)
        {
            pair(Tables.Field(field), model.Bottom.Tables[field].Values.ToArray());
        }

        int[] columns = Columns(model.Bottom.Layout);
        for (int tower = 0; tower < 2; tower++)
        {
            for (int layer = 0; layer < Towers.Layers; layer++)
            {
                string name = $"{(tower == EsmmModel.Ctr ? "ctr" : "cvr")}.dense{layer}";
                pair(Towers.Kernel(tower, layer), Kernel(model, name + ".kernel", layer == 0 ? columns : null));
                pair(Towers.Bias(tower, layer), Values(model, name + ".bias"));
            }
        }
    }

    // Here fields stand in the schema's order and crosses behind them; the engine orders by side.
    private int[] Columns(InputLayout layout) =>
    [
        .. Enumerable.Range(0, _space.IdSlots).SelectMany(field => Enumerable.Range(layout.ColumnOfField(field), 16)),
        .. Enumerable.Range(0, _crosses.Length).SelectMany(cross => Enumerable.Range(layout.ColumnOfCross(cross), 16)),
    ];

    // [in, out] of the engine as [out, in] of torch.
    private static float[] Kernel(EsmmModel model, string name, int[]? columns)
    {
        TowerTensor of = model.Towers.Tensors.Single(one => one.Name == name);
        float[] values = Values(model, name);
        int inputs = of.Shape[0], outputs = of.Shape[1];
        return [.. from o in Enumerable.Range(0, outputs) from i in Enumerable.Range(0, inputs) select values[(columns?[i] ?? i) * outputs + o]];
    }

    private static float[] Values(EsmmModel model, string name)
    {
        TowerTensor of = model.Towers.Tensors.Single(one => one.Name == name);
        float[] values = new float[of.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = model.Towers.Parameters[of.IndexOf(i)];
        }

        return values;
    }
}
