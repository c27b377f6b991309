using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Tests.Training;

/// <summary>
/// Towers of every kind written down once more, plainly and in double, from the tensors' names: activations, normalisation,
/// residuals, skips, experts and gates, AITM's transfer, the path and heads of further losses.
/// </summary>
internal sealed class DoubleFamily
{
    private readonly EsmmModel _model;
    private readonly Dictionary<string, (int[] Shape, int Tensor)> _tensors = [];
    private readonly DoubleModel _inputs;
    private readonly Dictionary<string, double[]> _layers = []; // of the row at hand

    internal DoubleFamily(EsmmModel model)
    {
        _model = model;
        _inputs = new DoubleModel(model);
        for (int t = 0; t < model.Towers.Tensors.Count; t++)
        {
            _tensors.Add(model.Towers.Tensors[t].Name, ([.. model.Towers.Tensors[t].Shape], t));
        }
    }

    internal double[][] Tables => _inputs.Tables;

    internal double[][] Towers => _inputs.Towers;

    /// <summary>All logits of a row; the last ones belong to heads.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="row">The row.</param>
    /// <param name="stopped">pCVR of the row as it was, where the path stops the gradient.</param>
    internal double[] Logits(ImpressionBatch batch, int row, double? stopped = null)
    {
        double[] x = _inputs.Input(batch, row);
        IReadOnlyList<string> names = ModelKinds.TowersOf(_model.Options.Kind, _model.Space.Schema.Labels.Count);
        double[]?[] inputs = Bottom(names, x);
        List<double> logits = [];
        double[]? before = null;
        for (int t = 0; t < names.Count; t++)
        {
            double[]? h = Hidden(names[t], inputs[t], x, out int layers);
            if (_model.Options.Kind == ModelKind.Aitm)
            {
                h = before is null ? h! : Transfer(names[t], before, h!);
                before = h;
            }

            double logit = h is null && inputs[t] is null ? Dense(names[t] + ".dense0", x)[0] : Dense($"{names[t]}.dense{layers}", h ?? inputs[t]!)[0];
            logits.Add(logit + (_tensors.ContainsKey(names[t] + ".skip.kernel") ? Dense(names[t] + ".skip", x)[0] : 0));
        }

        if (_model.Options.Path is { } path)
        {
            double q = stopped ?? Sigmoid(logits[1]);
            double[] z = Dense("path.dense0", x), u = Values("path.path.kernel");
            z = [.. z.Select((v, i) => v + (q * u[i]))];
            logits.Add(path.Hidden.Count == 0 ? z[0] : Rest("path", z, path.Hidden.Count));
        }

        foreach (AuxiliaryOptions head in _model.Options.Auxiliary)
        {
            int field = head.Field is null ? -1 : _model.Space.FieldIndex(head.Field);
            double[] z = Dense(head.Name + ".dense0", head.Layer is not null ? _layers[head.Layer] : field < 0 ? x : x[_model.Bottom.Layout.ColumnOfField(field)..][.._model.Space.Encoders[field].Width]);
            logits.Add(head.Hidden.Count == 0 ? z[0] : Rest(head.Name, z, head.Hidden.Count));
        }

        return [.. logits];
    }

    private double Rest(string name, double[] z, int layers)
    {
        for (int l = 1; l <= layers; l++)
        {
            z = Dense($"{name}.dense{l}", [.. z.Select(v => Math.Max(v, 0))]);
        }

        return z[0];
    }

