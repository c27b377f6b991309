using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>The ESMM written with torch operators and differentiated by torch's tape.</summary>
/// <remarks>
/// Kernels are held as torch holds them, [out, in], and transposed at the border. Runs in any floating type: float64 for the
/// golden numbers, float32 to learn how far single precision drifts from them.
/// </remarks>
internal sealed class TorchEsmm
{
    private readonly GoldenSpec _spec;
    private readonly ScalarType _type;
    private readonly IReadOnlyList<InputPart> _layout;
    private readonly Dictionary<string, TorchParameter> _byName;

    /// <summary>Creates the model.</summary>
    public TorchEsmm(GoldenSpec spec, IReadOnlyList<NamedTensor> initial, ScalarType type)
    {
        _spec = spec;
        _type = type;
        _layout = InputLayout.Of(spec);
        Parameters = [.. initial.Select(tensor => new TorchParameter(tensor, type))];
        _byName = Parameters.ToDictionary(parameter => parameter.Name);
    }

    /// <summary>All parameters, in the order of the file.</summary>
    public IReadOnlyList<TorchParameter> Parameters { get; }

    /// <summary>Logits, probabilities and losses of a batch.</summary>
    public TorchForward Forward(GoldenBatch batch)
    {
        Dictionary<string, Tensor> vectors = [];
        for (int slot = 0; slot < _spec.Categorical.Count; slot++)
        {
            vectors[_spec.Categorical[slot].Name] = Embed(_spec.Categorical[slot], batch.Ids[slot]);
        }

        for (int slot = 0; slot < _spec.Numeric.Count; slot++)
        {
            vectors[_spec.Numeric[slot].Name] = tensor(batch.Numbers[slot], dtype: _type).unsqueeze(1);
        }

        Tensor input = cat([.. _layout.Select(part =>
            part.Cross is { } cross ? vectors[cross.First] * vectors[cross.Second] : vectors[part.Name])], dim: 1);
        List<Tensor> preActivations = [];
        Tensor a = Tower("ctr", _spec.CtrTower.Count, input, preActivations);
        Tensor b = Tower("cvr", _spec.CvrTower.Count, input, preActivations);
        if (a.requires_grad)
        {
            // The slopes of the head alone are golden numbers too.
            a.retain_grad();
            b.retain_grad();
        }

        Tensor click = tensor(batch.Click, dtype: _type);
        Tensor both = tensor([.. batch.Click.Zip(batch.Conversion, (y, z) => y * z)], dtype: _type);
        Tensor logProduct = nn.functional.logsigmoid(a) + nn.functional.logsigmoid(b);
        Tensor ctr = nn.functional.binary_cross_entropy_with_logits(a, click);
        Tensor ctcvr = -(both * logProduct + (1 - both) * (-logProduct.exp()).log1p()).mean();
        return new(a, b, sigmoid(a), sigmoid(b), logProduct.exp(), ctr, ctcvr, _spec.CtrWeight * ctr + _spec.CtcvrWeight * ctcvr, preActivations);
    }

    /// <summary>Clears the gradients, then computes those of the total loss of a batch.</summary>
    public TorchForward Backward(GoldenBatch batch)
    {
        foreach (TorchParameter parameter in Parameters)
        {
            parameter.Value.grad = null;
        }

        TorchForward forward = Forward(batch);
        forward.Total.backward();
        return forward;
    }

    /// <summary>A row of the table for each id; a missing id reads row 0 and is multiplied by 0, so it passes no gradient either.</summary>
    private Tensor Embed(GoldenField field, int[] ids)
    {
        Tensor present = tensor([.. ids.Select(id => id == GoldenBatch.Missing ? 0f : 1f)], dtype: _type).unsqueeze(1);
        Tensor rows = tensor([.. ids.Select(id => (long)Math.Max(id, 0))]);
        return _byName[TensorNames.Embedding(field.Name)].Value.index_select(0, rows) * present;
    }

    private Tensor Tower(string tower, int hiddenLayers, Tensor input, List<Tensor> preActivations)
    {
        Tensor x = input;
        for (int layer = 0; layer <= hiddenLayers; layer++)
        {
            x = nn.functional.linear(x, _byName[TensorNames.Kernel(tower, layer)].Value, _byName[TensorNames.Bias(tower, layer)].Value);
            if (layer < hiddenLayers)
            {
                preActivations.Add(x.detach());
                x = x.relu();
            }
        }

        return x.squeeze(1);
    }
}

/// <summary>A torch parameter with the name and shape it has in the golden file.</summary>
internal sealed class TorchParameter
{
    private readonly bool _transposed;

    /// <summary>Creates the parameter from initial values.</summary>
    public TorchParameter(NamedTensor initial, ScalarType type)
    {
        Name = initial.Name;
        Shape = initial.Shape;
        _transposed = Name.EndsWith(".kernel", StringComparison.Ordinal);
        Tensor value = tensor(initial.Values).reshape([.. Shape.Select(size => (long)size)]).to(type);
        Value = new Parameter(_transposed ? value.t().contiguous() : value);
    }

    /// <summary>The name in the file.</summary>
    public string Name { get; }

    /// <summary>The shape in the file.</summary>
    public int[] Shape { get; }

    /// <summary>The parameter; the one handle used everywhere, since optimizers keep their state by handle.</summary>
    public Parameter Value { get; }

    /// <summary>Whether it is an embedding table.</summary>
    public bool IsTable => Name.StartsWith("emb.", StringComparison.Ordinal);

    /// <summary>The values of a tensor of the parameter's torch shape, row-major in the file's shape.</summary>
    public double[] Export(Tensor value)
    {
        Tensor plain = value.detach().to(ScalarType.Float64);
        return (_transposed ? plain.t() : plain).contiguous().data<double>().ToArray();
    }
}

/// <summary>What a forward pass yields. Losses are means over the rows; only the total is weighted.</summary>
internal sealed record TorchForward(
    Tensor A, Tensor B, Tensor PCtr, Tensor PCvr, Tensor PCtcvr, Tensor Ctr, Tensor Ctcvr, Tensor Total, IReadOnlyList<Tensor> PreActivations)
{
    /// <summary>The smallest distance of any hidden unit's input from ReLU's kink: rounding must not cross it.</summary>
    public double KinkMargin() => PreActivations.Min(x => x.abs().min().ToDouble());
}
