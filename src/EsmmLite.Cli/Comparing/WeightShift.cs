using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Cli.Comparing;

/// <summary>How far a tensor moved from one model to another.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Values">Values compared.</param>
/// <param name="Norm">Their norm in the first model.</param>
/// <param name="Change">Norm of the difference.</param>
/// <param name="Largest">The largest difference of one value.</param>
/// <param name="Cosine">1 where the direction is the same; null where one is zero.</param>
/// <param name="Remark">What could not be compared; empty if all was.</param>
internal sealed record WeightShift(string Name, long Values, double Norm, double Change, double Largest, double? Cosine, string Remark)
{
    /// <summary>Tables, row by row (of vocabularies: entry by entry), then the layers of the towers.</summary>
    public static IReadOnlyList<WeightShift> Of(EsmmModel before, EsmmModel after) => [.. Tables(before, after), .. Towers(before, after)];

    private static IEnumerable<WeightShift> Tables(EsmmModel before, EsmmModel after)
    {
        for (int t = 0; t < before.Bottom.Tables.Count; t++)
        {
            EmbeddingTable table = before.Bottom.Tables[t];
            int other = after.Bottom.Tables.ToList().FindIndex(candidate => candidate.Name == table.Name);
            if (other < 0)
            {
                yield return Missing("emb." + table.Name, "only in A");
            }
            else if (after.Bottom.Tables[other].Dim != table.Dim)
            {
                yield return Missing("emb." + table.Name, "another dim in B");
            }
            else
            {
                yield return Rows(table, after.Bottom.Tables[other], EncoderOf(before, table.Name), EncoderOf(after, table.Name));
            }
        }

        foreach (EmbeddingTable table in after.Bottom.Tables.Where(table => before.Bottom.Tables.All(candidate => candidate.Name != table.Name)))
        {
            yield return Missing("emb." + table.Name, "only in B");
        }
    }

    private static FieldEncoder EncoderOf(EsmmModel model, string field) => model.Space.Encoders[model.Space.FieldIndex(field)];

    private static WeightShift Rows(EmbeddingTable before, EmbeddingTable after, FieldEncoder one, FieldEncoder other)
    {
        var sums = new Sums();
        if (one is VocabularyEncoder entries && other is VocabularyEncoder others)
        {
            sums.Add(before.Row(0), after.Row(0));
            int common = 0;
            for (int row = 1; row <= entries.Entries; row++)
            {
                int place = others.IdOf(entries.EntryOf(row));
                if (place > 0)
                {
                    common++;
                    sums.Add(before.Row(row), after.Row(place));
                }
            }

            return sums.ToShift("emb." + before.Name, common == entries.Entries && common == others.Entries ? "" : $"{common} entries in both, {entries.Entries - common} only in A, {others.Entries - common} only in B");
        }

        if (before.Rows != after.Rows || one.GetType() != other.GetType())
        {
            return Missing("emb." + before.Name, "another number or kind of rows in B");
        }

        sums.Add(before.Values, after.Values);
        return sums.ToShift("emb." + before.Name, "");
    }

    private static IEnumerable<WeightShift> Towers(EsmmModel before, EsmmModel after)
    {
        var others = after.Towers.Tensors.ToDictionary(tensor => tensor.Name);
        foreach (TowerTensor tensor in before.Towers.Tensors)
        {
            if (!others.Remove(tensor.Name, out TowerTensor? other))
            {
                yield return Missing(tensor.Name, "only in A");
            }
            else if (!tensor.Shape.SequenceEqual(other.Shape))
            {
                yield return Missing(tensor.Name, "another shape in B");
            }
            else
            {
                var sums = new Sums();
                sums.Add(Unpack(before, tensor), Unpack(after, other));
                yield return sums.ToShift(tensor.Name, "");
            }
        }

        foreach (string name in others.Keys)
        {
            yield return Missing(name, "only in B");
        }
    }

    private static float[] Unpack(EsmmModel model, TowerTensor tensor)
    {
        Span<float> parameters = model.Towers.Parameters;
        float[] values = new float[tensor.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = parameters[tensor.IndexOf(i)];
        }

        return values;
    }

    private static WeightShift Missing(string name, string remark) => new(name, 0, 0, 0, 0, null, remark);

    private sealed class Sums
    {
        private double _before;
        private double _after;
        private double _product;
        private double _change;
        private double _largest;
        private long _count;

        public void Add(ReadOnlySpan<float> before, ReadOnlySpan<float> after)
        {
            for (int i = 0; i < before.Length; i++)
            {
                double x = before[i], y = after[i];
                _before += x * x;
                _after += y * y;
                _product += x * y;
                _change += (y - x) * (y - x);
                _largest = Math.Max(_largest, Math.Abs(y - x));
            }

            _count += before.Length;
        }

        public WeightShift ToShift(string name, string remark)
            => new(name, _count, Math.Sqrt(_before), Math.Sqrt(_change), _largest, _before > 0 && _after > 0 ? _product / Math.Sqrt(_before * _after) : null, remark);
    }
}
