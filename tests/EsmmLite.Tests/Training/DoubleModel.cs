using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Tests.Training;

/// <summary>ESMM written down once more, plainly and in double; only the order of columns is the engine's.</summary>
internal sealed class DoubleModel
{
    private readonly EsmmModel _model;
    private readonly string[] _names;

    internal DoubleModel(EsmmModel model)
    {
        _model = model;
        _names = [.. model.Towers.Tensors.Select(t => t.Name)];
        Tables = [.. model.Bottom.Tables.Select(t => t.Values.ToArray().Select(v => (double)v).ToArray())];
        Towers = [.. model.Towers.Tensors.Select(t => EsmmModel.Unpack(t, model.Towers.Parameters).Select(v => (double)v).ToArray())];
    }

    internal double[][] Tables { get; }

    internal double[][] Towers { get; }

    internal double Loss(ImpressionBatch batch)
    {
        double ctr = 0, ctcvr = 0;
        for (int r = 0; r < batch.Count; r++)
        {
            double[] x = Input(batch, r);
            double p = 1 / (1 + Math.Exp(-Logit("ctr", x))), t = p / (1 + Math.Exp(-Logit("cvr", x)));
            bool y = batch.Labels(0)[r] == 1, c = y && batch.Labels(1)[r] == 1;
            ctr -= Math.Log(y ? p : 1 - p);
            ctcvr -= Math.Log(c ? t : 1 - t);
        }

        return ((GradientTests.CtrWeight * ctr) + (GradientTests.CtcvrWeight * ctcvr)) / batch.Count;
    }

    internal double[] Input(ImpressionBatch batch, int row)
    {
        InputLayout layout = _model.Bottom.Layout;
        double[] x = new double[layout.Width];
        for (int f = 0; f < _model.Space.Encoders.Count; f++)
        {
            if (_model.Space.Schema.IsAttended(_model.Space.Schema.Fields[f]))
            {
                continue;
            }

            if (_model.Space.Encoders[f].Dim > 0)
            {
                Embedding(batch, row, f).CopyTo(x, layout.ColumnOfField(f));
                continue;
            }

            for (int k = 0; k < _model.Space.Encoders[f].NumberWidth; k++)
            {
                x[layout.ColumnOfField(f) + k] = batch.Numbers(_model.Space.SlotOf(f) + k)[row];
            }
        }

        for (int c = 0; c < layout.Crosses.Count; c++)
        {
            double[] a = Embedding(batch, row, layout.Crosses[c].First), b = Embedding(batch, row, layout.Crosses[c].Second);
            a.Zip(b, (u, v) => u * v).ToArray().CopyTo(x, layout.ColumnOfCross(c));
        }

        for (int s = 0; s < _model.Space.Schema.Sequences.Count; s++)
        {
            Attended(batch, row, _model.Space.Schema.Sequences[s]).CopyTo(x, layout.ColumnOfSequence(s));
        }

        return x;
    }

    private double[] Attended(ImpressionBatch batch, int row, Sequence sequence)
    {
        FeatureSpace space = _model.Space;
        double[] query = [.. sequence.Candidate.SelectMany(name => Embedding(batch, row, space.FieldIndex(name)))], result = new double[query.Length];
        int[] lists = [.. sequence.Actions.Select(space.FieldIndex)];
        List<double[]> actions = [];
        for (int k = 0; k < space.Encoders[lists[0]].IdWidth; k++)
        {
            if (lists.Any(f => batch.Ids(space.SlotOf(f) + k)[row] >= 0))
            {
                actions.Add([.. lists.SelectMany(f => Row(f, batch.Ids(space.SlotOf(f) + k)[row]))]);
            }
        }

        AttentionOptions options = _model.Options.Attention;
        double[] scores = [.. actions.Select(action => options.Kind == AttentionKind.Din ? Unit(sequence.Name, action, query) : action.Zip(query, (a, q) => a * q).Sum() / Math.Sqrt(query.Length))];
        double[] weights = options is { Kind: AttentionKind.Din, Normalise: false } ? scores : [.. scores.Select(s => Math.Exp(s) / scores.Sum(Math.Exp))];
        for (int k = 0; k < actions.Count; k++)
        {
            for (int d = 0; d < result.Length; d++)
            {
                result[d] += weights[k] * actions[k][d];
            }
        }

        return result;
    }