    private double[]?[] Bottom(IReadOnlyList<string> names, double[] x)
    {
        BottomOptions bottom = _model.Options.Bottom;
        double[]?[] own = new double[]?[names.Count];
        if (bottom.Kind == BottomKind.Mmoe)
        {
            double[][] experts = [.. Enumerable.Range(0, bottom.Experts).Select(e => Hidden("expert" + e, null, x, out _)!)];
            return [.. names.Select(name => Mix(name, x, experts))];
        }

        double[]? shared = null;
        for (int level = 0; level < bottom.Levels && bottom.Kind == BottomKind.Ple; level++)
        {
            string suffix = level == 0 ? "" : "." + level;
            double[][][] experts = [.. names.Select((name, t) => Enumerable.Range(0, bottom.Experts).Select(e => Hidden($"{name}{suffix}.expert{e}", own[t], x, out _)!).ToArray())];
            double[][] common = [.. Enumerable.Range(0, bottom.SharedExperts).Select(e => Hidden($"shared{suffix}.expert{e}", shared, x, out _)!)];
            own = [.. names.Select((name, t) => Mix(name + suffix, own[t] ?? x, [.. experts[t], .. common]))];
            shared = level + 1 < bottom.Levels ? Mix("shared" + suffix, shared ?? x, [.. experts.SelectMany(e => e), .. common]) : null;
        }

        return own;
    }

    private double[] Mix(string name, double[] input, double[][] experts)
    {
        double[] gate = Softmax(Dense(name + ".gate", input));
        return [.. Enumerable.Range(0, experts[0].Length).Select(i => experts.Select((e, k) => gate[k] * e[i]).Sum())];
    }

    private double[]? Hidden(string name, double[]? input, double[] x, out int layers)
    {
        double[]? h = null;
        LayerOptions options = _model.Options.Layers;
        for (layers = 0; _tensors.TryGetValue($"{name}.dense{layers}.kernel", out (int[] Shape, int Tensor) kernel) && !(kernel.Shape[1] == 1 && !_tensors.ContainsKey($"{name}.dense{layers + 1}.kernel") && !name.Contains("expert", StringComparison.Ordinal)); layers++)
        {
            double[] from = h ?? input ?? x, z = Dense($"{name}.dense{layers}", from);
            if (options.LayerNorm)
            {
                double mean = z.Average(), scale = 1 / Math.Sqrt(z.Average(v => (v - mean) * (v - mean)) + 1e-5);
                double[] gain = Values($"{name}.dense{layers}.norm.gain"), bias = Values($"{name}.dense{layers}.norm.bias");
                z = [.. z.Select((v, i) => (gain[i] * (v - mean) * scale) + bias[i])];
            }

            double[]? slopes = options.Activation == Activation.PRelu ? Values($"{name}.dense{layers}.activation.slope") : null;
            z = [.. z.Select((v, i) => options.Activation switch
            {
                Activation.Relu => Math.Max(v, 0),
                Activation.LeakyRelu => v > 0 ? v : (float)options.Slope * v,
                Activation.PRelu => v > 0 ? v : slopes![i] * v,
                _ => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))),
            })];
            bool residual = options.Residual && (h ?? input) is { } previous && previous.Length == z.Length;
            h = residual ? [.. z.Zip(from, (a, b) => a + b)] : z;
            _layers[$"{name}.dense{layers}"] = h;
        }

        return h;
    }

    private double[] Transfer(string name, double[] before, double[] own)
    {
        double[] info = [.. Dense(name + ".passed", before).Select(v => Math.Max(v, 0))];
        double[][] both = [Dense(name + ".transfer", info), Dense(name + ".transfer", own)];
        int k = own.Length;
        double[] w = Softmax([.. both.Select(c => Enumerable.Range(0, k).Sum(i => c[k + i] * c[(2 * k) + i]) / Math.Sqrt(k))]);
        return [.. Enumerable.Range(0, k).Select(i => (w[0] * both[0][i]) + (w[1] * both[1][i]))];
    }

    private double[] Dense(string name, double[] h)
    {
        double[] w = Values(name + ".kernel"), z = [.. Values(name + ".bias")];
        for (int i = 0; i < h.Length; i++)
        {
            for (int j = 0; j < z.Length; j++)
            {
                z[j] += h[i] * w[(i * z.Length) + j];
            }
        }

        return z;
    }

    private double[] Values(string name) => Towers[_tensors[name].Tensor];

    internal static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));

    private static double[] Softmax(double[] x)
    {
        double[] powers = [.. x.Select(v => Math.Exp(v - x.Max()))];
        return [.. powers.Select(p => p / powers.Sum())];
    }
}
