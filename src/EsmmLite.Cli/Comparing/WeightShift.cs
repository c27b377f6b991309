using System.Text;
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
    /// <summary>Tables, row by row (of vocabularies and admitted buckets: entry by entry), then the layers of the towers.</summary>
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
                yield return Rows(table, after.Bottom.Tables[other], before.Space, after.Space);
            }
        }

        foreach (EmbeddingTable table in after.Bottom.Tables.Where(table => before.Bottom.Tables.All(candidate => candidate.Name != table.Name)))
        {
            yield return Missing("emb." + table.Name, "only in B");
        }
    }

    private static WeightShift Rows(EmbeddingTable before, EmbeddingTable after, FeatureSpace spaceBefore, FeatureSpace spaceAfter)
    {
        var sums = new Sums();
        int field = spaceBefore.FieldIndex(before.Name), fieldAfter = spaceAfter.FieldIndex(before.Name);
        Field one = spaceBefore.Schema.Fields[field], other = spaceAfter.Schema.Fields[fieldAfter];
        bool named = spaceBefore.Encoders[field].HasOutOfVocabulary;
        if (one.GetType() != other.GetType() || named != spaceAfter.Encoders[fieldAfter].HasOutOfVocabulary || (one as HashedField)?.Buckets != (other as HashedField)?.Buckets)
        {
            return Missing("emb." + before.Name, "another number or kind of rows in B");
        }

        if (named)
        {
            string[] entries = Entries(spaceBefore, field);
            var others = Entries(spaceAfter, fieldAfter).Select((entry, i) => (entry, i)).ToDictionary(pair => pair.entry, pair => pair.i + 1, StringComparer.Ordinal);
            sums.Add(before.Row(0), after.Row(0));
            int common = 0;
            for (int i = 0; i < entries.Length; i++)
            {
                if (others.TryGetValue(entries[i], out int place))
                {
                    common++;
                    sums.Add(before.Row(i + 1), after.Row(place));
                }
            }

            return sums.ToShift("emb." + before.Name, common == entries.Length && common == others.Count ? "" : $"{common} entries in both, {entries.Length - common} only in A, {others.Count - common} only in B");
        }

        if (before.Rows != after.Rows)
        {
            return Missing("emb." + before.Name, "another number or kind of rows in B");
        }

        sums.Add(before.Values, after.Values);
        return sums.ToShift("emb." + before.Name, "");
    }

    /// <summary>The entries of a vocabulary, or the admitted buckets, in the order of their rows: a character a byte.</summary>
    private static string[] Entries(FeatureSpace space, int field)
    {
        byte[] bytes = space.VocabularyBytes(field);
        long[] offsets = space.VocabularyOffsets(field);
        return [.. Enumerable.Range(0, offsets.Length - 1).Select(i => Encoding.Latin1.GetString(bytes.AsSpan((int)offsets[i], (int)(offsets[i + 1] - offsets[i]))))];
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
