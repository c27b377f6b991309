using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Tests.Model;

/// <summary>How often ids repeat within a batch.</summary>
public enum Repeats
{
    /// <summary>At most a handful of rows, so few that even a segment of 30 impressions repeats them.</summary>
    Much,

    /// <summary>As many possible rows as a quarter of the batch.</summary>
    Somewhat,

    /// <summary>No row twice, unless the table is smaller than the batch.</summary>
    Never,
}

/// <summary>Random small models with separate fields on both sides, batches for them, and the same models without separate fields.</summary>
internal static class SeparateModels
{
    /// <summary>Rows of the fields "request" and "candidate": more than any batch has impressions.</summary>
    internal const int LargeTable = 4000;

    private static readonly int[] TableRows = [1, 2, 9, 70, LargeTable];

    private static readonly int[][] Towers = [[], [17], [24, 10], [40, 33, 5], [1], [290, 6]];

    /// <summary>
    /// One large separate field on each side, then up to four more fields a side: of 1 to 4,000 rows and widths 1 to 40, or
    /// numbers, most of them separate; crosses of whatever has the same width.
    /// </summary>
    internal static EsmmModel Create(int seed, bool all = false)
    {
        SplitMix random = new((ulong)seed);
        int[] widths = [(int)random.NextBelow(40) + 1, (int)random.NextBelow(40) + 1];
        List<Field> fields = [];
        foreach (Side side in (Side[])[Side.Request, Side.Candidate])
        {
            string name = side == Side.Request ? "request" : "candidate";
            fields.Add(SmallModels.Hashed(name, LargeTable, widths[0], side) with { Separate = true });
            int more = (int)random.NextBelow(5);
            for (int f = 0; f < more; f++)
            {
                bool separate = all || random.NextBelow(3) > 0;
                int rows = TableRows[random.NextBelow((uint)TableRows.Length)];
                Field field = random.NextBelow(5) == 0
                    ? SmallModels.Number($"{name} number {f}", side, indicator: random.NextBelow(2) == 0)
                    : SmallModels.Hashed($"{name} {f}", rows, widths[random.NextBelow(2)], side);
                fields.Add(field with { Separate = separate });
            }
        }

        int[] places = [.. Enumerable.Range(0, fields.Count)];
        random.Shuffle(places);
        Field[] order = [.. places.Select(p => fields[p])];
        HashedField[] crossed = [.. order.OfType<HashedField>()];
        List<Cross> crosses = [];
        for (int i = 0; i < crossed.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (crossed[i].Dim == crossed[j].Dim && random.NextBelow(3) == 0)
                {
                    crosses.Add(new Cross(crossed[i].Name, crossed[j].Name));
                }
            }
        }

        int[] ctr = Towers[random.NextBelow((uint)Towers.Length)], cvr = random.NextBelow(2) == 0 ? ctr : Towers[random.NextBelow((uint)Towers.Length)];
        return SmallModels.Create(new ModelOptions { CtrTower = ctr, CvrTower = cvr, Seed = (ulong)seed }, order, [.. crosses]);
    }

    /// <summary>A random batch, a tenth of the ids missing.</summary>
    internal static ImpressionBatch Batch(FeatureSpace space, int rows, Repeats repeats, ulong seed, int? capacity = null)
    {
        ImpressionBatch drawn = SmallModels.Batch(space, rows, seed, repeats == Repeats.Much ? 5 : Math.Max(1, rows / 4));
        ImpressionBatch batch = space.CreateBatch(capacity ?? rows);
        batch.Count = rows;
        for (int r = 0; r < rows; r++)
        {
            drawn.CopyRow(r, batch, r);
            for (int slot = 0; slot < batch.IdSlots && repeats == Repeats.Never; slot++)
            {
                int tableRows = space.Encoders.Where(e => e.Dim > 0).ElementAt(slot).Rows;
                batch.Ids(slot)[r] = batch.Ids(slot)[r] < 0 ? ImpressionBatch.MissingId : (tableRows - 1 - r % tableRows);
            }
        }

        return batch;
    }

    /// <summary>The same function of the same features, with no field separate: the weights are the same, in other places.</summary>
    internal static EsmmModel WithoutSeparateFields(EsmmModel model)
    {
        Schema schema = model.Space.Schema;
        EsmmModel plain = EsmmModel.Create(FeatureSpace.FromSchema(SmallModels.Schema([.. schema.Fields.Select(f => f with { Separate = false })], [.. schema.Crosses])), model.Options);
        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            model.Bottom.Tables[t].Values.CopyTo(plain.Bottom.Tables[t].Values);
        }

        int[] column = Columns(model, plain);
        for (int t = 0; t < model.Towers.Tensors.Count; t++)
        {
            TowerTensor to = plain.Towers.Tensors[t];
            float[] values = Reordered(to, EsmmModel.Unpack(model.Towers.Tensors[t], model.Towers.Parameters), column);
            for (int i = 0; i < values.Length; i++)
            {
                plain.Towers.Parameters[to.IndexOf(i)] = values[i];
            }
        }

        return plain;
    }

    /// <summary>A tensor of a model with the rows of a first kernel where the other model has them.</summary>
    internal static float[] Reordered(TowerTensor tensor, float[] values, int[] column)
    {
        if (!tensor.Name.EndsWith("dense0.kernel", StringComparison.Ordinal))
        {
            return values;
        }

        float[] result = new float[values.Length];
        int outputs = tensor.Shape[1];
        for (int k = 0; k < column.Length; k++)
        {
            values.AsSpan(k * outputs, outputs).CopyTo(result.AsSpan(column[k] * outputs));
        }

        return result;
    }

    /// <summary>Of each input column of a model, the column of another with the same fields.</summary>
    internal static int[] Columns(EsmmModel from, EsmmModel to)
    {
        InputLayout a = from.Bottom.Layout, b = to.Bottom.Layout;
        int[] column = new int[a.Width];
        for (int f = 0; f < from.Space.Encoders.Count; f++)
        {
            for (int k = 0; k < from.Space.Encoders[f].Width; k++)
            {
                column[a.ColumnOfField(f) + k] = b.ColumnOfField(f) + k;
            }
        }

        for (int c = 0; c < a.Crosses.Count; c++)
        {
            for (int k = 0; k < from.Space.Encoders[a.Crosses[c].First].Dim; k++)
            {
                column[a.ColumnOfCross(c) + k] = b.ColumnOfCross(c) + k;
            }
        }

        return column;
    }
}
