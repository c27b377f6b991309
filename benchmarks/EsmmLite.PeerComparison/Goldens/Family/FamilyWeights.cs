using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>The parameters of a network by name, drawn when they are first asked for.</summary>
/// <remarks>Kernels are [in, out], as in the golden files, and transposed where torch wants them the other way round.</remarks>
internal sealed class FamilyWeights
{
    private readonly SeededDraw? _draw;
    private readonly Dictionary<string, Parameter> _byName = [];
    private readonly List<NamedTensor> _initial = [];

    /// <summary>Parameters to be drawn, in float64.</summary>
    public FamilyWeights(SeededDraw draw) => (_draw, Type) = (draw, ScalarType.Float64);

    /// <summary>A copy of the initial values of another set, in some type.</summary>
    public FamilyWeights(FamilyWeights other, ScalarType type)
    {
        Type = type;
        foreach (NamedTensor initial in other._initial)
        {
            Add(initial);
        }
    }

    /// <summary>What it computes in.</summary>
    public ScalarType Type { get; }

    /// <summary>The values that training begins with.</summary>
    public IReadOnlyList<NamedTensor> Initial => _initial;

    /// <summary>The parameters, in the same order.</summary>
    public IEnumerable<Parameter> Parameters => _initial.Select(tensor => _byName[tensor.Name]);

    /// <summary>The smallest distance of any value from a kink: rounding must not cross it.</summary>
    public double KinkMargin { get; private set; } = double.PositiveInfinity;

    /// <summary>A parameter, uniform around a middle.</summary>
    public Parameter Get(string name, double middle, double limit, params int[] shape)
    {
        if (!_byName.ContainsKey(name))
        {
            SeededDraw draw = _draw ?? throw new InvalidOperationException($"{name} is not among the copied parameters.");
            float[] values = [.. draw.Uniform(shape.Aggregate(1, (a, b) => a * b), limit).Select(value => (float)(middle + value))];
            Add(new(name, shape, values));
        }

        return _byName[name];
    }

    /// <summary>A dense layer. Biases are not zero as they would be in practice: a forgotten bias must show.</summary>
    public Tensor Linear(string name, Tensor x, int outputs)
    {
        int inputs = (int)x.shape[^1];
        Parameter kernel = Get(name + ".kernel", 0, Math.Sqrt(6.0 / (inputs + outputs)), inputs, outputs);
        return nn.functional.linear(x, kernel.t(), Get(name + ".bias", 0, 0.1, outputs));
    }

    /// <summary>ReLU; remembers how near its kink was.</summary>
    public Tensor Relu(Tensor x)
    {
        KinkMargin = Math.Min(KinkMargin, x.detach().abs().min().ToDouble());
        return x.relu();
    }

    /// <summary>A row of a table for each id; zeros that pass no gradient where there is none.</summary>
    public Tensor Embed(string table, int rows, int dim, int[] ids)
    {
        Tensor present = tensor([.. ids.Select(id => id == GoldenBatch.Missing ? 0f : 1f)], dtype: Type).unsqueeze(1);
        return Get(TensorNames.Embedding(table), 0, 0.8, rows, dim).index_select(0, tensor([.. ids.Select(id => (long)Math.Max(id, 0))])) * present;
    }

    /// <summary>Clears the gradients.</summary>
    public void ClearGradients()
    {
        foreach (Parameter parameter in Parameters)
        {
            parameter.grad = null;
        }
    }

    private void Add(NamedTensor initial)
    {
        _initial.Add(initial);
        _byName.Add(initial.Name, new Parameter(tensor(initial.Values).reshape([.. initial.Shape.Select(size => (long)size)]).to(Type)));
    }
}
