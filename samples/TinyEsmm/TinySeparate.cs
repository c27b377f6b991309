using static System.MathF; // FusedMultiplyAdd(a, b, c) = a · b + c, rounded once

namespace EsmmLite.Tiny;

// The way back of separate fields, those with a group of columns of their own. It gives the gradients of section 6 of TinyEsmm.cs,
// summed in another order: by row of the table first, because ids repeat, and there are fewer rows than impressions.
public sealed partial class TinyTower
{
    /// <summary>Of each field, for each row the batch uses in the order they come: slopes by the first layer's outputs, added up.</summary>
    public readonly Dictionary<int, OrderedDictionary<int, float[]>> Sums = [];
}

public sealed partial class TinyEsmm
{
    private float[] SumByRow(TinyTower tower, int[] ids, float[] dZ)
    {
        for (int f = 0; f < Config.Fields.Length; f++)
        {
            if (Config.Fields[f] is not { Separate: true, Rows: > 0 } || ids[Config.Slot[f]] < 0)
                continue;
            tower.Sums.TryAdd(f, []);
            tower.Sums[f].TryAdd(ids[Config.Slot[f]], new float[dZ.Length]);
            float[] sum = tower.Sums[f][ids[Config.Slot[f]]];
            for (int n = 0; n < dZ.Length; n++)
                sum[n] += dZ[n];
        }
        return dZ;
    }

    private void SeparateFields()
    {
        foreach (int f in Ctr.Sums.Keys)
            SeparateField(f);
        Ctr.Sums.Clear();
        Cvr.Sums.Clear();
    }

    /// <summary>With e a row's embedding: dW += eᵀ sum, row after row; de = sum Wᵀ, in chains of 256 outputs that are then added up.</summary>
    private void SeparateField(int f)
    {
        (TinyTensor table, int column) = (Tables[Config.Slot[f]], Config.Column[f]);
        foreach (TinyTower tower in (TinyTower[])[Ctr, Cvr])
            foreach ((int id, float[] sum) in tower.Sums[f])
                for (int k = 0; k < table.Columns; k++)
                    for (int n = 0, i = (column + k) * sum.Length; n < sum.Length; n++, i++)
                        tower.Kernels[0].G[i] = FusedMultiplyAdd(table.W[id * table.Columns + k], sum[n], tower.Kernels[0].G[i]);
        foreach (int id in Ctr.Sums[f].Keys)
            for (int k = 0; k < table.Columns; k++)
                table.G[id * table.Columns + k] += ((TinyTower[])[Ctr, Cvr]).SelectMany(t => Chains(t, t.Sums[f][id], column + k)).Aggregate((a, b) => a + b);
    }

    private static IEnumerable<float> Chains(TinyTower tower, float[] sum, int k)
    {
        for (int from = 0; from < sum.Length; from += 256)
        {
            float chain = 0;
            for (int n = from; n < Math.Min(from + 256, sum.Length); n++)
                chain = FusedMultiplyAdd(tower.Kernels[0].W[k * sum.Length + n], sum[n], chain);
            yield return chain;
        }
    }
}