    /// <summary>DIN's activation unit: a network on action, product and candidate.</summary>
    private double Unit(string sequence, double[] action, double[] query)
    {
        double[] h = [.. action, .. action.Zip(query, (a, q) => a * q), .. query];
        double[] Values(string name) => Towers[Array.IndexOf(_names, $"attention.{sequence}.{name}")];
        int layers = _model.Options.Attention.Hidden.Count;
        for (int l = 0; l <= layers; l++)
        {
            double[] w = Values($"dense{l}.kernel"), z = [.. Values($"dense{l}.bias")];
            z = [.. z.Select((bias, j) => bias + h.Select((v, i) => v * w[(i * z.Length) + j]).Sum())];
            double[]? slopes = l < layers && _model.Options.Attention.Activation == Activation.PRelu ? Values($"dense{l}.activation.slope") : null;
            h = l == layers ? z : [.. z.Select((v, j) => _model.Options.Attention.Activation switch
            {
                Activation.Relu => Math.Max(v, 0),
                Activation.LeakyRelu => v > 0 ? v : (float)_model.Options.Attention.Slope * v,
                Activation.PRelu => v > 0 ? v : slopes![j] * v,
                _ => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))),
            })];
        }

        return h.Single();
    }

    private double[] Row(int field, int id)
    {
        int dim = _model.Space.Encoders[field].Dim;
        return id < 0 ? new double[dim] : Tables[_model.Space.TableOf(field)][(id * dim)..((id + 1) * dim)];
    }

    private double[] Embedding(ImpressionBatch batch, int row, int field)
    {
        if (_model.Space.Schema.Fields[field].List is { } list)
        {
            return Pooled(batch, row, field, list);
        }

        return Row(field, batch.Ids(_model.Space.SlotOf(field))[row]);
    }

    private double[] Pooled(ImpressionBatch batch, int row, int field, ListOptions list)
    {
        int dim = _model.Space.Encoders[field].Dim, weights = _model.Space.WeightSlotOf(field);
        double[] vector = new double[dim];
        double sum = 0, squares = 0;
        for (int k = 0; k < list.MaxValues; k++)
        {
            int id = batch.Ids(_model.Space.SlotOf(field) + k)[row];
            double w = id < 0 ? 0 : weights < 0 ? 1 : batch.Numbers(weights + k)[row];
            (sum, squares) = (sum + w, squares + (w * w));
            for (int d = 0; d < dim && w > 0; d++)
            {
                vector[d] += w * Tables[_model.Space.TableOf(field)][(id * dim) + d];
            }
        }

        double divisor = list.Pooling switch { Pooling.Sum => 1, Pooling.Mean => sum, _ => Math.Sqrt(squares) };
        return sum == 0 ? vector : [.. vector.Select(v => v / divisor)];
    }

    private double Logit(string tower, double[] x)
    {
        double[] h = [.. x.Select((v, column) => _model.Bottom.Layout.Reads(tower == "ctr" ? EsmmModel.Ctr : EsmmModel.Cvr, column) ? v : 0)];
        for (int k = Array.FindIndex(_names, n => n.StartsWith(tower, StringComparison.Ordinal)); k < Towers.Length && _names[k].StartsWith(tower, StringComparison.Ordinal); k += 2)
        {
            double[] w = Towers[k], z = [.. Towers[k + 1]];
            for (int i = 0; i < h.Length; i++)
            {
                for (int j = 0; j < z.Length && h[i] != 0; j++)
                {
                    z[j] += h[i] * w[(i * z.Length) + j];
                }
            }

            bool last = k + 2 == Towers.Length || !_names[k + 2].StartsWith(tower, StringComparison.Ordinal);
            h = last ? z : [.. z.Select(v => Math.Max(v, 0))];
        }

        return h.Single();
    }
}
