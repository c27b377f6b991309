using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Tests.Scoring;

/// <summary>
/// How far the logits of an impression can be from those of the same model with weights in bfloat16: docs/numerics.md, section 9.
/// A bound of the computed floats, rounding of the sums included.
/// </summary>
internal sealed class NarrowingBound
{
    private const double Unit = 1.0 / 257, Tiny = 1.0 / (1L << 62) / (1L << 62) / 1024; // 2^-134
    private const double FloatUnit = 1.0 / (1 << 24), Underflow = 1e-44;

    private readonly EsmmModel _model;
    private readonly Dictionary<string, TowerTensor> _tensors;

    internal NarrowingBound(EsmmModel model)
    {
        _model = model;
        _tensors = model.Towers.Tensors.ToDictionary(t => t.Name);
    }

    /// <summary>The bounds of a batch's rows. [tasks][rows]</summary>
    internal double[][] Of(ImpressionBatch batch)
    {
        InputLayout layout = _model.Bottom.Layout;
        float[] inputs = new float[batch.Count * layout.Stride];
        MlpWorkspace workspace = (MlpWorkspace)_model.Towers.CreateWorkspace(batch.Count, training: false);
        _model.Bottom.Forward(batch, 0, batch.Count, Part.All, inputs);
        _model.Towers.Forward(layout, inputs, 0, batch.Count, workspace);
        IReadOnlyList<int>[] hidden = [_model.Options.CtrTower, _model.Options.CvrTower];
        return
        [
            .. hidden.Select((sizes, task) => Enumerable.Range(0, batch.Count).Select(r =>
            {
                double[] x = [.. inputs.AsSpan(r * layout.Stride, layout.Width).ToArray().Select(v => (double)v)];
                double[] apart = InputErrors(batch, r, x);
                for (int l = 0; l < sizes.Count; l++)
                {
                    apart = Layer(task, l, x, apart, Unit, Tiny);
                    x = [.. workspace.Outputs(task, l, r)[..sizes[l]].ToArray().Select(v => (double)v)];
                }

                return sizes.Count == 0 ? Layer(task, 0, x, apart, Unit, Tiny)[0] : Layer(task, sizes.Count, x, apart, 0, 0)[0];
            }).ToArray()),
        ];
    }

    /// <summary>Embeddings are rounded themselves, a cross is a product of two of them, numbers are the same.</summary>
    private double[] InputErrors(ImpressionBatch batch, int row, double[] x)
    {
        InputLayout layout = _model.Bottom.Layout;
        FeatureSpace space = _model.Space;
        double[] apart = new double[x.Length];
        for (int f = 0; f < space.Encoders.Count; f++)
        {
            for (int k = 0, c = layout.ColumnOfField(f); k < space.Encoders[f].Dim; k++)
            {
                apart[c + k] = space.Schema.Fields[f].List is null ? (Unit * Math.Abs(x[c + k])) + Tiny : ListError(batch, row, f, k);
            }
        }

        for (int c = 0; c < layout.Crosses.Count; c++)
        {
            (int first, int second) = layout.Crosses[c];
            EmbeddingTable one = _model.Bottom.Tables[space.TableOf(first)], other = _model.Bottom.Tables[space.TableOf(second)];
            int a = batch.Ids(space.SlotOf(first))[row], b = batch.Ids(space.SlotOf(second))[row];
            for (int k = 0; k < one.Dim && a >= 0 && b >= 0; k++)
            {
                double u = Math.Abs(one.Row(a)[k]), v = Math.Abs(other.Row(b)[k]);
                double most = ((u * (1 + Unit)) + Tiny) * ((v * (1 + Unit)) + Tiny);
                apart[layout.ColumnOfCross(c) + k] = most - (u * v) + (2 * FloatUnit * most) + Underflow;
            }
        }

        return apart;
    }

    /// <summary>Every value's embedding is rounded; then both sums are formed in floats.</summary>
    private double ListError(ImpressionBatch batch, int row, int field, int k)
    {
        PooledList list = new(_model.Space, field);
        EmbeddingTable table = _model.Bottom.Tables[_model.Space.TableOf(field)];
        int[] ids = new int[list.MaxValues];
        float[] coefficients = new float[list.MaxValues];
        int count = list.Read(batch, row, ids, coefficients);
        double apart = 0, size = 0;
        for (int i = 0; i < count; i++)
        {
            double value = Math.Abs(table.Row(ids[i])[k]), off = (Unit * value) + Tiny;
            apart += coefficients[i] * off;
            size += coefficients[i] * (value + value + off);
        }

        return apart + ((count + 1) * FloatUnit * size) + Underflow;
    }

    /// <summary>From the distance of a layer's inputs to that of its outputs; a rectifier makes no distance larger.</summary>
    private double[] Layer(int task, int layer, double[] x, double[] apart, double unit, double tiny)
    {
        string name = $"{(task == 0 ? "ctr" : "cvr")}.dense{layer}";
        TowerTensor kernel = _tensors[name + ".kernel"], bias = _tensors[name + ".bias"];
        int outputs = kernel.Shape[1];
        ReadOnlySpan<float> parameters = _model.Towers.Parameters;

        // Sums of x.Length products, a bias, and the joints of the parts or the lanes.
        double terms = (x.Length + 16) * FloatUnit, gamma = terms / (1 - terms);
        double[] result = new double[outputs];
        for (int n = 0; n < outputs; n++)
        {
            double distance = 0, size = 2 * Math.Abs(parameters[bias.IndexOf(n)]);
            for (int k = 0; k < x.Length; k++)
            {
                double w = Math.Abs(parameters[kernel.IndexOf((k * outputs) + n)]), dw = (unit * w) + tiny, largest = Math.Abs(x[k]) + apart[k];
                distance += (w * apart[k]) + (dw * largest);
                size += (w * Math.Abs(x[k])) + ((w + dw) * largest);
            }

            result[n] = distance + (gamma * size) + (x.Length * Underflow);
        }

        return result;
    }
}
